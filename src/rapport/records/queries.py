"""Notes as plain rows: of a relationship, one's own, to co-sign; one note to read or to write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from rapport.kernel.actor import Actor
from rapport.people.models import Client, Member, Relationship, Session
from rapport.people.queries import names_of, supervisor_ids
from rapport.records import access, search
from rapport.records.chain import is_whole
from rapport.records.difference import ChangedSection, changed_sections
from rapport.records.facts import Facts
from rapport.records.models import DraftVersion, Note, NoteTemplate, Signing, SigningKind
from rapport.records.note_templates import Section, Template, section_of, shipped
from rapport.records.psychotherapy import opened

PAGE = 30
MOST_FOUND = 50
OPENING = 160


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note of a list. ``client_name`` is "" in the relationship's own chart."""

    id: UUID
    relationship_id: UUID
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


@dataclass(frozen=True, slots=True)
class NotePage:
    """One page of a relationship's notes."""

    rows: tuple[NoteRow, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class SignedPart:
    """One section of a signed text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class SigningRow:
    """One link of the chain: who signed what and when."""

    number: int
    kind: str
    sections: tuple[SignedPart, ...]
    words: str
    reason: str
    name: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A signed note to read: the text that counts, what was added, and what it was before."""

    row: NoteRow
    current: SigningRow
    addenda: tuple[SigningRow, ...]
    cosignatures: tuple[SigningRow, ...]
    earlier: tuple[SigningRow, ...]
    last_number: int
    is_whole: bool
    cosigner_name: str


@dataclass(frozen=True, slots=True)
class SinceCosigned:
    """What came after the supervisor's last signature; nothing signed yet means all of it."""

    signed_before: datetime | None
    changed: tuple[ChangedSection, ...]
    reasons: tuple[str, ...]
    addenda: tuple[SigningRow, ...]


@dataclass(frozen=True, slots=True)
class TwoTexts:
    """One section as the draft has it and as another window has it."""

    key: str
    label: str
    saved: str
    other: str
    suggested: Literal["saved", "other", "both"]


@dataclass(frozen=True, slots=True)
class Aside:
    """What another window typed over an older text."""

    id: UUID
    at: datetime
    texts: tuple[TwoTexts, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who could co-sign."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PrivateNote:
    """A psychotherapy note, opened for its author."""

    id: UUID
    words: str
    revision: int
    written_at: datetime
    changed_at: datetime


def notes_of(
    relationship: Relationship, *, client: Client, page: int, by: Actor, at: datetime
) -> NotePage:
    """What a client's page shows: their own chart, and the one they share; no other person's."""
    rows = access.readable_in(relationship, by=by)
    charts = rows.filter(Q(client=client) | Q(client=None)).order_by("-begun_at")
    pages = Paginator(charts, PAGE)
    shown = pages.get_page(page)
    notes = list(shown)
    access.disclose(notes, by=by, at=at)
    return NotePage(_rows(notes), shown.number, pages.num_pages, pages.count)


def drafts(*, by: Actor) -> tuple[NoteRow, ...]:
    """One's own drafts, the last touched first."""
    rows = access.own_notes(by=by).filter(signed_at=None).order_by("-saved_at")
    return _rows(list(rows[:MOST_FOUND]))


def last_signed(*, by: Actor) -> tuple[NoteRow, ...]:
    """What one signed last."""
    rows = access.own_notes(by=by).filter(signed_at__isnull=False).order_by("-signed_at")
    return _rows(list(rows[:PAGE]))


def search_own(asked: str, *, by: Actor, at: datetime) -> tuple[NoteRow, ...]:
    """One's own signed notes in which the words occur, newest first, the disclosure logged."""
    if by.id is None:
        return ()
    ids = search.found(asked, author_id=by.id, limit=MOST_FOUND)
    notes = {one.id: one for one in access.own_notes(by=by).filter(id__in=ids)}
    shown = [notes[note_id] for note_id in ids if note_id in notes]
    access.disclose(shown, by=by, at=at)
    return _rows(shown, around=search.words_of(asked))


def to_cosign(*, by: Actor, at: datetime) -> tuple[NoteRow, ...]:
    """What waits for this supervisor's signature, oldest first."""
    rows = list(access.to_cosign(by=by).order_by("signed_at")[:MOST_FOUND])
    access.disclose(rows, by=by, at=at)
    return _rows(rows)


def of_session(session: Session, *, by: Actor) -> tuple[NoteRow, ...]:
    """One's own notes about a session already obtained."""
    rows = access.own_notes(by=by).filter(session=session).order_by("begun_at")
    return _rows(list(rows))


def signed_note(note: Note) -> SignedNote:
    """A signed note already obtained, to read."""
    chain = list(Signing.objects.filter(note=note).order_by("number"))
    rows = [_signing(one) for one in chain]
    texts = [row for row in rows if row.kind in {SigningKind.NOTE, SigningKind.AMENDMENT}]
    cosigner = Member.objects.filter(id=note.cosigner_id).first() if note.cosigner_id else None
    return SignedNote(
        row=_rows([note])[0],
        current=texts[-1],
        addenda=tuple(row for row in rows if row.kind == SigningKind.ADDENDUM),
        cosignatures=tuple(row for row in rows if row.kind == SigningKind.CO_SIGNATURE),
        earlier=tuple(texts[:-1]),
        last_number=rows[-1].number,
        is_whole=is_whole(chain),
        cosigner_name=cosigner.name if cosigner else "",
    )


def since_cosigned(note: Note) -> SinceCosigned:
    """What changed in a note already obtained since it was last co-signed."""
    chain = list(Signing.objects.filter(note=note).order_by("number"))
    cosigned = [one for one in chain if one.kind == SigningKind.CO_SIGNATURE]
    last = cosigned[-1] if cosigned else None
    texts = [one for one in chain if one.sections]
    seen = [one for one in texts if last and one.number < last.number]
    later = [one for one in chain if last and one.number > last.number]
    return SinceCosigned(
        signed_before=last.at if last else None,
        changed=changed_sections(seen[-1].sections, texts[-1].sections) if seen else (),
        reasons=tuple(one.reason for one in later if one.reason),
        addenda=tuple(_signing(one) for one in later if one.kind == SigningKind.ADDENDUM),
    )


def row_of(note: Note) -> NoteRow:
    """A note already obtained, as a plain row."""
    return _rows([note])[0]


def sections_of(note: Note) -> tuple[Section, ...]:
    """The sections a note was begun with."""
    return tuple(section_of(one) for one in note.sections)


def texts_of(note: Note) -> dict[str, str]:
    """What stands in each section: of the draft, or of the signed text that counts."""
    if note.current is None:
        return dict(note.texts)
    return {one["key"]: one["text"] for one in note.current.sections}


def facts_of(note: Note) -> Facts:
    """What was known when the note was begun."""
    return Facts.from_json(note.facts)


def asides_of(note: Note) -> tuple[Aside, ...]:
    """What other windows typed over an older text of this draft, first come first."""
    rows = DraftVersion.objects.filter(note=note, aside=True).order_by("at")
    return tuple(Aside(row.id, row.at, _two_texts(note, row)) for row in rows)


def cosigners_for(by: Actor) -> tuple[tuple[Person, ...], UUID | None]:
    """Who supervises this member, and whom they asked last to co-sign."""
    ids = supervisor_ids(by.id) if by.id else ()
    if not ids:
        return (), None
    people = {one.id: one.name for one in Member.objects.filter(id__in=ids)}
    last = access.own_notes(by=by).filter(signed_at__isnull=False).order_by("-signed_at").first()
    asked = last.cosigner_id if last and last.cosigner_id in people else None
    return tuple(Person(one, people[one]) for one in ids), asked


def templates_for(track: str) -> tuple[Template, ...]:
    """What a note on this side of the wall can be begun with: what ships, then the practice's."""
    own = NoteTemplate.objects.filter(track=track, retired_at=None).order_by("name", "id")
    ready = [one for one in shipped() if track in one.tracks]
    return (*ready, *(template_of(row) for row in own))


def template_of(row: NoteTemplate) -> Template:
    """A practice's own template."""
    return Template(
        key=str(row.id),
        name=row.name,
        about="",
        tracks=(row.track,),
        sections=tuple(section_of(one) for one in row.sections),
    )


def own_templates(*, by: Actor) -> tuple[Template, ...]:
    """The practice's own templates, for whoever may make them."""
    return tuple(template_of(row) for row in access.templates(by=by).order_by("name", "id"))


def last_template(*, track: str, by: Actor) -> str:
    """The template this member began a note with last, on this side; else the first."""
    offered = [one.key for one in shipped() if track in one.tracks]
    first = "coaching" if track == "coaching" else offered[0]
    last = access.own_notes(by=by).filter(relationship__track=track, session__isnull=False)
    return last.order_by("-begun_at").values_list("template", flat=True).first() or first


def psychotherapy_notes(relationship: Relationship, *, by: Actor) -> tuple[PrivateNote, ...]:
    """One's own psychotherapy notes of a relationship already obtained, newest first."""
    rows = access.psychotherapy_notes(relationship, by=by).order_by("-written_at")
    return tuple(
        PrivateNote(row.id, opened(row), row.revision, row.written_at, row.changed_at)
        for row in rows[:PAGE]
    )


def _two_texts(note: Note, aside: DraftVersion) -> tuple[TwoTexts, ...]:
    """Where both changed a section since they parted, both texts are suggested, else the changed."""
    base = DraftVersion.objects.filter(note=note, aside=False, revision=aside.revision).first()
    before: dict[str, str] = base.texts if base else {}
    return tuple(
        TwoTexts(key, section["label"], saved, other, _suggested(before.get(key), saved, other))
        for section in note.sections
        if (key := section["key"])
        and (saved := note.texts.get(key, "")) != (other := aside.texts.get(key, ""))
    )


def _suggested(before: str | None, saved: str, other: str) -> Literal["saved", "other", "both"]:
    if other == before or not other:
        return "saved"
    return "other" if saved == before or not saved else "both"


def _rows(notes: list[Note], *, around: list[str] | None = None) -> tuple[NoteRow, ...]:
    ids = {note.relationship_id for note in notes}
    names = names_of(_relationships(ids)) if ids else {}
    return tuple(
        NoteRow(
            id=note.id,
            relationship_id=note.relationship_id,
            title=note.title,
            client_name=note.client.name if note.client else "",
            relationship_name=names[note.relationship_id],
            session_number=note.session.number if note.session else None,
            author_name=note.author.name,
            begun_at=note.begun_at,
            signed_at=note.signed_at,
            late=note.late,
            to_cosign=note.to_cosign,
            opening=_opening(note, around or []),
        )
        for note in notes
    )


def _relationships(ids: set[UUID]) -> QuerySet[Relationship]:
    rows = Relationship.objects.filter(id__in=ids)
    return rows.select_related("practice", "therapist", "interpreter")


def _opening(note: Note, around: list[str]) -> str:
    """The first words, or those around what was looked for."""
    text = " ".join(" ".join(texts_of(note).values()).split())
    places = [at for word in around if (at := text.lower().find(word)) >= 0]
    begin = max(0, min(places) - OPENING // 3) if places else 0
    begin = text.rfind(" ", 0, begin) + 1
    shown = text[begin : begin + OPENING]
    return ("… " if begin else "") + shown + (" …" if begin + OPENING < len(text) else "")


def _signing(row: Signing) -> SigningRow:
    sections: list[dict[str, Any]] = row.sections
    return SigningRow(
        number=row.number,
        kind=row.kind,
        sections=tuple(SignedPart(one["label"], one["text"]) for one in sections),
        words=row.words,
        reason=row.reason,
        name=row.name,
        at=row.at,
        digest=row.digest,
    )
