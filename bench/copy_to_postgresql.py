"""Copy a benchmark practice from SQLite into an empty PostgreSQL database: minutes, not an hour.

    DATABASE_URL=postgresql://... python bench/copy_to_postgresql.py large/rapport.sqlite3

Every value is handed over as the text that SQLite keeps; PostgreSQL reads it as its own type.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")

import django

django.setup()

import pysqlite3  # noqa: E402
from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

ROOMS = ("kernel", "people", "scheduling", "measures", "goals", "alerts", "alliance")


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("source", type=Path)
    source = pysqlite3.connect(f"file:{arguments.parse_args().source}?mode=ro", uri=True)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no order among the tables
        cursor.execute("SET TIME ZONE 'UTC'")
        for table in _tables():
            print(table, _copy(source, table), flush=True)
        cursor.execute("ANALYZE")


def _tables() -> list[str]:
    return [
        model._meta.db_table for room in ROOMS for model in apps.get_app_config(room).get_models()
    ]


def _copy(source: pysqlite3.Connection, table: str) -> int:
    rows = source.execute(f'SELECT * FROM "{table}"')
    columns = ", ".join(f'"{column[0]}"' for column in rows.description)
    copied = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as to:
        for row in rows:
            to.write_row([None if value is None else str(value) for value in row])
            copied += 1
    return copied


if __name__ == "__main__":
    main()
