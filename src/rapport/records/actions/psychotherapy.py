"""Write a psychotherapy note, and write it anew. No event and no log entry holds a word of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Conflict, Refusal
from rapport.people.models import Relationship
from rapport.records.models import PsychotherapyNote
from rapport.records.psychotherapy import sealed
from rapport.records.texts import LONGEST, clean


class NothingWritten(Refusal):
    """A psychotherapy note needs words, and not too many."""

    code = "nothing_written"


class WrittenMeanwhile(Conflict):
    """Another window has written this psychotherapy note anew."""

    code = "written_meanwhile"


@transaction.atomic
def write_psychotherapy_note(
    relationship: Relationship, *, words: str, by: Actor, at: datetime
) -> PsychotherapyNote:
    """Keep something for oneself, apart from the record."""
    text = _check(words)
    note = PsychotherapyNote(
        practice_id=relationship.practice_id,
        relationship=relationship,
        author_id=by.person_id,
        written_at=at,
        changed_at=at,
    )
    note.sealed = sealed(note, text)
    note.save(force_insert=True)
    audit.record("write", "psychotherapy_note", [note.id], by=by, at=at)
    return note


@transaction.atomic
def rewrite_psychotherapy_note(
    note: PsychotherapyNote, *, words: str, revision: int, by: Actor, at: datetime
) -> None:
    """Replace its words, unless another window did so first."""
    rows = PsychotherapyNote.objects.filter(id=note.id, author_id=by.id, revision=revision)
    text = sealed(note, _check(words))
    if not rows.update(sealed=text, revision=revision + 1, changed_at=at):
        raise WrittenMeanwhile("This was written anew in another window.")
    audit.record("write", "psychotherapy_note", [note.id], by=by, at=at)


def _check(words: str) -> str:
    text = clean(words)
    if not text.strip() or len(text) > LONGEST:
        raise NothingWritten(
            "Write something first.",
            fields={"words": f"Write something, {LONGEST} characters at most."},
        )
    return text
