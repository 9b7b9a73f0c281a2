"""The commands that run on: real processes, stopped by real signals."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rooms.importing.files import EXAMPLES, write

RAPPORT = Path(sys.executable).with_name("rapport")
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    kept.pop("DATABASE_URL", None)
    return {**kept, "RAPPORT_HOME": str(tmp_path / "home"), "PORT": str(port)}


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[Start]:
    """Starts `rapport …`; whatever still runs after the test is killed."""
    running: list[subprocess.Popen[str]] = []

    def started(*words: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [RAPPORT, *words],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield started
    for process in running:
        process.kill()
        process.communicate()


def get(url: str) -> int:
    """The status of a page, as soon as the server answers at all."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer within 30 s")


def stop(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    return said


def done(process: subprocess.Popen[str]) -> str:
    out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return out


def test_serve_sets_up_answers_and_stops(environ: dict[str, str], start: Start) -> None:
    server = start("serve")
    url = f"http://127.0.0.1:{environ['PORT']}"
    assert get(f"{url}/account/login/") == 200
    assert get(f"{url}/static/design/css/base.css") == 200
    token = "A" * 43
    assert get(f"{url}/c/{token}") == 404
    said = stop(server)
    assert said.startswith(f"Rapport listens on {url}. Ctrl-C stops it.\n")
    assert token not in said  # a link is a secret, even one that opens nothing
    home = Path(environ["RAPPORT_HOME"])
    assert (home / "rapport.sqlite3").stat().st_mode & 0o077 == 0


def test_the_relay_stops_when_it_is_told(start: Start) -> None:
    done(start("migrate"))
    relay = start("relay")
    assert relay.stderr is not None
    assert relay.stderr.readline() == "The relay is running.\n"
    stop(relay)


def test_a_bad_setting_is_one_line(environ: dict[str, str], start: Start) -> None:
    environ["DATABASE_URL"] = "mysql://somewhere"
    _, said = (process := start("migrate")).communicate(timeout=30)
    assert process.returncode == 1
    assert said.startswith("DATABASE_URL must start with")
    assert said.count("\n") == 1


def test_a_database_that_was_never_set_up_says_so(start: Start) -> None:
    _, said = (process := start("practice", "open", "Lindenhof")).communicate(timeout=30)
    assert process.returncode == 1
    assert "rapport migrate" in said
    assert "Traceback" not in said


def test_an_import_killed_in_the_middle_leaves_nothing(
    environ: dict[str, str], start: Start, tmp_path: Path
) -> None:
    done(start("migrate"))
    done(start("practice", "open", "Lindenhof"))
    database = Path(environ["RAPPORT_HOME"]) / "rapport.sqlite3"
    csv, mapping = _forty_dyads(tmp_path), EXAMPLES / "sim_dyads_sessions.toml"
    importing = start("import", csv, "--mapping", mapping)
    _wait_until_it_writes(database)
    importing.kill()
    importing.communicate()
    assert _count(database, "people_relationship") in {0, 40}
    done(start("import", csv, "--mapping", mapping))
    assert _count(database, "people_relationship") == 40


def _forty_dyads(folder: Path) -> Path:
    header, *rows = (EXAMPLES / "sim_dyads_sessions.csv").read_text().splitlines()
    some = [row for row in rows if int(row.split(",")[0]) <= 40]
    return write(folder, "\n".join([header, *some]))


def _wait_until_it_writes(database: Path) -> None:
    """The import holds SQLite's write lock from its first row to its last."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with sqlite3.connect(database, timeout=0) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return
            connection.rollback()
        connection.close()
        time.sleep(0.005)
    pytest.fail("the import did not begin to write within 20 s")


def _count(database: Path, table: str) -> int:
    connection = sqlite3.connect(database)
    try:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    finally:
        connection.close()
    return int(count)
