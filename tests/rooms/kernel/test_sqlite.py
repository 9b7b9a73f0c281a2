"""The writer lock, on a real database file with real threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from rapport.config.environment import database
from rapport.kernel.sqlite import base

Wrapper = base.DatabaseWrapper


class Opener:
    """Opens connections to one file, and closes them all at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: list[Wrapper] = []

    def __call__(self, timeout: float = 20) -> Wrapper:
        settings = ConnectionHandler({"default": database(f"sqlite:///{self.path}")}).settings
        chosen = settings["default"]
        chosen["OPTIONS"] = chosen["OPTIONS"] | {"timeout": timeout}
        connection = Wrapper(chosen, alias="default")
        connection.inc_thread_sharing()
        self.opened.append(connection)
        return connection


@pytest.fixture
def connect(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Opener]:
    opener = Opener(tmp_path / "one.sqlite3")
    with django_db_blocker.unblock():  # this database is the test's own
        with opener().cursor() as cursor:
            cursor.execute("CREATE TABLE mark (words TEXT)")
        yield opener
        for connection in opener.opened:
            connection.close()
    assert not base._one_writer.locked()


def begin(connection: Wrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def write(connection: Wrapper, words: str = "x") -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO mark VALUES (%s)", [words])


def end(connection: Wrapper) -> None:
    connection.commit()
    connection.set_autocommit(True)


def count(connection: Wrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mark")
        return int(cursor.fetchone()[0])


def test_the_library_is_later_than_the_corruption_bug() -> None:
    assert base.base.Database.sqlite_version_info >= (3, 51, 3)


def test_the_journal_is_durable(connect: Opener) -> None:
    with connect().cursor() as cursor:
        found = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        ]
    assert found == ["wal", 2]


def test_the_lock_is_held_while_writing_and_given_back(connect: Opener) -> None:
    connection = connect()
    begin(connection)
    assert base._one_writer.locked()
    write(connection)
    end(connection)
    assert not base._one_writer.locked()


def test_a_rollback_and_a_lost_connection_give_it_back_too(connect: Opener) -> None:
    for finish in ("rollback", "close"):
        connection = connect()
        begin(connection)
        write(connection)
        getattr(connection, finish)()
        assert not base._one_writer.locked()
    assert count(connect()) == 0


def test_many_threads_write_and_nothing_is_lost(connect: Opener) -> None:
    def work() -> None:
        connection = connect()
        for _ in range(25):
            begin(connection)
            write(connection)
            end(connection)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(connect()) == 150


def test_reading_does_not_wait_for_a_writer(connect: Opener) -> None:
    writer, reader = connect(), connect()
    begin(writer)
    write(writer)
    began = time.monotonic()
    assert count(reader) == 0
    assert time.monotonic() - began < 1
    end(writer)
    assert count(reader) == 1


def test_a_writer_that_never_ends_does_not_stop_the_others_for_ever(connect: Opener) -> None:
    stuck, other = connect(), connect(timeout=0.2)
    begin(stuck)
    with pytest.raises(OperationalError, match="another writer"):
        begin(other)
    stuck.rollback()
    begin(other)
    write(other)
    end(other)
