"""Whether a consent stands, and the ledger as plain rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from rapport.agreements import access
from rapport.agreements.models import ConsentEntry
from rapport.kernel.actor import Actor
from rapport.people.models import Client, Member, Relationship

ConsentState = Literal["stands", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One person's latest word on one purpose in one relationship."""

    relationship_id: UUID
    person_id: UUID
    person_name: str
    is_client: bool
    purpose: str
    purpose_label: str
    state: ConsentState
    text_version: str
    at: datetime
    expires_at: datetime | None


def consent_stands(
    relationship: Relationship,
    *,
    purpose: str,
    at: datetime,
    client: Client | None = None,
    member: Member | None = None,
) -> bool:
    """Whether this person's consent to this purpose stood at that time: no entry is a no."""
    rows = ConsentEntry.objects.filter(
        relationship=relationship, purpose=purpose, client=client, member=member, at__lte=at
    )
    latest = rows.order_by("-at", "-id").first()
    return latest is not None and _state(latest, at) == "stands"


def any_consent_stands(relationship: Relationship, *, at: datetime) -> bool:
    """Whether any client's consent to anything stands in a relationship already obtained."""
    rows = ConsentEntry.objects.filter(relationship=relationship, client__isnull=False)
    return any(_state(entry, at) == "stands" for entry in _latest(list(rows.order_by("at", "id"))))


def ledger(*, by: Actor, at: datetime) -> tuple[ConsentRow, ...]:
    """Everybody's latest word on every purpose, what ends soonest first; logged."""
    entries = access.readable_entries(by=by).filter(at__lte=at).order_by("at", "id")
    latest = _latest(list(entries))
    access.disclose(latest, by=by, at=at)
    rows = [_row(entry, at) for entry in latest]
    return tuple(sorted(rows, key=_soonest))


def _latest(entries: list[ConsentEntry]) -> list[ConsentEntry]:
    """The last of each person's words on each purpose; ``entries`` are in order of time."""
    last = {
        (entry.relationship_id, entry.client_id, entry.member_id, entry.purpose): entry
        for entry in entries
    }
    return list(last.values())


def _state(entry: ConsentEntry, at: datetime) -> ConsentState:
    if not entry.given:
        return "withdrawn"
    return "expired" if entry.expires_at is not None and entry.expires_at <= at else "stands"


def _soonest(row: ConsentRow) -> tuple[bool, float, str]:
    ends = row.expires_at.timestamp() if row.expires_at else 0.0
    return (row.expires_at is None, ends, row.person_name)


def _row(entry: ConsentEntry, at: datetime) -> ConsentRow:
    person = entry.client or entry.member
    assert person is not None, "a constraint keeps a consent one person's"
    return ConsentRow(
        relationship_id=entry.relationship_id,
        person_id=person.id,
        person_name=person.name,
        is_client=entry.client is not None,
        purpose=entry.purpose,
        purpose_label=entry.get_purpose_display(),
        state=_state(entry, at),
        text_version=entry.text_version,
        at=entry.at,
        expires_at=entry.expires_at,
    )
