"""One note as a row of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from rapport.people.models import Relationship
from rapport.people.queries import names_of
from rapport.records.facts import Facts, prefilled
from rapport.records.models import Note
from rapport.records.note_templates import section_of
from rapport.records.texts import standing

OPENING = 160


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note of a list. ``client_name`` is "" in a chart that several people share."""

    id: UUID
    relationship_id: UUID
    client_id: UUID | None
    title: str
    client_name: str
    relationship_name: str
    session_number: int | None
    author_name: str
    begun_at: datetime
    signed_at: datetime | None
    late: bool
    to_cosign: bool
    opening: str


def rows_of(notes: Sequence[Note], *, around: Sequence[str] = ()) -> tuple[NoteRow, ...]:
    """Notes already obtained, as plain rows: the names of their relationships are asked at once."""
    ids = {note.relationship_id for note in notes}
    names = names_of(_relationships(ids)) if ids else {}
    return tuple(_row(note, names[note.relationship_id], around) for note in notes)


def _row(note: Note, relationship_name: str, around: Sequence[str]) -> NoteRow:
    return NoteRow(
        id=note.id,
        relationship_id=note.relationship_id,
        client_id=note.client_id,
        title=note.title,
        client_name=note.client.name if note.client else "",
        relationship_name=relationship_name,
        session_number=note.session.number if note.session else None,
        author_name=note.author.name,
        begun_at=note.begun_at,
        signed_at=note.signed_at,
        late=note.late,
        to_cosign=note.to_cosign,
        opening=_opening(note, around),
    )


def _relationships(ids: set[UUID]) -> QuerySet[Relationship]:
    rows = Relationship.objects.filter(id__in=ids)
    return rows.select_related("practice", "therapist", "interpreter")


def _opening(note: Note, around: Sequence[str]) -> str:
    """The first words that somebody wrote, or those around what was looked for."""
    text = " ".join((" ".join(standing(note).values()) if around else written(note)).split())
    places = [at for word in around if (at := text.lower().find(word)) >= 0]
    begin = max(0, min(places) - OPENING // 3) if places else 0
    begin = text.rfind(" ", 0, begin) + 1
    shown = text[begin : begin + OPENING]
    return ("… " if begin else "") + shown + (" …" if begin + OPENING < len(text) else "")


def written(note: Note) -> str:
    """The text without what its sections were begun with."""
    texts, known = standing(note), Facts.from_json(note.facts)
    zone = ZoneInfo(note.relationship.practice.timezone)
    sections = [section_of(one) for one in note.sections]
    return " ".join(
        texts.get(one.key, "").removeprefix(prefilled(known, one.prefill, zone=zone))
        for one in sections
    )
