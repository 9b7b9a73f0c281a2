"""What the operator sees of the outbox: how much waits, and what was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min, Q

from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor
from rapport.kernel.errors import NotFound
from rapport.kernel.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that was tried again and again, and then left for somebody to see."""

    id: UUID
    event: str
    reaction: str
    attempts: int
    fault: str
    gave_up_at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """One practice's messages: due and waiting, planned for later, and given up."""

    due: int
    oldest_due_at: datetime | None
    later: int
    failed: tuple[Failed, ...]


def backlog(practice_id: UUID, *, at: datetime) -> Backlog:
    """Count what waits in one practice's outbox and list what was given up."""
    rows = OutboxMessage.objects.filter(practice_id=practice_id)
    waiting = rows.filter(gave_up_at=None).aggregate(
        due=Count("id", filter=Q(due_at__lte=at)),
        oldest=Min("due_at", filter=Q(due_at__lte=at)),
        later=Count("id", filter=Q(due_at__gt=at)),
    )
    failed = rows.exclude(gave_up_at=None).order_by("gave_up_at")
    return Backlog(
        due=waiting["due"],
        oldest_due_at=waiting["oldest"],
        later=waiting["later"],
        failed=tuple(_failed(row) for row in failed[:100]),
    )


@transaction.atomic
def retry(message_id: UUID, *, by: Actor, at: datetime) -> None:
    """Try a message that was given up once more, from its first attempt."""
    given_up = OutboxMessage.objects.filter(id=message_id, practice_id=by.practice_id)
    if not given_up.exclude(gave_up_at=None).update(
        gave_up_at=None, due_at=at, attempts=0, fault=""
    ):
        raise NotFound
    audit.record("retry", "message", [message_id], by=by, at=at)
    transaction.on_commit(outbox.wake.set)


def _failed(row: OutboxMessage) -> Failed:
    assert row.gave_up_at is not None
    return Failed(row.id, row.event, row.reaction, row.attempts, row.fault, row.gave_up_at)
