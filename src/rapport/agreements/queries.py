"""Whether a consent stands, and how things stand with one client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rapport.agreements import access, texts
from rapport.agreements.models import ConsentEntry, Purpose
from rapport.kernel.actor import Actor
from rapport.people.models import Client, Member, Relationship

ConsentState = Literal["stands", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one client and one purpose.

    ``asked`` is today's text; ``agreed`` the one their latest word was about, where it is known.
    ``noted_by`` is empty where they said it themselves.
    """

    purpose: str
    purpose_label: str
    state: ConsentState | Literal["never"]
    asked: texts.Text
    agreed: texts.Text | None
    at: datetime | None = None
    expires_at: datetime | None = None
    noted_by: str = ""


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
    return latest is not None and state_of(latest, at) == "stands"


def any_consent_stands(relationship: Relationship, *, at: datetime) -> bool:
    """Whether any client's consent to anything stands in a relationship already obtained."""
    rows = ConsentEntry.objects.filter(relationship=relationship, client__isnull=False)
    latest = {(entry.client_id, entry.purpose): entry for entry in rows.order_by("at", "id")}
    return any(state_of(entry, at) == "stands" for entry in latest.values())


def consents_of(
    relationship: Relationship, *, client: Client, by: Actor, at: datetime
) -> tuple[Standing, ...]:
    """One client's word on every purpose, asked or not, in a relationship already obtained."""
    rows = ConsentEntry.objects.select_related("recorded_by").filter(
        relationship=relationship, client=client, at__lte=at
    )
    latest = {entry.purpose: entry for entry in rows.order_by("at", "id")}
    access.disclose(latest.values(), by=by, at=at)
    purposes = sorted(Purpose, key=lambda purpose: purpose != Purpose.MESSAGES)  # asked for most
    return tuple(_standing(purpose, latest.get(purpose), at) for purpose in purposes)


def state_of(entry: ConsentEntry, at: datetime) -> ConsentState:
    """Whether one entry, the latest of its kind, is in force."""
    if not entry.given:
        return "withdrawn"
    return "expired" if entry.expires_at is not None and entry.expires_at <= at else "stands"


def _standing(purpose: Purpose, entry: ConsentEntry | None, at: datetime) -> Standing:
    if entry is None:
        return Standing(purpose, purpose.label, "never", texts.current(purpose), None)
    recorder = entry.recorded_by
    return Standing(
        purpose=purpose,
        purpose_label=purpose.label,
        state=state_of(entry, at),
        asked=texts.current(purpose),
        agreed=texts.agreed(purpose, entry.text_sha256),
        at=entry.at,
        expires_at=entry.expires_at,
        noted_by=recorder.name if recorder else "",
    )
