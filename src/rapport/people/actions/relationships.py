"""Bring people together, hand their work over, end it, and take an ending back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Conflict, NotFound, Refusal
from rapport.people.checks import BadInput, NotTheirs, check_allowed, check_practises, check_seats
from rapport.people.events import (
    AccessTaken,
    RelationshipEnded,
    RelationshipHandedOver,
    RelationshipReopened,
)
from rapport.people.models import Client, Member, Participant, Relationship, Role, Session

REOPEN_WITHIN = timedelta(days=30)


class AlreadyEnded(Conflict):
    """The relationship has come to its end."""

    code = "already_ended"


class NotEnded(Conflict):
    """The relationship is still open."""

    code = "not_ended"


class EndedTooLongAgo(Refusal):
    """An ending can be taken back for some weeks; after that the work begins anew."""

    code = "ended_too_long_ago"


@transaction.atomic
def start_relationship(
    clients: Sequence[Client],
    *,
    therapist: Member,
    interpreter: Member | None,
    kind: str,
    track: str,
    started_on: date,
    by: Actor,
    at: datetime,
    reference: str = "",
) -> Relationship:
    """Bring client(s), a therapist or coach, and perhaps an interpreter together."""
    _check_starts(by, therapist)
    check_seats(clients, therapist, interpreter, kind, track)
    relationship = Relationship.objects.create(
        practice_id=by.practice_id,
        reference=reference,
        kind=kind,
        track=track,
        therapist=therapist,
        interpreter=interpreter,
        started_on=started_on,
    )
    for client in clients:
        Participant.objects.create(
            practice_id=by.practice_id, relationship=relationship, client=client
        )
    audit.record("start", "relationship", [relationship.id], by=by, at=at)
    return relationship


@transaction.atomic
def end_relationship(
    relationship: Relationship, *, ending: str, ended_on: date, by: Actor, at: datetime
) -> None:
    """Close a relationship as planned, or as an ending without a plan."""
    row = lock_open(relationship)
    _check_ending(row, ending, ended_on, at)
    _set_ending(relationship, row, ending, ended_on)
    audit.record("end", "relationship", [row.id], by=by, at=at)
    outbox.publish(RelationshipEnded(row.practice_id, row.id), at=at)


@transaction.atomic
def reopen_relationship(relationship: Relationship, *, by: Actor, at: datetime) -> None:
    """Take an ending back: what was closed and called off with it stays so."""
    row = _lock(relationship.id)
    if row.ended_on is None:
        raise NotEnded("This relationship has not ended.")
    if not can_reopen(row.ended_on, at=at):
        raise EndedTooLongAgo(
            f"This ended more than {REOPEN_WITHIN.days} days ago. Begin a new relationship instead."
        )
    _set_ending(relationship, row, "", None)
    audit.record("reopen", "relationship", [row.id], by=by, at=at)
    outbox.publish(RelationshipReopened(row.practice_id, row.id), at=at)


@transaction.atomic
def hand_over(relationship: Relationship, *, to: Member, by: Actor, at: datetime) -> None:
    """Let another practitioner go on with a relationship; what was signed goes with it.

    One that has ended too, once its therapist has left: somebody must answer for it. An admin may
    go on with it themselves; whoever had it until now is told.
    """
    check_allowed(by, Role.ADMIN.value)
    row = _lock(relationship.id)
    if row.therapist.left_on is None:
        _check_open(row)
    before = row.therapist_id
    if to.id in {before, row.interpreter_id} or to.practice_id != row.practice_id:
        raise BadInput(
            "Choose somebody else to go on with it.", fields={"to": "Choose another practitioner."}
        )
    if to.left_on is not None:
        raise BadInput(f"{to.name} has left.", fields={"to": "Choose somebody who works here."})
    check_practises(to, row.track, field="to")
    row.therapist = to
    row.save(update_fields=["therapist"])
    relationship.therapist = to
    audit.record("hand over", "relationship", [row.id, before, to.id], by=by, at=at)
    outbox.publish(RelationshipHandedOver(row.practice_id, row.id, before), at=at)
    if to.id == by.id:
        outbox.publish(AccessTaken(row.practice_id, by.id, before), at=at)


def can_reopen(ended_on: date, *, at: datetime) -> bool:
    """Whether an ending is recent enough to be taken back."""
    return ended_on >= (at - REOPEN_WITHIN).date()


def lock_open(relationship: Relationship) -> Relationship:
    """The row itself, locked so that numbers stay gapless, and still open."""
    row = _lock(relationship.id)
    _check_open(row)
    return row


def _check_open(row: Relationship) -> None:
    if row.ended_on is not None:
        raise AlreadyEnded(f"This relationship ended on {row.ended_on:%d %B %Y}.")


def _lock(relationship_id: UUID) -> Relationship:
    row = Relationship.objects.select_for_update().filter(id=relationship_id).first()
    if row is None:
        raise NotFound
    return row


def _set_ending(
    relationship: Relationship, row: Relationship, ending: str, ended_on: date | None
) -> None:
    row.ending, row.ended_on = ending, ended_on
    row.save(update_fields=["ending", "ended_on"])
    relationship.ending, relationship.ended_on = ending, ended_on


def _check_ending(row: Relationship, ending: str, ended_on: date, at: datetime) -> None:
    if ending not in {"planned", "dropout"}:
        raise BadInput("Say how it ended.", fields={"ending": "Choose one of the two."})
    if ended_on < row.started_on:
        raise BadInput(
            "It cannot end before it began.",
            fields={"ended_on": f"Choose {row.started_on:%d %B %Y} or later."},
        )
    last = Session.objects.filter(relationship=row).order_by("-number").first()
    if last is not None and ended_on < last.held_at.date() - timedelta(days=1):
        raise BadInput(
            f"Session {last.number} was held after this day.",
            fields={"ended_on": f"Choose {last.held_at:%d %B %Y} or later."},
        )
    if ended_on > (at + timedelta(days=1)).date():  # a day ahead is today elsewhere
        raise BadInput(
            "This day is still to come.", fields={"ended_on": "Choose today or an earlier day."}
        )


def _check_starts(by: Actor, therapist: Member) -> None:
    """Practitioners open their own caseload; the office and imports anybody's."""
    if by.kind != "system" and not by.has(Role.ADMIN.value) and by.id != therapist.id:
        raise NotTheirs("You can start relationships of your own only.")
