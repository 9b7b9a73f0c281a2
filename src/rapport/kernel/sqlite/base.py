"""Django's SQLite backend on pysqlite3, with writers queued behind one process-wide lock.

The lock matters because SQLite's own busy handler sleeps and polls: a fair queue inside the one
web process cuts the 95th percentile of writes about fivefold (see ``docs/decisions``).
pysqlite3 brings a SQLite later than 3.51.3, in which the WAL-reset corruption bug is fixed.
"""

from __future__ import annotations

import sys
import threading

import pysqlite3
import pysqlite3.dbapi2

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

from django.db.backends.sqlite3 import base  # noqa: E402  (after the library is in place)
from django.db.utils import OperationalError  # noqa: E402

_one_writer = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the lock when a transaction opens (IMMEDIATE: it will write) and gives it back."""

    _writing = False

    def _start_transaction_under_autocommit(self) -> None:
        patience = self.settings_dict["OPTIONS"].get("timeout", 5)
        if not _one_writer.acquire(timeout=patience):
            raise OperationalError("database is locked: another writer did not finish")
        self._writing = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._done_writing()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._done_writing()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._done_writing()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._done_writing()

    def _done_writing(self) -> None:
        if self._writing:
            self._writing = False
            _one_writer.release()
