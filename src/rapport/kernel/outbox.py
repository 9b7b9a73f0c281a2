"""Events that join the transaction which made them true, and the relay that delivers them.

``publish`` writes one row per reaction; ``deliver_due`` claims a row by compare-and-set, runs
its reaction in a transaction of its own and deletes the row with it, so that a reaction's
effects on the database happen exactly once. What fails is tried again with back-off, then left
for the operator to see. Reactions stay idempotent: a claim can lapse while a reaction runs.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db import connection, transaction

from rapport.kernel import clock, scope
from rapport.kernel.models import OutboxMessage

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 8
CLAIM = timedelta(minutes=5)
CHANNEL = "rapport_outbox"


class Event(Protocol):
    """A frozen dataclass: a fact in the past tense, ids only."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    practice_id: UUID


Reaction = Callable[[Any], None]
_reactions: dict[type[Any], tuple[Reaction, ...]] = {}
_by_name: dict[tuple[str, str], tuple[type[Any], Reaction]] = {}
wake = threading.Event()


def connect(table: Mapping[type[Any], tuple[Reaction, ...]]) -> None:
    """Set which reactions answer which event; called once, by ``flow``."""
    _reactions.clear()
    _by_name.clear()
    for event, reactions in table.items():
        _reactions[event] = reactions
        for reaction in reactions:
            _by_name[event.__name__, _name(reaction)] = (event, reaction)


def publish(event: Event, *, at: datetime, due_at: datetime | None = None) -> None:
    """Write the event for each of its reactions; it leaves with the caller's transaction."""
    payload = {
        key: str(value) if isinstance(value, UUID) else value
        for key, value in asdict(event).items()
    }
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            practice_id=event.practice_id,
            event=type(event).__name__,
            reaction=_name(reaction),
            payload=payload,
            published_at=at,
            due_at=due_at or at,
        )
        for reaction in _reactions[type(event)]
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    transaction.on_commit(wake.set)


def deliver_due(*, limit: int = 100) -> int:
    """Run what is due; return how many messages were taken on, done or failed."""
    now = clock.now()
    due = list(
        OutboxMessage.objects.filter(gave_up_at=None, due_at__lte=now).order_by("due_at")[:limit]
    )
    return sum(_deliver(message, now) for message in due)


def _deliver(message: OutboxMessage, now: datetime) -> bool:
    claimed = OutboxMessage.objects.filter(
        id=message.id, due_at=message.due_at, gave_up_at=None
    ).update(due_at=now + CLAIM, attempts=message.attempts + 1)
    if not claimed:
        return False
    try:
        event_type, reaction = _by_name[message.event, message.reaction]
        fields = {
            name: UUID(message.payload[name]) if name.endswith("_id") else message.payload[name]
            for name in event_type.__dataclass_fields__
        }
        with scope.practice(message.practice_id), transaction.atomic():
            reaction(event_type(**fields))
            OutboxMessage.objects.filter(id=message.id).delete()
    except Exception as error:  # noqa: BLE001  (whatever it was, it is tried again and shown)
        _postpone(message, now, error)
    return True


def _postpone(message: OutboxMessage, now: datetime, error: Exception) -> None:
    attempts = message.attempts + 1
    gave_up = attempts >= GIVE_UP_AFTER
    fault = _fault(error)
    OutboxMessage.objects.filter(id=message.id).update(
        due_at=now + timedelta(seconds=2**attempts),
        gave_up_at=now if gave_up else None,
        fault=fault,
    )
    log.log(
        logging.ERROR if gave_up else logging.WARNING,
        "%s for %s failed (attempt %d): %s",
        message.reaction,
        message.event,
        attempts,
        fault,
    )


def _fault(error: Exception) -> str:
    """The kind and place of an error, without its message: that might hold health data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"[:200]


def _name(reaction: Reaction) -> str:
    return f"{reaction.__module__.removeprefix('rapport.')}.{reaction.__name__}"
