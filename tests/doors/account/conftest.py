from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache


@pytest.fixture(autouse=True, scope="session")
def static_folder() -> None:
    """Whitenoise warns where ``collectstatic`` has not run; warnings are errors here."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Sign-in is throttled by counts in the cache; each test begins with none."""
    cache.clear()
    yield
    cache.clear()
