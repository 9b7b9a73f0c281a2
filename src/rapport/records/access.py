"""The only way a person obtains a note.

==================  ===================================================================
read                signed notes of one's own relationships and of one's supervisees';
                    one's own drafts; drafts in one's own relationships whose author has left
draft               its author, after a hand-over too, so that it can be signed
own                 the author of a signed note, while the relationship is theirs
to co-sign          the supervisor who was asked, while they supervise the author
psychotherapy note  its author, and nobody else whatever their role
==================  ===================================================================
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn
from uuid import UUID

from django.db.models import Q, QuerySet

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import NotFound
from rapport.people import access as people
from rapport.people.models import Relationship, Role
from rapport.records.models import Note, NoteTemplate, PsychotherapyNote

_LEFT_DRAFTS = Q(signed_at=None, author__left_on__isnull=False)
MAY_MAKE_TEMPLATES = people.PRACTITIONERS | {Role.ADMIN.value}


def own_notes(*, by: Actor) -> QuerySet[Note]:
    """What this member wrote in relationships that are still theirs, and their drafts in all."""
    mine = Q(relationship__in=people.own_relationships(by=by))
    return _rows().filter(mine | _own_drafts(by), author_id=by.id)


def last_written(*, by: Actor, limit: int) -> QuerySet[Note]:
    """The latest that this member began and may still read, newest first.

    The author's index gives the identifiers; a database asked for both at once walks through every
    note of every relationship.
    """
    written = Note.objects.filter(author_id=by.id).order_by("-begun_at")
    ids = list(written.values_list("id", flat=True)[:limit])
    return own_notes(by=by).filter(id__in=ids).order_by("-begun_at")


def readable_in(relationship: Relationship, *, by: Actor) -> QuerySet[Note]:
    """The notes of a relationship already obtained that this member may read."""
    readable = Q(signed_at__isnull=False) | _own_drafts(by)
    if relationship.therapist_id == by.id:
        readable |= _LEFT_DRAFTS
    return _rows().filter(readable, relationship=relationship)


def note(note_id: UUID, *, by: Actor, at: datetime) -> Note:
    """One note to read: signed, one's own draft, or one that its author left behind."""
    mine = Q(relationship__in=people.own_relationships(by=by))
    theirs = Q(relationship__in=people.supervised_relationships(by=by))
    signed = Q(signed_at__isnull=False)
    asked = Q(id__in=to_cosign(by=by).values("id"))
    drafts = _own_drafts(by) | _LEFT_DRAFTS & mine
    rows = _rows().filter(signed & (mine | theirs) | asked | drafts)
    return _one(rows, note_id, by=by, at=at)


def own(note_id: UUID, *, by: Actor, at: datetime) -> Note:
    """One note of one's own, to write: a draft to go on with, a signed one to add to."""
    return _one(own_notes(by=by), note_id, by=by, at=at)


def to_save(note_id: UUID, *, by: Actor, at: datetime) -> Note:
    """One note of one's own to save what was typed: it shows nothing, so nothing is disclosed."""
    found = own_notes(by=by).filter(id=note_id).first()
    if found is None:
        _refuse("note", note_id, by=by, at=at)
    return found


def to_cosign(*, by: Actor) -> QuerySet[Note]:
    """What waits for this supervisor's signature."""
    if not by.has(Role.SUPERVISOR):
        return _rows().none()
    return _rows().filter(
        cosigner_id=by.id, to_cosign=True, author__supervised_by__supervisor_id=by.id
    )


def one_to_cosign(note_id: UUID, *, by: Actor, at: datetime) -> Note:
    """One note that waits for this supervisor's signature."""
    return _one(to_cosign(by=by), note_id, by=by, at=at)


def check_may_make_templates(*, by: Actor) -> None:
    """That this member writes notes, or runs the office of those who do."""
    if not by.roles & MAY_MAKE_TEMPLATES:
        raise NotFound


def templates(*, by: Actor) -> QuerySet[NoteTemplate]:
    """The practice's own templates, for whoever may make them."""
    check_may_make_templates(by=by)
    return NoteTemplate.objects.select_related("made_by").filter(retired_at=None)


def template(template_id: UUID, *, by: Actor) -> NoteTemplate:
    """One of the practice's own templates, to retire it."""
    found = templates(by=by).filter(id=template_id).first()
    if found is None:
        raise NotFound
    return found


def psychotherapy_notes(relationship: Relationship, *, by: Actor) -> QuerySet[PsychotherapyNote]:
    """One's own in a relationship already obtained."""
    return PsychotherapyNote.objects.filter(relationship=relationship, author_id=by.id)


def place_of_psychotherapy_notes(relationship_id: UUID, *, by: Actor, at: datetime) -> Relationship:
    """A relationship of one's own; one that was, as long as notes of one's own are kept there."""
    kept = PsychotherapyNote.objects.select_related("relationship")
    note = kept.filter(relationship_id=relationship_id, author_id=by.id).first()
    is_past = note is not None and note.relationship.therapist_id != by.id
    if note is None or not is_past or not by.roles & people.PRACTITIONERS:
        return people.own(relationship_id, by=by, at=at)
    audit.record("read", "relationship", [relationship_id], by=by, at=at)
    return note.relationship


def psychotherapy_note(note_id: UUID, *, by: Actor, at: datetime) -> PsychotherapyNote:
    """One psychotherapy note of one's own."""
    rows = PsychotherapyNote.objects.select_related("relationship")
    found = rows.filter(id=note_id, author_id=by.id).first()
    if found is None or not by.roles & people.PRACTITIONERS:
        _refuse("psychotherapy_note", note_id, by=by, at=at)
    audit.record("read", "psychotherapy_note", [note_id], by=by, at=at)
    return found


def disclose(notes: list[Note], *, by: Actor, at: datetime) -> None:
    """Log that these notes were shown together in a list."""
    if notes:
        audit.record("list", "note", [one.id for one in notes], by=by, at=at)


def disclose_psychotherapy_notes(ids: list[UUID], *, by: Actor, at: datetime) -> None:
    """Log that these of one's own were shown together in a list."""
    if ids:
        audit.record("list", "psychotherapy_note", ids, by=by, at=at)


def _own_drafts(by: Actor) -> Q:
    tracks = people.tracks_of(by)
    return Q(signed_at=None, author_id=by.id, relationship__track__in=tracks)


def _rows() -> QuerySet[Note]:
    return Note.objects.select_related(
        "relationship__practice",
        "relationship__therapist",
        "client",
        "session",
        "author",
        "current",
    )


def _one(rows: QuerySet[Note], note_id: UUID, *, by: Actor, at: datetime) -> Note:
    found = rows.filter(id=note_id).first()
    if found is None:
        _refuse("note", note_id, by=by, at=at)
    audit.record("read", "note", [note_id], by=by, at=at)
    return found


def _refuse(kind: str, subject_id: UUID, *, by: Actor, at: datetime) -> NoReturn:
    audit.record("refused", kind, [subject_id], by=by, at=at)
    raise NotFound
