"""The WSGI application: every page and the API."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
application = get_wsgi_application()
# Load every door now, and keep what start-up made out of each full collection of garbage: it is
# never garbage, and to walk through it holds up every request for some 80 ms.
_ = get_resolver().url_patterns
gc.freeze()
