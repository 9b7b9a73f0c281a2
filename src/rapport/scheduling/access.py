"""The only way a person obtains an appointment: the therapist's own, or the office."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import NotFound
from rapport.people import access as people
from rapport.scheduling.models import Appointment


def own_appointments(*, by: Actor) -> QuerySet[Appointment]:
    """The appointments of one's own caseload."""
    return _rows().filter(relationship__in=people.own_relationships(by=by))


def office_appointments(*, by: Actor) -> QuerySet[Appointment]:
    """Every appointment of the practice, for the office: who meets whom and when."""
    return _rows().filter(relationship__in=people.all_relationships_administratively(by=by))


def own(appointment_id: UUID, *, by: Actor, at: datetime) -> Appointment:
    """One appointment of one's own caseload, to read and write."""
    return _one(own_appointments(by=by), appointment_id, by=by, at=at)


def administrative(appointment_id: UUID, *, by: Actor, at: datetime) -> Appointment:
    """One appointment as the office may change it."""
    return _one(office_appointments(by=by), appointment_id, by=by, at=at)


def _rows() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("relationship__therapist", "session")


def _one(
    rows: QuerySet[Appointment], appointment_id: UUID, *, by: Actor, at: datetime
) -> Appointment:
    appointment = rows.filter(id=appointment_id).first()
    if appointment is None:
        audit.record("refused", "appointment", [appointment_id], by=by, at=at)
        raise NotFound
    audit.record("read", "appointment", [appointment_id], by=by, at=at)
    return appointment
