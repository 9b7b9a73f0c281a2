"""Two relays at once, for real: threads of one process, and two processes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).parents[3]
MESSAGES = 60


@pytest.fixture
def address(tmp_path: Path, db: None) -> Iterator[str]:
    """A fresh database of the kind under test."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'two.sqlite3'}"
        return
    name = f"two_{uuid4().hex}"
    where = connection.get_connection_params()
    server = {key: where[key] for key in ("host", "port", "user", "password") if where.get(key)}
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield "postgresql://{user}:{password}@/{name}?host={host}&port={port}".format(
            **({"password": "", "port": "5432", "user": "postgres"} | server), name=name
        )
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("how", ["threads", "processes"])
def test_every_message_has_its_effect_exactly_once(how: str, address: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.rooms.kernel.two_relays", how],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": address,
            "RAPPORT_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"effects": MESSAGES, "left": 0, "faults": 0}
