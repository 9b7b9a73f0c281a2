"""A signed note to read, and what changed in it since a supervisor signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rapport.people.models import Member
from rapport.records.chain import is_whole
from rapport.records.difference import ChangedSection, changed_sections
from rapport.records.models import Note, Signing, SigningKind
from rapport.records.queries.rows import NoteRow, rows_of


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
class SinceCosigned:
    """What came after the supervisor's last signature; ``None`` of them: all of it is new."""

    signed_before: datetime | None
    changed: tuple[ChangedSection, ...]
    reasons: tuple[str, ...]
    addenda: tuple[SigningRow, ...]


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A signed note: the text that counts, what was added, and what it was before."""

    row: NoteRow
    current: SigningRow
    addenda: tuple[SigningRow, ...]
    cosignatures: tuple[SigningRow, ...]
    earlier: tuple[SigningRow, ...]
    last_number: int
    is_whole: bool
    cosigner_name: str
    since: SinceCosigned


def signed_note(note: Note) -> SignedNote:
    """A signed note already obtained, to read."""
    chain = list(Signing.objects.filter(note=note).order_by("number"))
    rows = [_signing(one) for one in chain]
    texts = [row for row in rows if row.sections]
    cosigner = Member.objects.filter(id=note.cosigner_id).first() if note.cosigner_id else None
    return SignedNote(
        row=rows_of([note])[0],
        current=texts[-1],
        addenda=_of_kind(rows, SigningKind.ADDENDUM),
        cosignatures=_of_kind(rows, SigningKind.CO_SIGNATURE),
        earlier=tuple(texts[:-1]),
        last_number=rows[-1].number,
        is_whole=is_whole(chain),
        cosigner_name=cosigner.name if cosigner else "",
        since=_since_cosigned(chain),
    )


def _since_cosigned(chain: list[Signing]) -> SinceCosigned:
    """What changed since the last co-signature, against the text that it was given to."""
    cosigned = [one for one in chain if one.kind == SigningKind.CO_SIGNATURE]
    if not cosigned:
        return SinceCosigned(None, (), (), ())
    last = cosigned[-1]
    texts = [one for one in chain if one.sections]
    seen = next(one for one in reversed(texts) if one.number < last.number)
    later = [one for one in chain if one.number > last.number]
    return SinceCosigned(
        signed_before=last.at,
        changed=changed_sections(seen.sections, texts[-1].sections),
        reasons=tuple(one.reason for one in later if one.reason),
        addenda=_of_kind([_signing(one) for one in later], SigningKind.ADDENDUM),
    )


def _of_kind(rows: list[SigningRow], kind: SigningKind) -> tuple[SigningRow, ...]:
    return tuple(row for row in rows if row.kind == kind)


def _signing(row: Signing) -> SigningRow:
    return SigningRow(
        number=row.number,
        kind=row.kind,
        sections=tuple(SignedPart(one["label"], one["text"]) for one in row.sections),
        words=row.words,
        reason=row.reason,
        name=row.name,
        at=row.at,
        digest=row.digest,
    )
