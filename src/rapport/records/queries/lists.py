"""Lists of notes: of a relationship, one's own, those found, those to co-sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q

from rapport.kernel.actor import Actor
from rapport.people.models import Client, Relationship, Session
from rapport.records import access, search
from rapport.records.psychotherapy import opened
from rapport.records.queries.rows import NoteRow, rows_of

PAGE = 30
MOST = 50


@dataclass(frozen=True, slots=True)
class NotePage:
    """One page of a relationship's notes."""

    rows: tuple[NoteRow, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """One's own notes of all relationships."""

    drafts: tuple[NoteRow, ...]
    signed: tuple[NoteRow, ...]


@dataclass(frozen=True, slots=True)
class PrivateNote:
    """A psychotherapy note, opened for its author."""

    id: UUID
    words: str
    revision: int
    written_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PrivatePage:
    """One page of one's own psychotherapy notes of a relationship."""

    rows: tuple[PrivateNote, ...]
    page: int
    pages: int
    total: int


def notes_of(
    relationship: Relationship, *, client: Client, page: int, by: Actor, at: datetime
) -> NotePage:
    """What a client's page shows: their own chart, and the one they share; no other person's."""
    rows = access.readable_in(relationship, by=by)
    charts = rows.filter(Q(client=client) | Q(client=None)).order_by("-begun_at", "-id")
    pages = Paginator(charts, PAGE)
    shown = pages.get_page(page)
    notes = list(shown)
    access.disclose(notes, by=by, at=at)
    return NotePage(rows_of(notes), shown.number, pages.num_pages, pages.count)


def overview(*, by: Actor, at: datetime) -> Overview:
    """One's own drafts, the last touched first, and what was signed of late; disclosure logged."""
    unsigned = access.own_notes(by=by).filter(signed_at=None)
    drafts = list(unsigned.order_by("-saved_at")[:MOST])
    signed = [one for one in access.last_written(by=by, limit=PAGE) if one.signed_at]
    access.disclose([*drafts, *signed], by=by, at=at)
    rows = rows_of([*drafts, *signed])
    return Overview(rows[: len(drafts)], rows[len(drafts) :])


def search_own(asked: str, *, by: Actor, at: datetime) -> tuple[NoteRow, ...]:
    """One's own signed notes in which the words occur, newest first, the disclosure logged."""
    if by.id is None:
        return ()
    ids = search.found(asked, author_id=by.id, limit=MOST)
    notes = {one.id: one for one in access.own_notes(by=by).filter(id__in=ids)}
    shown = [notes[note_id] for note_id in ids if note_id in notes]
    access.disclose(shown, by=by, at=at)
    return rows_of(shown, around=search.words_of(asked))


def to_cosign(*, by: Actor, at: datetime) -> tuple[NoteRow, ...]:
    """What waits for this supervisor's signature, oldest first, the disclosure logged."""
    rows = list(access.to_cosign(by=by).order_by("signed_at")[:MOST])
    access.disclose(rows, by=by, at=at)
    return rows_of(rows)


def waiting_to_cosign(*, by: Actor) -> int:
    """How many notes wait for this supervisor's signature."""
    return access.to_cosign(by=by).count()


def note_of_session(session: Session, *, by: Actor) -> UUID | None:
    """One's own first note about a session already obtained."""
    rows = access.own_notes(by=by).filter(session=session).order_by("begun_at")
    return rows.values_list("id", flat=True).first()


def psychotherapy_notes(
    relationship: Relationship, *, page: int, by: Actor, at: datetime
) -> PrivatePage:
    """One's own psychotherapy notes of a relationship already obtained, newest first."""
    rows = access.psychotherapy_notes(relationship, by=by).order_by("-written_at", "-id")
    pages = Paginator(rows, PAGE)
    shown = pages.get_page(page)
    notes = tuple(
        PrivateNote(row.id, opened(row), row.revision, row.written_at, row.changed_at)
        for row in shown
    )
    access.disclose_psychotherapy_notes([one.id for one in notes], by=by, at=at)
    return PrivatePage(notes, shown.number, pages.num_pages, pages.count)
