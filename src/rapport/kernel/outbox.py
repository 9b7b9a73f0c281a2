"""Events that join the transaction which made them true, and the relay that delivers them.

``publish`` writes one row per reaction; ``deliver_due`` claims a row by compare-and-set, runs
its reaction in a transaction of its own and deletes the row with it, so that a reaction's
effects on the database happen exactly once (an ``outward`` one: at least once). What fails is
tried again with back-off, then left for the operator to see. Reactions stay idempotent: a claim
can lapse while a reaction runs.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from rapport.kernel import clock, scope
from rapport.kernel.models import OutboxMessage

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 8
CLAIM = timedelta(minutes=5)
CHANNEL = "rapport_outbox"


class ClaimLost(RuntimeError):
    """Another relay took the message over while its reaction ran here: undo what it did."""


class Event(Protocol):
    """A frozen dataclass: a fact in the past tense, ids only."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def practice_id(self) -> UUID: ...


Reaction = Callable[[Any], None]
_outward: set[Reaction] = set()
_reactions: dict[type[Any], tuple[Reaction, ...]] = {}
_by_name: dict[tuple[str, str], tuple[type[Any], Reaction]] = {}
wake = threading.Event()


def outward(reaction: Reaction) -> Reaction:
    """Mark a reaction that reaches out of the database, to a mail server for example.

    It runs in no transaction, so that a slow server never holds the writers' lock; in return it
    can happen twice when the process dies between the deed and the deletion of its message.
    """
    _outward.add(reaction)
    return reaction


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
        for reaction in _reactions.get(type(event), ())
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    transaction.on_commit(wake.set)


def deliver_due(*, limit: int = 100) -> int:
    """Run what is due; return how many messages were taken on, done or failed."""
    due = list(
        OutboxMessage.objects.filter(gave_up_at=None, due_at__lte=clock.now()).order_by("due_at")[
            :limit
        ]
    )
    return sum(_deliver(message) for message in due)


def _deliver(message: OutboxMessage) -> bool:
    if not _claim(message):
        return False
    try:
        with scope.practice(message.practice_id):
            _run(message)
    except ClaimLost:
        log.warning("%s took longer than its claim; another relay has it", message.reaction)
    except Exception as error:  # noqa: BLE001  (whatever it was, it is tried again and shown)
        _postpone(message, error)
    return True


def _claim(message: OutboxMessage) -> bool:
    """Take the row by compare-and-set: of two relays one succeeds."""
    until = clock.now() + CLAIM
    taken = _as_claimed(message).update(due_at=until, attempts=message.attempts + 1)
    message.due_at, message.attempts = until, message.attempts + 1
    return bool(taken)


def _as_claimed(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """The row, as long as nobody else has taken it since."""
    return OutboxMessage.objects.filter(id=message.id, due_at=message.due_at, gave_up_at=None)


def _finish(message: OutboxMessage) -> None:
    if not _as_claimed(message).delete()[0]:
        raise ClaimLost


def _run(message: OutboxMessage) -> None:
    if message.attempts > GIVE_UP_AFTER:  # it takes the whole process down each time
        raise RuntimeError("never came back")
    event_type, reaction = _by_name[message.event, message.reaction]
    fields = {
        name: UUID(message.payload[name]) if name.endswith("_id") else message.payload[name]
        for name in event_type.__dataclass_fields__
    }
    with nullcontext() if reaction in _outward else transaction.atomic():
        reaction(event_type(**fields))
        _finish(message)


def _postpone(message: OutboxMessage, error: Exception) -> None:
    now, fault = clock.now(), fault_of(error)
    gave_up = message.attempts >= GIVE_UP_AFTER
    _as_claimed(message).update(
        due_at=now + timedelta(seconds=2**message.attempts),
        gave_up_at=now if gave_up else None,
        fault=fault,
    )
    log.log(
        logging.ERROR if gave_up else logging.WARNING,
        "%s for %s failed (attempt %d): %s",
        message.reaction,
        message.event,
        message.attempts,
        fault,
    )


def fault_of(error: Exception) -> str:
    """The kind and place of an error, without its message: that might hold health data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"[:200]


def _name(reaction: Reaction) -> str:
    return f"{reaction.__module__.removeprefix('rapport.')}.{reaction.__name__}"
