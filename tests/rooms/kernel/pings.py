"""An event of the tests, and a reaction whose effect can be counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from rapport.kernel import audit, clock, outbox
from rapport.kernel.actor import system
from rapport.kernel.models import AuditEntry, OutboxMessage

PRACTICE = uuid4()


@dataclass(frozen=True, slots=True)
class Pinged:
    practice_id: UUID
    session_number: int = 1


def note(event: Pinged) -> None:
    audit.record("ping", "ping", [], by=system(event.practice_id), at=clock.now())


def fail(event: Pinged) -> None:
    """Does its work, and then something goes wrong with a client's words in the message."""
    note(event)
    raise ValueError("Ben wrote: I cannot sleep")


def lose_the_claim(event: Pinged) -> None:
    """Takes so long that another relay has claimed the message meanwhile."""
    note(event)
    OutboxMessage.objects.update(due_at=clock.now() + timedelta(minutes=9))


def effects() -> int:
    return AuditEntry.objects.filter(verb="ping").count()


def publish(**more: object) -> OutboxMessage:
    outbox.publish(Pinged(PRACTICE), at=clock.now(), **more)
    return OutboxMessage.objects.get()


def make_due() -> None:
    """Let the time until the next attempt pass."""
    OutboxMessage.objects.update(due_at=clock.now() - timedelta(seconds=1))
