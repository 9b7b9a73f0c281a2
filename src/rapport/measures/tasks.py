"""What the relay does about check-ins: ask at the right time, send links, close what is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from rapport.kernel import clock, outbox, scope
from rapport.kernel.actor import system
from rapport.measures import actions, delivery, rounds
from rapport.measures.events import CheckInAsked
from rapport.measures.models import CheckIn
from rapport.people.events import (
    ContactChanged,
    RelationshipEnded,
    RelationshipHandedOver,
    SessionHeld,
)
from rapport.people.models import Relationship, Session
from rapport.people.queries import last_session_number
from rapport.scheduling import queries as scheduling
from rapport.scheduling.actions import ASK_BEFORE
from rapport.scheduling.events import AppointmentBooked, AppointmentCancelled

INTO_THE_SESSION = timedelta(hours=2)
AT_ONCE = 500


def ask_after_session(event: SessionHeld) -> None:
    """Ask every side how the session was, if they still work together."""
    session = Session.objects.select_related("relationship").get(id=event.session_id)
    if session.relationship.ended_on is None:
        actions.ask_after(session.relationship, session_number=session.number, at=clock.now())


def ask_before_session(event: AppointmentBooked) -> None:
    """Ask how the week was and what is due, if they still work together and are to meet."""
    appointment = scheduling.of_id(event.appointment_id)
    if appointment is not None and appointment.state == "planned":
        relationship = Relationship.objects.get(id=event.relationship_id)
        _ask_before(relationship, appointment.starts_at, at=clock.now())


@outbox.outward
def send_link(event: CheckInAsked) -> None:
    """Send a client one link for all they are asked together, where they can be reached."""
    check_in = CheckIn.objects.select_related("relationship", "client").get(id=event.check_in_id)
    at = clock.now()
    answered = check_in.submitted_at is not None
    over = answered or check_in.closed_at is not None or check_in.expires_at <= at
    if check_in.rater != "client" or over or check_in.sent_at is not None:
        return
    waiting = rounds.still_open(check_in, at=at)
    if any(row.sent_at for row in waiting):
        actions.go_along(check_in, at=at)
    elif delivery.can_reach(check_in.relationship, check_in.client, at=at):
        actions.invite(waiting[0], by=system(check_in.practice_id), at=at)


def send_anew(event: ContactChanged) -> None:
    """Void what went to an address that a client has left; what is open goes to the new one."""
    actions.send_anew(event.client_id, at=clock.now())


def close_called_off(event: AppointmentCancelled) -> None:
    """Close what was asked ahead of a meeting that was called off.

    Another meeting may have been booked in its place already, and found its questions asked: they
    are asked anew for that one, if its time to ask has come.
    """
    appointment, at = scheduling.of_id(event.appointment_id), clock.now()
    if appointment is None:
        return
    until = appointment.starts_at + INTO_THE_SESSION
    if not actions.close_called_off(event.relationship_id, until=until, at=at):
        return
    relationship = Relationship.objects.get(id=event.relationship_id)
    following = scheduling.next_for(relationship, at=at)
    if following is not None and following.starts_at - ASK_BEFORE <= at:
        _ask_before(relationship, following.starts_at, at=at)


def close_ended(event: RelationshipEnded) -> None:
    """Close whatever waits for anybody in a relationship that has ended."""
    if Relationship.objects.filter(id=event.relationship_id, ended_on__isnull=False).exists():
        actions.close_ended(event.relationship_id, at=clock.now())


def close_handed_over(event: RelationshipHandedOver) -> None:
    """Close what waits for the practitioner who had this relationship until now."""
    actions.close_handed_over(event.relationship_id, before_id=event.before_id, at=clock.now())


def close_expired() -> None:
    """In every practice, close the check-ins whose time ran out."""
    at = clock.now()
    with scope.every_practice():
        late = list(
            CheckIn.objects.filter(submitted_at=None, closed_at=None, expires_at__lte=at).order_by(
                "expires_at"
            )[:AT_ONCE]
        )
    for check_in in late:
        with scope.practice(check_in.practice_id):
            actions.close(check_in, at=at)


def _ask_before(relationship: Relationship, starts_at: datetime, *, at: datetime) -> None:
    until = starts_at + INTO_THE_SESSION
    if until <= at or relationship.ended_on is not None:
        return
    number = last_session_number(relationship) + 1
    actions.ask_before(relationship, session_number=number, expires_at=until, at=at)
