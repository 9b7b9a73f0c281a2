from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from rapport.api import alerts, check_ins, relationships
from rapport.api.door import api

api.add_router("/relationships", relationships.router)
api.add_router("/check-ins", check_ins.router)
api.add_router("/alerts", alerts.router)

urlpatterns: list[URLPattern | URLResolver] = [path("", api.urls)]
