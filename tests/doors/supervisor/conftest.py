from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser

from rapport.kernel import clock, scope
from tests.doors.visitors import visit
from tests.people import World


@pytest.fixture(autouse=True, scope="session")
def static_folder() -> None:
    """Whitenoise warns where ``collectstatic`` has not run; warnings are errors here."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def alice(world: World) -> Iterator[Browser]:
    """Alice's browser; the test itself stands inside her practice."""
    with scope.practice(world.practice.id):
        yield visit(world.alice)


@pytest.fixture
def sam(world: World) -> Browser:
    return visit(world.sam)
