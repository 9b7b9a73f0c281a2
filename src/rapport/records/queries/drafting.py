"""A draft to write on: its sections and facts, what another window typed, who can co-sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from rapport.kernel.actor import Actor
from rapport.people.models import Member
from rapport.people.queries import PersonRow, supervisor_ids
from rapport.records import access
from rapport.records.facts import Facts
from rapport.records.models import DraftVersion, Note
from rapport.records.note_templates import Section, section_of

LATELY = 5
Choice = Literal["saved", "other", "both"]


@dataclass(frozen=True, slots=True)
class TwoTexts:
    """One section as the draft has it and as another window has it."""

    key: str
    label: str
    saved: str
    other: str
    suggested: Choice

    def chosen(self, choice: str) -> str:
        """One text of the two, or both, one under the other."""
        both = "\n\n".join(text for text in (self.saved, self.other) if text)
        return {"saved": self.saved, "other": self.other}.get(choice, both)


@dataclass(frozen=True, slots=True)
class Aside:
    """What another window typed over an older text."""

    id: UUID
    at: datetime
    texts: tuple[TwoTexts, ...]


def sections_of(note: Note) -> tuple[Section, ...]:
    """The sections a note was begun with."""
    return tuple(section_of(one) for one in note.sections)


def facts_of(note: Note) -> Facts:
    """What was known when the note was begun."""
    return Facts.from_json(note.facts)


def asides_of(note: Note) -> tuple[Aside, ...]:
    """What other windows typed over an older text of this draft, first come first."""
    rows = DraftVersion.objects.filter(note=note, aside=True).order_by("at")
    return tuple(Aside(row.id, row.at, _two_texts(note, row)) for row in rows)


def cosigners_for(by: Actor) -> tuple[tuple[PersonRow, ...], UUID | None]:
    """Who supervises this member, and whom they asked last to co-sign."""
    people = supervisors_of(by)
    if not people:
        return (), None
    lately = access.last_written(by=by, limit=LATELY)
    asked = next((one.cosigner_id for one in lately if one.signed_at), None)
    return people, asked if asked in {one.id for one in people} else None


def supervisors_of(by: Actor) -> tuple[PersonRow, ...]:
    """Who supervises this member, longest first."""
    ids = supervisor_ids(by.id) if by.id else ()
    names = dict(Member.objects.filter(id__in=ids).values_list("id", "name"))
    return tuple(PersonRow(one, names[one]) for one in ids)


def _two_texts(note: Note, aside: DraftVersion) -> tuple[TwoTexts, ...]:
    """The sections that differ, each with what the text before both of them speaks for."""
    base = DraftVersion.objects.filter(note=note, aside=False, revision=aside.revision).first()
    before: dict[str, str] = base.texts if base else {}
    found = []
    for section in note.sections:
        key = section["key"]
        saved, other = note.texts.get(key, ""), aside.texts.get(key, "")
        if saved != other:
            suggested = _suggested(before.get(key), saved, other)
            found.append(TwoTexts(key, section["label"], saved, other, suggested))
    return tuple(found)


def _suggested(before: str | None, saved: str, other: str) -> Choice:
    """The side that changed it; both where both did."""
    if other in {before, ""}:
        return "saved"
    return "other" if saved in {before, ""} else "both"
