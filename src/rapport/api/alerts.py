"""The alerts that the signed-in member owns or was given."""

from __future__ import annotations

from uuid import UUID

from ninja import Router, Schema
from pydantic import JsonValue

from rapport.alerts import access, actions, queries
from rapport.alerts.queries import AlertPage, AlertRow, StepRow
from rapport.kernel import clock
from rapport.web.shell import MemberRequest


class AlertDetail(Schema):
    """One alert with its evidence and everything done about it, first to last."""

    alert: AlertRow
    evidence: dict[str, JsonValue]
    steps: list[StepRow]


router = Router(tags=["Alerts"])


@router.get("", response=list[AlertRow], operation_id="alerts")
def waiting(request: MemberRequest) -> list[AlertRow]:
    """What is open: risks first, then by age."""
    return list(queries.open_alerts(by=request.actor, at=clock.now()))


@router.get("/{uuid:alert}", response=AlertDetail, operation_id="alert")
def one(request: MemberRequest, alert: UUID) -> AlertPage:
    """One alert with its evidence and everything done about it."""
    return queries.page_of(access.one(alert, by=request.actor, at=clock.now()))


@router.post("/{uuid:alert}/acknowledge", response=AlertDetail, operation_id="alert_acknowledge")
def acknowledge(request: MemberRequest, alert: UUID) -> AlertPage:
    """Say that one has seen it: its clock stops."""
    at = clock.now()
    row = access.one(alert, by=request.actor, at=at)
    actions.acknowledge(row, by=request.actor, at=at)
    return queries.page_of(row)
