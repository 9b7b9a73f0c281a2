"""Record the meetings that took place."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor
from rapport.people.actions.relationships import lock_open
from rapport.people.checks import BadInput
from rapport.people.events import SessionHeld
from rapport.people.models import Relationship, Session

_HELD_AHEAD = timedelta(days=1)


@transaction.atomic
def hold_session(
    relationship: Relationship,
    *,
    held_at: datetime,
    duration_min: int,
    by: Actor,
    at: datetime,
    missed_before: int = 0,
) -> Session:
    """Record that a meeting took place, and give it the next number of its relationship."""
    row = lock_open(relationship)
    last = Session.objects.filter(relationship=row).order_by("-number").first()
    _check_time(held_at, duration_min, last, at)
    session = Session.objects.create(
        practice_id=row.practice_id,
        relationship=row,
        number=last.number + 1 if last else 1,
        held_at=held_at,
        duration_min=duration_min,
        missed_before=missed_before,
    )
    audit.record("hold", "session", [session.id], by=by, at=at)
    outbox.publish(SessionHeld(row.practice_id, row.id, session.id), at=at)
    return session


def _check_time(held_at: datetime, duration_min: int, last: Session | None, at: datetime) -> None:
    if held_at > at + _HELD_AHEAD:
        raise BadInput(
            "This session has not taken place yet.", fields={"held_at": "Choose an earlier time."}
        )
    if last is not None and held_at < last.held_at:
        raise BadInput(
            f"Session {last.number} was later than this one; sessions are numbered in order.",
            fields={"held_at": "Choose a later time."},
        )
    if not 1 <= duration_min <= 600:
        raise BadInput(
            "A session lasts from 1 to 600 minutes.", fields={"duration_min": "From 1 to 600."}
        )
