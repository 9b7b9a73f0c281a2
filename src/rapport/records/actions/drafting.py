"""Begin a note, save it as it is typed, and compare what two windows made of it.

A save names the revision it was typed over. Over an older one it does not replace the draft, unless
the draft was last saved from the same window; it is put aside, to be compared, and never lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Conflict, NotFound
from rapport.people import access as people
from rapport.people.models import Client, Relationship, RelationshipKind, Session
from rapport.records.facts import Facts, prefilled
from rapport.records.models import DraftVersion, Note
from rapport.records.note_templates import Template
from rapport.records.texts import Texts, TextTooLong, checked

__all__ = [
    "AlreadySigned",
    "Compared",
    "ComparedTooLate",
    "Saved",
    "TextTooLong",
    "begin_note",
    "discard_draft",
    "locked_draft",
    "save_draft",
    "settle_aside",
]

KEPT_VERSIONS = 50


class AlreadySigned(Conflict):
    """The note was signed meanwhile: its text stays as it is."""

    code = "already_signed"


class ComparedTooLate(Conflict):
    """One of the two texts went on while they were being compared."""

    code = "compared_too_late"


@dataclass(frozen=True, slots=True)
class Saved:
    """Which revision the draft is at now; ``aside`` when it was not this text that made it."""

    revision: int
    aside: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Which two texts somebody saw: the draft's revision, and the other as it was saved then."""

    revision: int
    aside_id: UUID
    aside_at: datetime


@transaction.atomic
def begin_note(
    relationship: Relationship,
    *,
    template: Template,
    client: Client | None,
    session: Session | None,
    facts: Facts,
    by: Actor,
    at: datetime,
) -> Note:
    """Begin a note with what is known; a draft of the same kind for the session goes on instead."""
    _check_belongs(relationship, client, session)
    begun = _begun(template, client, session, by) if session is not None else None
    if begun is not None:
        return begun
    zone = ZoneInfo(relationship.practice.timezone)
    texts = {one.key: prefilled(facts, one.prefill, zone=zone) for one in template.sections}
    note = Note.objects.create(
        practice_id=relationship.practice_id,
        relationship=relationship,
        client=client,
        session=session,
        author_id=by.person_id,
        template=template.key,
        title=template.name,
        sections=[asdict(one) for one in template.sections],
        facts=facts.as_json(),
        texts=texts,
        begun_at=at,
        saved_at=at,
    )
    _keep_version(note, texts, "", at)
    audit.record("begin", "note", [note.id], by=by, at=at)
    return note


def _begun(template: Template, client: Client | None, session: Session, by: Actor) -> Note | None:
    """One's draft for the session; the session is locked, because there may be no draft to lock."""
    Session.objects.select_for_update().get(id=session.id)
    drafts = Note.objects.filter(author_id=by.id, signed_at=None)
    return drafts.filter(session=session, client=client, template=template.key).first()


@transaction.atomic
def save_draft(
    note: Note, *, texts: Mapping[str, str], revision: int, window: str, at: datetime
) -> Saved:
    """Keep what was typed; over an older text than the draft's, put it aside instead."""
    row = locked_draft(note)
    typed = checked(row, texts)
    mine = DraftVersion.objects.filter(note=row, window=window, aside=True)
    if typed == row.texts:
        mine.delete()
    elif row.revision == revision or (window and row.window == window):
        _write(row, typed, window, at)
        mine.delete()
    else:
        DraftVersion.objects.update_or_create(
            note=row,
            window=window,
            aside=True,
            defaults={"texts": typed, "at": at},
            create_defaults={
                "practice_id": row.practice_id,
                "revision": revision,
                "texts": typed,
                "at": at,
            },
        )
        return Saved(row.revision, aside=True)
    return Saved(row.revision, aside=False)


@transaction.atomic
def settle_aside(note: Note, seen: Compared, *, texts: Mapping[str, str], at: datetime) -> None:
    """Make one text of the two that were compared, if both still are what was seen."""
    row = locked_draft(note)
    aside = DraftVersion.objects.filter(note=row, aside=True, id=seen.aside_id, at=seen.aside_at)
    if row.revision != seen.revision or not aside.exists():
        raise ComparedTooLate("This note was changed while you compared. Look once more.")
    _write(row, checked(row, texts), "", at)
    aside.delete()


@transaction.atomic
def discard_draft(note: Note, *, by: Actor, at: datetime) -> None:
    """Throw a draft away; what was never signed is not part of the record."""
    row = locked_draft(note)
    audit.record("discard", "note", [row.id], by=by, at=at)
    row.delete()


def locked_draft(note: Note) -> Note:
    """The row itself, locked, and not signed yet."""
    row = Note.objects.select_for_update().filter(id=note.id).first()
    if row is None:
        raise NotFound
    if row.signed_at is not None:
        raise AlreadySigned("This note has been signed. Add to it, or amend it with a reason.")
    return row


def _write(row: Note, texts: Texts, window: str, at: datetime) -> None:
    row.texts, row.window, row.saved_at = texts, window, at
    row.revision += 1
    row.save(update_fields=["texts", "window", "saved_at", "revision"])
    _keep_version(row, texts, window, at)


def _keep_version(row: Note, texts: Texts, window: str, at: datetime) -> None:
    """The last saves stay, to compare with; they go when the note is signed."""
    DraftVersion.objects.create(
        practice_id=row.practice_id,
        note=row,
        revision=row.revision,
        window=window,
        texts=texts,
        at=at,
    )
    older = DraftVersion.objects.filter(note=row, aside=False)
    older.filter(revision__lte=row.revision - KEPT_VERSIONS).delete()


def _check_belongs(
    relationship: Relationship, client: Client | None, session: Session | None
) -> None:
    """A client's chart is of somebody here; only several people share one of their own."""
    if client is not None:
        people.place_of(client.id, relationship)
    elif relationship.kind == RelationshipKind.INDIVIDUAL:
        raise NotFound
    if session is not None and session.relationship_id != relationship.id:
        raise NotFound
