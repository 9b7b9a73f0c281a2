from collections.abc import Iterator

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

from rapport.kernel import scope
from tests.people import World, build_world

# How long an example takes says more about the machine than about the code.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(worker_id: str) -> None:
    """Give each worker a PostgreSQL database of its own; SQLite's is in each one's memory."""
    database = settings.DATABASES["default"]
    if worker_id != "master" and database["ENGINE"].endswith("postgresql"):
        database.setdefault("TEST", {})["NAME"] = f"test_rapport_{worker_id}"


@pytest.fixture
def world(db: None) -> World:
    """The people of tests/people.py; no practice is in scope yet."""
    return build_world()


@pytest.fixture
def in_practice(world: World) -> Iterator[World]:
    """The same, inside Alice's practice."""
    with scope.practice(world.practice.id):
        yield world


@pytest.fixture(autouse=True)
def cheap_passwords(settings: pytest.FixtureRequest) -> None:
    """Argon2 is slow on purpose; the tests sign in often."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
