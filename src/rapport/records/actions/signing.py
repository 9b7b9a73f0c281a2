"""Sign a note, add to it, amend it with a reason, co-sign it. What was signed never changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Conflict, Refusal
from rapport.people.models import Member, Session
from rapport.people.queries import supervisor_ids
from rapport.records import search
from rapport.records.actions.drafting import locked_draft
from rapport.records.chain import digest_of
from rapport.records.models import DraftVersion, Note, Signing, SigningKind
from rapport.records.texts import LONGEST, checked, clean, sections_with

# Three days: a shorter time would mark Friday's notes written on Monday, and what is remembered
# later than that is worth telling apart from what was written while it was fresh.
LATE_AFTER = timedelta(hours=72)
LONGEST_REASON = 300


class NotReady(Refusal):
    """Something is missing before this can be signed."""

    code = "not_ready"


class AmendedMeanwhile(Conflict):
    """Something was signed on this note since it was opened."""

    code = "amended_meanwhile"


@transaction.atomic
def sign_note(note: Note, *, cosigner_id: UUID | None, by: Actor, at: datetime) -> Signing:
    """Sign the draft as it is saved, and lock it; perhaps ask a supervisor to sign as well."""
    row = locked_draft(note)
    sections = sections_with(row, row.texts)
    if not sections:
        first = row.sections[0]["key"]
        raise NotReady("There is nothing to sign yet.", fields={first: "Write something first."})
    if DraftVersion.objects.filter(note=row, aside=True).exists():
        raise NotReady("Two windows hold different texts of this note. Compare them first.")
    _check_supervises(cosigner_id, row)
    signing = _append(row, SigningKind.NOTE, sections=sections, by=by, at=at)
    row.signed_at, row.current, row.texts, row.window = at, signing, {}, ""
    row.late = is_late(row.session, at)
    row.cosigner_id, row.to_cosign = cosigner_id, cosigner_id is not None
    row.save()
    DraftVersion.objects.filter(note=row).delete()
    search.index(row)
    audit.record("sign", "note", [row.id], by=by, at=at)
    return signing


@transaction.atomic
def add_addendum(note: Note, *, words: str, by: Actor, at: datetime) -> Signing:
    """Add something to a signed note, under it."""
    row = _locked_signed(note)
    text = _check_words(words)
    signing = _append(row, SigningKind.ADDENDUM, words=text, by=by, at=at)
    _ask_again(row)
    search.index(row)
    audit.record("add", "note", [row.id], by=by, at=at)
    return signing


@transaction.atomic
def amend_note(
    note: Note, *, texts: Mapping[str, str], reason: str, number: int, by: Actor, at: datetime
) -> Signing:
    """Put a new version in front of a signed text, with a reason; the old one stays readable."""
    row = _locked_signed(note)
    _check_seen(row, number)
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        raise NotReady(
            "Say why the note is amended.",
            fields={"reason": f"A few words, {LONGEST_REASON} characters at most."},
        )
    sections = sections_with(row, checked(row, texts))
    if not sections or row.current is None or sections == row.current.sections:
        raise NotReady(
            "The text is as it was.", fields={row.sections[0]["key"]: "Change what is not right."}
        )
    signing = _append(row, SigningKind.AMENDMENT, sections=sections, reason=why, by=by, at=at)
    row.current = signing
    row.save(update_fields=["current"])
    _ask_again(row)
    search.index(row)
    audit.record("amend", "note", [row.id], by=by, at=at)
    return signing


@transaction.atomic
def ask_to_cosign(note: Note, *, cosigner_id: UUID | None, by: Actor, at: datetime) -> None:
    """Ask a supervisor to sign a note that nobody is asked about, or somebody who no longer can."""
    row = _locked_signed(note)
    if row.to_cosign and row.cosigner_id in supervisor_ids(row.author_id):
        raise AmendedMeanwhile("This note waits for a signature already.")
    _check_supervises(cosigner_id, row)
    row.cosigner_id, row.to_cosign = cosigner_id, cosigner_id is not None
    row.save(update_fields=["cosigner", "to_cosign"])
    audit.record("ask to co-sign", "note", [row.id], by=by, at=at)


@transaction.atomic
def co_sign(note: Note, *, words: str, number: int, by: Actor, at: datetime) -> Signing:
    """Sign as the supervisor what stands there, as it was shown."""
    row = _locked_signed(note)
    if not row.to_cosign or row.cosigner_id != by.id:
        raise AmendedMeanwhile("This note does not wait for your signature any more.")
    _check_seen(row, number)
    text = clean(words)
    if len(text) > LONGEST:
        raise NotReady("This is too long.", fields={"words": f"{LONGEST} characters at most."})
    signing = _append(row, SigningKind.CO_SIGNATURE, words=text, by=by, at=at)
    row.to_cosign = False
    row.save(update_fields=["to_cosign"])
    audit.record("co_sign", "note", [row.id], by=by, at=at)
    return signing


def is_late(session: Session | None, at: datetime) -> bool:
    """Whether a note signed now is a late entry for its session."""
    if session is None:
        return False
    return at > session.held_at + timedelta(minutes=session.duration_min) + LATE_AFTER


def _append(row: Note, kind: SigningKind, *, by: Actor, at: datetime, **what: Any) -> Signing:
    last = Signing.objects.filter(note=row).order_by("-number").first()
    signing = Signing(
        practice_id=row.practice_id,
        note=row,
        number=last.number + 1 if last else 1,
        kind=kind.value,
        member_id=by.person_id,
        name=Member.objects.values_list("name", flat=True).get(id=by.person_id),
        at=at,
        previous=last.digest if last else "",
        **what,
    )
    signing.digest = digest_of(signing)
    signing.save(force_insert=True)
    return signing


def _ask_again(row: Note) -> None:
    """What a supervisor has signed is no longer all that stands there; who left is not asked."""
    if row.cosigner_id not in supervisor_ids(row.author_id):
        row.cosigner_id = None
    row.to_cosign = row.cosigner_id is not None
    row.save(update_fields=["cosigner", "to_cosign"])


def _check_supervises(cosigner_id: UUID | None, row: Note) -> None:
    if cosigner_id is not None and cosigner_id not in supervisor_ids(row.author_id):
        raise NotReady("Choose somebody who supervises you.", fields={"cosigner": "Choose one."})


def _locked_signed(note: Note) -> Note:
    row = Note.objects.select_for_update(of=("self",)).select_related("current").get(id=note.id)
    if row.signed_at is None:
        raise NotReady("Sign the note first.")
    return row


def _check_seen(row: Note, number: int) -> None:
    if Signing.objects.filter(note=row, number__gt=number).exists():
        raise AmendedMeanwhile("Something was signed on this note meanwhile. Read it first.")


def _check_words(words: str) -> str:
    text = clean(words)
    if not text.strip() or len(text) > LONGEST:
        raise NotReady(
            "An addendum needs words.",
            fields={"words": f"Write something, {LONGEST} characters at most."},
        )
    return text
