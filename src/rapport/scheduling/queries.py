"""Appointments as plain rows: one day, a span of the office's calendar, the next of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet

from rapport.kernel.actor import Actor
from rapport.people.models import Relationship, Session
from rapport.scheduling import access
from rapport.scheduling.models import Appointment, AppointmentState


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One meeting; ``session_number`` is set once it was held."""

    id: UUID
    relationship_id: UUID
    therapist_name: str
    starts_at: datetime
    duration_min: int
    place: str
    state: str
    session_number: int | None


def own_day(
    day: date, *, zone: ZoneInfo, by: Actor
) -> tuple[tuple[AppointmentRow, ...], dict[UUID, Relationship]]:
    """One's own appointments on one day, first to last, with their relationships."""
    rows = list(_between(access.own_appointments(by=by), day, 1, zone))
    relationships = {row.relationship_id: row.relationship for row in rows}
    return tuple(_row(row) for row in rows), relationships


def office_days(first: date, *, days: int, zone: ZoneInfo, by: Actor) -> tuple[AppointmentRow, ...]:
    """Everybody's appointments over some days, for the office."""
    return tuple(
        _row(row) for row in _between(access.office_appointments(by=by), first, days, zone)
    )


def of_id(appointment_id: UUID) -> AppointmentRow | None:
    """One appointment for a task that was told its id; nothing once it is gone."""
    row = _joined().filter(id=appointment_id).first()
    return _row(row) if row else None


def next_of(relationship_ids: Collection[UUID], *, at: datetime) -> dict[UUID, datetime]:
    """When each of these relationships meets next, where a meeting is planned."""
    rows = Appointment.objects.filter(
        relationship_id__in=relationship_ids, state=AppointmentState.PLANNED, starts_at__gte=at
    )
    return dict(rows.values_list("relationship_id").annotate(next_at=Min("starts_at")))


def next_for(relationship: Relationship, *, at: datetime) -> AppointmentRow | None:
    """The next meeting planned in a relationship already obtained; one just begun counts."""
    rows = _joined().filter(
        relationship=relationship,
        state=AppointmentState.PLANNED,
        starts_at__gte=at - timedelta(hours=2),
    )
    row = rows.order_by("starts_at", "id").first()
    return _row(row) if row else None


def missed_since(relationship: Relationship, *, last_held_at: datetime | None) -> tuple[int, int]:
    """How many appointments were missed: ever, and since the last session held."""
    missed = Appointment.objects.filter(relationship=relationship, state=AppointmentState.MISSED)
    times = list(missed.values_list("starts_at", flat=True))
    recent = [time for time in times if last_held_at is None or time > last_held_at]
    return len(times), len(recent)


def place_of(session: Session) -> str:
    """Where a session already obtained was held; "" where no appointment says so."""
    rows = Appointment.objects.filter(session=session)
    return rows.values_list("place", flat=True).first() or ""


def _joined() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("relationship__therapist", "session")


def _between(
    rows: QuerySet[Appointment], first: date, days: int, zone: ZoneInfo
) -> QuerySet[Appointment]:
    begins = datetime.combine(first, time.min, zone)
    ends = datetime.combine(first + timedelta(days=days), time.min, zone)
    return rows.filter(starts_at__gte=begins, starts_at__lt=ends).order_by("starts_at", "id")


def _row(row: Appointment) -> AppointmentRow:
    return AppointmentRow(
        id=row.id,
        relationship_id=row.relationship_id,
        therapist_name=row.relationship.therapist.name,
        starts_at=row.starts_at,
        duration_min=row.duration_min,
        place=row.place,
        state=row.state,
        session_number=row.session.number if row.session else None,
    )
