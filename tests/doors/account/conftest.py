from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Sign-in is throttled by counts in the cache; each test begins with none."""
    cache.clear()
    yield
    cache.clear()
