"""Today: the sessions of one day, what is missing, and what cannot wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from rapport.alerts import access as alert_access
from rapport.alerts.queries import at_risk, row_of, told_next
from rapport.alerts.severity import worst_first
from rapport.alliance.models import Standing
from rapport.alliance.queries.parts import Mark, RiskLine, Strip
from rapport.alliance.queries.readings import (
    DyadKey,
    clients_in,
    in_first_five,
    last_numbers,
    marks_of,
    risk_line,
    standings_of,
    strip_of,
)
from rapport.kernel.actor import Actor
from rapport.measures.forms import STANDARD, title_of
from rapport.measures.models import CheckIn
from rapport.measures.queries import CheckInState, check_in_states
from rapport.people.access import disclose_list, own_relationships
from rapport.people.models import Client, Practice, Relationship
from rapport.scheduling.queries import AppointmentRow, own_day

AT_MOST = 50


@dataclass(frozen=True, slots=True)
class TodayDyad:
    """One client within a session of the day; a couple has two.

    ``marks`` are the two (or three) sides' ratings of the last session held. ``sentence`` is
    the open suggestion, or what changed last, or nothing; ``suggestion_id`` is its alert.
    """

    client_id: UUID
    client_name: str
    marks: tuple[Mark, ...]
    first_five: bool
    strip: Strip
    sentence: str
    suggestion_id: UUID | None
    risk_open: bool


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One appointment of the day; ``session_number`` is the one it holds or would hold.

    ``place`` is ``room``, ``video`` or ``phone``; ``state`` is ``planned``, ``held``,
    ``missed`` or ``cancelled``.
    """

    appointment_id: UUID
    relationship_id: UUID
    starts_at: datetime
    duration_min: int
    place: str
    state: str
    track: str
    interpreter_name: str
    session_number: int
    dyads: tuple[TodayDyad, ...]

    @property
    def names(self) -> str:
        """The clients' names as one line."""
        return " & ".join(dyad.client_name for dyad in self.dyads)


@dataclass(frozen=True, slots=True)
class MissingRating:
    """A check-in that somebody can still answer; ``mine`` when it is the viewer's own."""

    check_in_id: UUID
    relationship_id: UUID
    client_id: UUID
    client_name: str
    session_number: int
    moment: str
    rater: str
    title: str
    standard: bool
    mine: bool
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Today:
    """A practitioner's day, in the practice's own time zone.

    ``missing`` are one's own open check-ins and one's clients', oldest first, at most 50.
    """

    day: date
    timezone: str
    risks: tuple[RiskLine, ...]
    rows: tuple[TodayRow, ...]
    missing: tuple[MissingRating, ...]


def today_for(by: Actor, *, day: date, at: datetime) -> Today:
    """One's own day; the same number of queries however many come."""
    zone = Practice.objects.values_list("timezone", flat=True).get(id=by.practice_id)
    appointments, relationships = own_day(day, zone=ZoneInfo(zone), by=by)
    missing = _missing(by, at)
    named = {row.relationship_id: row.relationship for row in missing}
    disclose_list((relationships | named).values(), by=by, at=at)
    shown = _Shown.of(relationships, at=at)
    risks = alert_access.visible(by=by).filter(kind="risk", settled_at=None)
    waiting = worst_first(risks)
    alert_access.disclose_list(waiting, by=by, at=at)
    told = told_next(waiting)
    return Today(
        day=day,
        timezone=zone,
        risks=tuple(
            risk_line(row_of(alert), told_next=told.get(alert.owner_id, "")) for alert in waiting
        ),
        rows=tuple(shown.row(appointment) for appointment in appointments),
        missing=tuple(_missing_rating(row, by) for row in missing),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """All that is needed to show the relationships of one day."""

    relationships: dict[UUID, Relationship]
    clients: dict[UUID, tuple[Client, ...]]
    standings: dict[DyadKey, Standing]
    last: dict[UUID, int]
    states: dict[tuple[UUID, int], tuple[CheckInState, ...]]
    risks: frozenset[DyadKey]

    @classmethod
    def of(cls, relationships: dict[UUID, Relationship], *, at: datetime) -> _Shown:
        ids = relationships.keys()
        last = last_numbers(ids)
        return cls(
            relationships=relationships,
            clients=clients_in(ids),
            standings=standings_of(ids),
            last=last,
            states=check_in_states(tuple(last.items()), at=at),
            risks=at_risk(ids),
        )

    def row(self, appointment: AppointmentRow) -> TodayRow:
        relationship = self.relationships[appointment.relationship_id]
        interpreter = relationship.interpreter
        coming = self.last.get(relationship.id, 0) + 1
        return TodayRow(
            appointment_id=appointment.id,
            relationship_id=relationship.id,
            starts_at=appointment.starts_at,
            duration_min=appointment.duration_min,
            place=appointment.place,
            state=appointment.state,
            track=relationship.track,
            interpreter_name=interpreter.name if interpreter else "",
            session_number=appointment.session_number or coming,
            dyads=tuple(
                self.dyad(relationship, client) for client in self.clients[relationship.id]
            ),
        )

    def dyad(self, relationship: Relationship, client: Client) -> TodayDyad:
        last = self.last.get(relationship.id, 0)
        standing = self.standings.get((relationship.id, client.id))
        alert = standing.alert if standing else None
        return TodayDyad(
            client_id=client.id,
            client_name=client.name,
            marks=marks_of(
                self.states.get((relationship.id, last), ()),
                client_id=client.id,
                with_interpreter=relationship.interpreter_id is not None,
            ),
            first_five=in_first_five(last),
            strip=strip_of(standing) if standing else (),
            sentence=standing.sentence if standing else "",
            suggestion_id=alert.id if alert and alert.kind == "suggestion" else None,
            risk_open=(relationship.id, client.id) in self.risks,
        )


def _missing(by: Actor, at: datetime) -> list[CheckIn]:
    """What one was asked oneself, and what one's clients were."""
    mine = Q(member_id=by.id) | Q(rater="client", relationship__in=own_relationships(by=by))
    rows = CheckIn.objects.filter(mine, submitted_at=None, closed_at=None, expires_at__gt=at)
    return list(rows.select_related("client", "relationship").order_by("asked_at", "id")[:AT_MOST])


def _missing_rating(row: CheckIn, by: Actor) -> MissingRating:
    return MissingRating(
        check_in_id=row.id,
        relationship_id=row.relationship_id,
        client_id=row.client_id,
        client_name=row.client.name,
        session_number=row.session_number,
        moment=row.moment,
        rater=row.rater,
        title=title_of(row.instrument),
        standard=row.instrument in STANDARD,
        mine=row.member_id == by.id,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
    )
