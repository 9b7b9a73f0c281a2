"""Book a meeting, and say what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Conflict, Refusal
from rapport.people import actions as people
from rapport.people.models import Member, Relationship, Session
from rapport.scheduling.events import AppointmentBooked, AppointmentCancelled
from rapport.scheduling.models import Appointment, AppointmentState

ASK_BEFORE = timedelta(hours=24)
FARTHEST = timedelta(days=5 * 365)
LONGEST_MIN = 600
PLACES = frozenset({"room", "video", "phone"})


class BadAppointment(Refusal):
    """A time, length or place that cannot be; ``fields`` says which."""

    code = "bad_appointment"


class Overlapping(Refusal):
    """The therapist has another appointment at that time."""

    code = "overlapping"


class NotPlanned(Conflict):
    """The appointment was held, missed or cancelled meanwhile."""

    code = "not_planned"


class NotYet(Refusal):
    """Nobody can have missed what has not begun."""

    code = "not_yet"


@transaction.atomic
def book(
    relationship: Relationship,
    *,
    starts_at: datetime,
    duration_min: int,
    place: str,
    by: Actor,
    at: datetime,
) -> Appointment:
    """Plan a meeting; the check-in before it is asked a day ahead."""
    _check_bookable(relationship, starts_at, duration_min, place, at)
    _check_free(relationship, starts_at, duration_min)
    appointment = Appointment.objects.create(
        practice_id=relationship.practice_id,
        relationship=relationship,
        starts_at=starts_at,
        duration_min=duration_min,
        place=place,
    )
    audit.record("book", "appointment", [appointment.id], by=by, at=at)
    event = AppointmentBooked(relationship.practice_id, relationship.id, appointment.id)
    outbox.publish(event, at=at, due_at=max(at, starts_at - ASK_BEFORE))
    return appointment


@transaction.atomic
def hold(appointment: Appointment, *, by: Actor, at: datetime) -> Session:
    """Say that the meeting took place: it becomes the relationship's next session."""
    row = _planned(appointment)
    session = people.hold_session(
        row.relationship,
        held_at=row.starts_at,
        duration_min=row.duration_min,
        missed_before=_missed_before(row),
        by=by,
        at=at,
    )
    row.state, row.session = AppointmentState.HELD, session
    row.save(update_fields=["state", "session"])
    return session


@transaction.atomic
def miss(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    """Say that nobody came; it counts towards the next session held."""
    row = _planned(appointment)
    if row.starts_at > at:
        raise NotYet("This appointment has not begun. Cancel it instead.")
    _become(row, AppointmentState.MISSED, by=by, at=at)


@transaction.atomic
def cancel(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    """Call off a planned meeting; it does not count as missed."""
    _cancel(_planned(appointment), by=by, at=at)


@transaction.atomic
def cancel_ahead(relationship: Relationship, *, by: Actor, at: datetime) -> None:
    """Call off every meeting that is still to come in a relationship."""
    ahead = Appointment.objects.select_for_update().filter(
        relationship=relationship, state=AppointmentState.PLANNED, starts_at__gt=at
    )
    for row in ahead.order_by("starts_at", "id"):
        _cancel(row, by=by, at=at)


def _cancel(row: Appointment, *, by: Actor, at: datetime) -> None:
    _become(row, AppointmentState.CANCELLED, by=by, at=at)
    event = AppointmentCancelled(row.practice_id, row.relationship_id, row.id)
    outbox.publish(event, at=at)


def _become(row: Appointment, state: AppointmentState, *, by: Actor, at: datetime) -> None:
    row.state = state
    row.save(update_fields=["state"])
    audit.record(state.value, "appointment", [row.id], by=by, at=at)


def _planned(appointment: Appointment) -> Appointment:
    """The row itself, locked, and still to come about."""
    row = Appointment.objects.select_for_update().get(id=appointment.id)
    if row.state != AppointmentState.PLANNED:
        raise NotPlanned(f"This appointment is no longer planned: it is {row.state}.")
    return row


def _missed_before(row: Appointment) -> int:
    """Appointments missed since the last session held, up to this one."""
    last = Session.objects.filter(relationship_id=row.relationship_id).order_by("-number").first()
    missed = Appointment.objects.filter(
        relationship_id=row.relationship_id,
        state=AppointmentState.MISSED,
        starts_at__lt=row.starts_at,
    )
    return missed.filter(starts_at__gt=last.held_at).count() if last else missed.count()


def _check_bookable(
    relationship: Relationship, starts_at: datetime, duration_min: int, place: str, at: datetime
) -> None:
    if relationship.ended_on is not None:
        raise BadAppointment(f"This relationship ended on {relationship.ended_on:%d %B %Y}.")
    if starts_at < at - timedelta(days=1):
        raise BadAppointment(
            "This time is past.", fields={"starts_at": "Choose a time that is still to come."}
        )
    if starts_at > at + FARTHEST:
        raise BadAppointment(
            "This time is years ahead.", fields={"starts_at": "Choose a time within five years."}
        )
    if not 1 <= duration_min <= LONGEST_MIN:
        raise BadAppointment(
            f"An appointment lasts from 1 to {LONGEST_MIN} minutes.",
            fields={"duration_min": f"From 1 to {LONGEST_MIN}."},
        )
    if place not in PLACES:
        raise BadAppointment(
            "Meet in the room, by video or by phone.", fields={"place": "Choose one of the three."}
        )


def _check_free(relationship: Relationship, starts_at: datetime, duration_min: int) -> None:
    """Lock the therapist's place first, so that two bookings cannot pass one another."""
    Member.objects.select_for_update().get(id=relationship.therapist_id)
    ends_at = starts_at + timedelta(minutes=duration_min)
    near = Appointment.objects.filter(
        relationship__therapist_id=relationship.therapist_id,
        state=AppointmentState.PLANNED,
        starts_at__lt=ends_at,
        starts_at__gt=starts_at - timedelta(minutes=LONGEST_MIN),
    )
    if any(other.starts_at + timedelta(minutes=other.duration_min) > starts_at for other in near):
        raise Overlapping(
            "There is another appointment at that time.",
            fields={"starts_at": "There is another appointment then. Choose another time."},
        )
