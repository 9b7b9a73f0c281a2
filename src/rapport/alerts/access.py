"""The only way a person obtains an alert: its owner, and the supervisor it was escalated to.

Both only as long as the relationship is theirs: a hand-over, or the end of a supervision, closes
its alerts to whoever had them, open or settled.

An admin to whom an alert was escalated learns that one waits and who owns it
(:func:`rapport.alerts.queries.overdue_for_office`), never what it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from rapport.alerts.models import Alert, AlertStep
from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import NotFound
from rapport.people.access import PRACTITIONERS, own_relationships, supervised_relationships
from rapport.people.models import Role


def visible(*, by: Actor) -> QuerySet[Alert]:
    """The alerts of this member's caseload, and of a supervisee's what was passed on to them."""
    mine = Q(pk__in=[])
    if by.roles & PRACTITIONERS:
        mine |= Q(owner_id=by.id, relationship__in=own_relationships(by=by))
    if by.has(Role.SUPERVISOR):
        given = AlertStep.objects.filter(alert=OuterRef("pk"), what="escalated", to_id=by.id)
        mine |= Q(Exists(given), relationship__in=supervised_relationships(by=by))
    return Alert.objects.select_related("relationship", "client", "session", "owner").filter(mine)


def one(alert_id: UUID, *, by: Actor, at: datetime) -> Alert:
    """One alert to read and to act on; the disclosure is logged."""
    alert = visible(by=by).filter(id=alert_id).first()
    if alert is None:
        audit.record("refused", "alert", [alert_id], by=by, at=at)
        raise NotFound
    audit.record("read", "alert", [alert_id], by=by, at=at)
    return alert


def disclose_list(alerts: Iterable[Alert], *, by: Actor, at: datetime) -> None:
    """Log that these alerts were shown together in a list."""
    ids = [alert.id for alert in alerts]
    if ids:
        audit.record("list", "alert", ids, by=by, at=at)
