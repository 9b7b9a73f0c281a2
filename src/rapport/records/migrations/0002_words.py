"""The index of words over signed notes; see ``rapport.records.search``."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    "CREATE VIRTUAL TABLE records_words USING fts5"
    "(keys, words, note UNINDEXED, tokenize = 'unicode61 remove_diacritics 2')",
)
POSTGRESQL = (
    "CREATE TABLE records_words (note uuid PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX records_words_words ON records_words USING gin (words)",
)


def make(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute("DROP TABLE records_words")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_notes")]
    operations = [migrations.RunPython(make, drop)]
