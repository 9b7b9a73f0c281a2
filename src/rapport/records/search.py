"""The index of words over signed notes: SQLite's FTS5, PostgreSQL's full text.

Each entry also holds its author and its note as words of their own, so that the index itself finds
one author's notes among a million. It answers with ids only: what may be read of them is decided by
:mod:`rapport.records.access`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from rapport.records.models import Note, Signing, SigningKind

MOST_WORDS = 8
SHORTEST_BEGINNING = 3


def index(note: Note) -> None:
    """Put what stands in a signed note into the index, in place of what stood there."""
    rows = Signing.objects.filter(note=note, kind=SigningKind.ADDENDUM)
    said = [section["text"] for section in note.current.sections] if note.current else []
    place = leave(note.id)
    words = "\n".join([*said, *rows.values_list("words", flat=True)])
    enter(note.id, note.author_id, words, place=place)


def enter(note_id: UUID, author_id: UUID, words: str, *, place: int | None = None) -> None:
    """The entry of a note that has none now; in SQLite in the place it had, which orders them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_ADD, [note_id, words, [_author(author_id)]])
        else:
            keys = f"{_note(note_id)} {_author(author_id)}"
            cursor.execute(_SQLITE_ADD, [place, keys, words, note_id.hex])


def leave(note_id: UUID) -> int | None:
    """Take a note out of the index, and say which place it had in SQLite's."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM records_words WHERE note = %s", [note_id])
            return None
        cursor.execute(_SQLITE_PLACE, [f"keys : {_note(note_id)}"])
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute("DELETE FROM records_words WHERE rowid = %s", row)
        return int(row[0])


def found(asked: str, *, author_id: UUID, limit: int) -> list[UUID]:
    """The author's newest notes in which each word occurs; too few, those with longer words too.

    Whole words first: a common one is then found at once, where all that begins with it would have
    to be gathered from the whole index.
    """
    words = words_of(asked)
    hits = _hits(words, author_id, limit, longer=False)
    return hits if len(hits) == limit else _hits(words, author_id, limit, longer=True)


def _hits(words: Sequence[str], author_id: UUID, limit: int, *, longer: bool) -> list[UUID]:
    if not words:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FIND, [_postgresql_query(words, author_id, longer), limit])
        else:
            cursor.execute(_SQLITE_FIND, [_sqlite_query(words, author_id, longer), limit])
        return [UUID(str(row[0])) for row in cursor.fetchall()]


def words_of(asked: str) -> list[str]:
    """The words that somebody looks for."""
    return re.findall(r"\w+", asked.lower())[:MOST_WORDS]


_SQLITE_FIND = (
    "SELECT note FROM records_words WHERE records_words MATCH %s ORDER BY rowid DESC LIMIT %s"
)
_POSTGRESQL_FIND = (
    "SELECT note FROM records_words WHERE words @@ to_tsquery('simple', %s)"
    " ORDER BY note DESC LIMIT %s"
)
_SQLITE_ADD = "INSERT INTO records_words (rowid, keys, words, note) VALUES (%s, %s, %s, %s)"
_SQLITE_PLACE = "SELECT rowid FROM records_words WHERE records_words MATCH %s"
_POSTGRESQL_ADD = (
    "INSERT INTO records_words (note, words)"
    " VALUES (%s, to_tsvector('simple', %s) || array_to_tsvector(%s::text[]))"
)


def _sqlite_query(words: Sequence[str], author_id: UUID, longer: bool) -> str:
    looked_for = " AND ".join(
        f'"{word}"{"*" if _may_be_longer(word, longer) else ""}' for word in words
    )
    return f"keys : {_author(author_id)} AND words : ({looked_for})"


def _postgresql_query(words: Sequence[str], author_id: UUID, longer: bool) -> str:
    looked_for = (f"'{word}'{':*' if _may_be_longer(word, longer) else ''}" for word in words)
    return " & ".join([_author(author_id), *looked_for])


def _may_be_longer(word: str, longer: bool) -> bool:
    """Too much begins with one letter or two."""
    return longer and len(word) >= SHORTEST_BEGINNING


def _author(author_id: UUID) -> str:
    return f"a{author_id.hex}"


def _note(note_id: UUID) -> str:
    return f"n{note_id.hex}"
