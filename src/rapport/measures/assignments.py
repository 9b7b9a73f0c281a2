"""What is asked beside the standard check-ins, and what could be.

A measure can be assigned when clients answer it and this practice may show it: it is our own, or
its wording was imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from rapport.measures.forms import STANDARD
from rapport.measures.models import Assignment, Wording
from rapport.people.models import Relationship
from rapport.science import instruments
from rapport.science.instruments import Instrument


@dataclass(frozen=True, slots=True)
class MeasureCard:
    """One measure as a therapist chooses it.

    ``copyright`` came with the imported wording; ``licence`` is what its authors say of it.
    """

    key: str
    title: str
    items: int
    validated: bool
    ours: bool
    available: bool
    licence: str
    licence_warning: str
    credit: str
    copyright: str
    risk: bool


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One assignment; ``client_name`` is empty where every client of the relationship is asked."""

    id: UUID
    instrument: str
    title: str
    validated: bool
    client_id: UUID | None
    client_name: str
    moment: str
    every: int
    from_session: int
    until_session: int | None
    assigned_by: str
    assigned_at: datetime
    ended_at: datetime | None
    ended_by: str


def due(relationship: Relationship, *, session_number: int, moment: str) -> list[Assignment]:
    """What is assigned and falls due at a session, longest assigned first."""
    rows = Assignment.objects.filter(
        Q(until_session=None) | Q(until_session__gte=session_number),
        relationship=relationship,
        moment=moment,
        ended_at=None,
        from_session__lte=session_number,
    ).select_related("relationship")
    return [row for row in rows.order_by("id") if is_due(row, session_number)]


def is_due(assignment: Assignment, session_number: int) -> bool:
    """Whether a session is one of those at which it is asked."""
    last = assignment.until_session
    if session_number < assignment.from_session or (last is not None and session_number > last):
        return False
    return (session_number - assignment.from_session) % assignment.every == 0


def assignments_of(relationship: Relationship, *, client_id: UUID) -> tuple[AssignmentRow, ...]:
    """What this client was ever assigned in a relationship already obtained, open ones first."""
    rows = _of_client(relationship, client_id).select_related("client", "assigned_by", "ended_by")
    found = [_row(row) for row in rows.order_by("assigned_at", "id")]
    return tuple(sorted(found, key=lambda row: row.ended_at is not None))


def measure_cards() -> tuple[MeasureCard, ...]:
    """Every measure that clients answer and that is not asked of everybody anyway, by title."""
    terms = dict(Wording.objects.order_by("-imported_at").values_list("instrument", "copyright"))
    cards = [
        _card(instrument, terms)
        for instrument in instruments.all()
        if instrument.respondent == "client" and instrument.key not in STANDARD
    ]
    return tuple(sorted(cards, key=lambda card: card.title.casefold()))


def _of_client(relationship: Relationship, client_id: UUID) -> QuerySet[Assignment]:
    named = Q(client_id=client_id) | Q(client=None)
    return Assignment.objects.filter(named, relationship=relationship)


def _card(instrument: Instrument, terms: dict[str, str]) -> MeasureCard:
    ours = instrument.wording == "ours"
    return MeasureCard(
        key=instrument.key,
        title=instrument.title,
        items=len(instrument.items),
        validated=instrument.validated,
        ours=ours,
        available=ours or instrument.key in terms,
        licence=instrument.licence,
        licence_warning=instrument.licence_warning,
        credit=instrument.credit,
        copyright=terms.get(instrument.key, ""),
        risk=bool(instrument.risks),
    )


def _row(row: Assignment) -> AssignmentRow:
    instrument = instruments.load(row.instrument)
    return AssignmentRow(
        id=row.id,
        instrument=instrument.key,
        title=instrument.title,
        validated=instrument.validated,
        client_id=row.client_id,
        client_name=row.client.name if row.client else "",
        moment=row.moment,
        every=row.every,
        from_session=row.from_session,
        until_session=row.until_session,
        assigned_by=row.assigned_by.name,
        assigned_at=row.assigned_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by.name if row.ended_by else "",
    )
