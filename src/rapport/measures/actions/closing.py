"""Close check-ins that have lost their reason before their time is over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from rapport.kernel import outbox
from rapport.measures.events import CheckInClosed
from rapport.measures.models import CheckIn, Moment


@transaction.atomic
def close_called_off(relationship_id: UUID, *, until: datetime, at: datetime) -> bool:
    """Close what was asked ahead of a meeting that was called off; ``until`` is when it ran out.

    Returns whether anything was still open.
    """
    asked = _open(relationship_id).filter(moment=Moment.BEFORE, expires_at=until)
    return _close(asked, at)


@transaction.atomic
def close_ended(relationship_id: UUID, *, at: datetime) -> None:
    """Close whatever waits for anybody in a relationship that has ended."""
    _close(_open(relationship_id), at)


@transaction.atomic
def close_handed_over(relationship_id: UUID, *, before_id: UUID, at: datetime) -> None:
    """Close what waits for the practitioner who had this relationship until now."""
    _close(_open(relationship_id).filter(member_id=before_id), at)


def _open(relationship_id: UUID) -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(
        relationship_id=relationship_id, submitted_at=None, closed_at=None
    )


def _close(rows: QuerySet[CheckIn], at: datetime) -> bool:
    closing = list(rows.select_for_update().order_by("id"))
    for row in closing:
        row.closed_at = at
        row.save(update_fields=["closed_at"])
        event = CheckInClosed(
            row.practice_id, row.relationship_id, row.client_id, row.session_number, row.id
        )
        outbox.publish(event, at=at)
    return bool(closing)
