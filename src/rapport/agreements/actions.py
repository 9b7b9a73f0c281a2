"""Give and withdraw consent: every word is a new entry of the ledger."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from rapport.agreements.models import ConsentEntry, Purpose
from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Refusal
from rapport.people.models import Client, Member, Participant, Relationship


class BadConsent(Refusal):
    """Not a purpose, no text, an end before the beginning, or somebody who is not there."""

    code = "bad_consent"


@transaction.atomic
def give_consent(
    relationship: Relationship,
    *,
    purpose: str,
    text: str,
    by: Actor,
    at: datetime,
    client: Client | None = None,
    member: Member | None = None,
    text_version: str = "1",
    expires_at: datetime | None = None,
) -> ConsentEntry:
    """Record that one person agreed to one purpose, and to which text exactly."""
    if expires_at is not None and expires_at <= at:
        raise BadConsent(
            "A consent cannot end before it begins.", fields={"expires_at": "Choose a later day."}
        )
    entry = ConsentEntry(
        client=client,
        member=member,
        purpose=purpose,
        given=True,
        text_version=text_version,
        expires_at=expires_at,
    )
    return _enter(entry, relationship, text, by=by, at=at)


@transaction.atomic
def withdraw_consent(
    relationship: Relationship,
    *,
    purpose: str,
    text: str,
    by: Actor,
    at: datetime,
    client: Client | None = None,
    member: Member | None = None,
    text_version: str = "1",
) -> ConsentEntry:
    """Record that one person took their consent back; it ends at once."""
    entry = ConsentEntry(
        client=client, member=member, purpose=purpose, given=False, text_version=text_version
    )
    return _enter(entry, relationship, text, by=by, at=at)


def _enter(
    entry: ConsentEntry, relationship: Relationship, text: str, *, by: Actor, at: datetime
) -> ConsentEntry:
    _check(entry, relationship, text)
    entry.practice_id = relationship.practice_id
    entry.relationship = relationship
    entry.text_sha256 = hashlib.sha256(text.encode()).hexdigest()
    entry.at = at
    entry.recorded_by_id = by.id if by.kind == "member" else None
    entry.save(force_insert=True)
    verb = "consent" if entry.given else "withdraw"
    audit.record(verb, "consent", [entry.id], by=by, at=at)
    return entry


def _check(entry: ConsentEntry, relationship: Relationship, text: str) -> None:
    if entry.purpose not in Purpose.values:
        raise BadConsent(
            f"There is no purpose {entry.purpose!r}.",
            fields={"purpose": f"Choose from {', '.join(Purpose.values)}."},
        )
    if not text.strip():
        raise BadConsent("A consent needs the text that was agreed to.", fields={"text": "Empty."})
    if (entry.client is None) == (entry.member is None):
        raise BadConsent("A consent is one person's: a client's or a member's.")
    if not _takes_part(relationship, entry):
        raise BadConsent("This person is not part of the relationship.")


def _takes_part(relationship: Relationship, entry: ConsentEntry) -> bool:
    if entry.client is None:
        return entry.member_id in {relationship.therapist_id, relationship.interpreter_id}
    return Participant.objects.filter(relationship=relationship, client=entry.client).exists()
