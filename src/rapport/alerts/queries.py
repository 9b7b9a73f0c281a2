"""Open alerts and what became of earlier ones, as plain rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from rapport.alerts import access
from rapport.alerts.models import SUGGESTED, Alert, AlertKind, AlertStep
from rapport.alerts.severity import severity_of, worst_first
from rapport.kernel.actor import Actor
from rapport.people import queries as people
from rapport.people.access import own_relationships, supervised_relationships
from rapport.people.models import Member, Role
from rapport.science.plain import Plain

Answered = Literal["", "useful", "not_useful"]
SETTLED_SHOWN = 50
WAITS = Q(settled_at=None) & ~Q(kind=AlertKind.PROMPT)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert as a list shows it; ``answered`` is "useful", "not_useful" or "".

    Of a risk, ``severity`` is "high", "present" or "unanswered", and ``asked`` says in what it
    was asked ("Week Check, before session 8").
    """

    id: UUID
    kind: str
    severity: str
    asked: str
    relationship_id: UUID
    client_id: UUID
    client_name: str
    session_number: int | None
    rule: str
    sentence: str
    owner_id: UUID
    owner_name: str
    raised_at: datetime
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    escalated_at: datetime | None
    settled_at: datetime | None
    answered: Answered

    def overdue(self, at: datetime) -> bool:
        """Whether nobody has acknowledged it in time."""
        return (
            self.acknowledged_at is None
            and self.settled_at is None
            and self.acknowledge_by is not None
            and self.acknowledge_by <= at
        )


@dataclass(frozen=True, slots=True)
class StepRow:
    """One thing done about an alert; ``by_name`` is "" when the platform did it."""

    what: str
    because: str
    by_name: str
    to_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertPage:
    """One alert with its evidence and everything done about it, first to last."""

    alert: AlertRow
    evidence: dict[str, Plain]
    steps: tuple[StepRow, ...]


@dataclass(frozen=True, slots=True)
class SettledRisk:
    """A risk that somebody has dealt with, and what they said was done."""

    alert_id: UUID
    severity: str
    sentence: str
    raised_at: datetime
    by_name: str
    because: str


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """An overdue risk as the office may know of it: who owns it and since when, not what."""

    owner_name: str
    raised_at: datetime
    acknowledge_by: datetime


@dataclass(frozen=True, slots=True)
class HitRate:
    """How often one rule spoke, and what was thought of it; the last answer counts."""

    rule: str
    raised: int
    useful: int
    not_useful: int

    @property
    def unanswered(self) -> int:
        return self.raised - self.useful - self.not_useful


def open_alerts(*, by: Actor, at: datetime) -> tuple[AlertRow, ...]:
    """What waits for this member: the gravest risk first; the disclosure is logged."""
    waiting = worst_first(with_answer(access.visible(by=by).filter(WAITS)))
    access.disclose_list(waiting, by=by, at=at)
    return tuple(row_of(alert) for alert in waiting)


def settled_alerts(*, by: Actor, at: datetime) -> tuple[AlertRow, ...]:
    """What this member is done with, latest first, at most 50; the disclosure is logged."""
    rows = with_answer(access.visible(by=by).filter(settled_at__isnull=False))
    told = rows.filter(~Q(kind=AlertKind.PROMPT) | Q(answered__isnull=False))
    done = list(told.order_by("-settled_at", "-id")[:SETTLED_SHOWN])
    access.disclose_list(done, by=by, at=at)
    return tuple(row_of(alert) for alert in done)


def open_of(relationship_ids: Collection[UUID]) -> tuple[AlertRow, ...]:
    """The open alerts of relationships already obtained: the gravest risk first."""
    open_ones = Alert.objects.filter(WAITS, relationship_id__in=relationship_ids)
    rows = with_answer(open_ones.select_related("client", "session", "owner"))
    return tuple(row_of(alert) for alert in worst_first(rows))


def settled_risks(
    relationship_id: UUID, client_id: UUID, *, last_session: int
) -> tuple[SettledRisk, ...]:
    """The risks settled since a dyad last met, gravest first; of a relationship obtained."""
    rows = Alert.objects.filter(
        kind=AlertKind.RISK,
        relationship_id=relationship_id,
        client_id=client_id,
        settled_at__isnull=False,
    ).select_related("session")
    recent = worst_first(row for row in rows if _since(row, last_session))
    if not recent:
        return ()
    steps = AlertStep.objects.filter(alert__in=recent, what="settled").select_related("by")
    ended = {step.alert_id: step for step in steps}
    return tuple(
        SettledRisk(
            alert_id=alert.id,
            severity=severity_of(alert),
            sentence=alert.sentence,
            raised_at=alert.raised_at,
            by_name=_name(ended[alert.id].by),
            because=ended[alert.id].because,
        )
        for alert in recent
    )


def _name(member: Member | None) -> str:
    return member.name if member else ""


def _since(alert: Alert, last_session: int) -> bool:
    """Whether a risk was answered about the session to come, or after the last one held."""
    if alert.session is not None:
        return alert.session.number >= last_session
    return int(alert.evidence.get("session_number", 0)) > last_session


def told_next(alerts: Collection[Alert] | Collection[AlertRow]) -> dict[UUID, str]:
    """Who is still to be told when an alert is not acknowledged, by its owner's id, in one line."""
    owners = {
        alert.owner_id
        for alert in alerts
        if alert.acknowledged_at is None and alert.escalated_at is None
    }
    found = people.supervisor_names(owners) if owners else {}
    return {owner: ", ".join(names) for owner, names in found.items()}


def at_risk(relationship_ids: Collection[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """The dyads, as (relationship, client), with an open risk; of relationships obtained."""
    rows = Alert.objects.filter(
        relationship_id__in=relationship_ids, kind=AlertKind.RISK, settled_at=None
    )
    return frozenset(rows.values_list("relationship_id", "client_id"))


def suggestion_at(
    relationship_id: UUID, client_id: UUID, session_number: int, *, rule: str
) -> AlertRow | None:
    """What one rule said of one dyad's session, open or settled."""
    rows = Alert.objects.filter(
        kind__in=SUGGESTED,
        rule=rule,
        relationship_id=relationship_id,
        client_id=client_id,
        session__number=session_number,
    )
    alert = with_answer(rows.select_related("client", "session", "owner")).first()
    return row_of(alert) if alert else None


def page_of(alert: Alert) -> AlertPage:
    """An alert already obtained, with its trail."""
    row = with_answer(Alert.objects.select_related("client", "session", "owner")).get(id=alert.id)
    steps = AlertStep.objects.filter(alert=alert).select_related("by", "to").order_by("at", "id")
    return AlertPage(
        alert=row_of(row),
        evidence=dict(row.evidence),
        steps=tuple(
            StepRow(
                what=step.what,
                because=step.because,
                by_name=_name(step.by),
                to_name=_name(step.to),
                at=step.at,
            )
            for step in steps
        ),
    )


def overdue_for_office(*, by: Actor, at: datetime) -> tuple[OfficeLine, ...]:
    """The risks nobody acknowledged in time, for an admin: nothing clinical."""
    if not by.has(Role.ADMIN):
        return ()
    rows = Alert.objects.filter(acknowledge_by__lte=at, acknowledged_at=None, settled_at=None)
    return tuple(
        OfficeLine(alert.owner.name, alert.raised_at, alert.acknowledge_by)
        for alert in rows.select_related("owner").order_by("acknowledge_by")
        if alert.acknowledge_by
    )


def hit_rates(*, by: Actor) -> tuple[HitRate, ...]:
    """How the rules fared in the relationships this member may read; never by therapist.

    What another took the place of before anybody answered it was not said, and is not counted.
    """
    readable = own_relationships(by=by) | supervised_relationships(by=by)
    later = Alert.objects.filter(
        kind__in=SUGGESTED,
        relationship=OuterRef("relationship"),
        client=OuterRef("client"),
        session=OuterRef("session"),
        raised_at__gt=OuterRef("raised_at"),
    )
    rows = Alert.objects.filter(
        kind__in=SUGGESTED, relationship_id__in=readable.distinct().values("id")
    )
    counted = (
        with_answer(rows)
        .filter(Q(answered__isnull=False) | ~Exists(later))
        .values("rule")
        .annotate(
            raised=Count("id"),
            useful=Count("id", filter=Q(answered="useful")),
            not_useful=Count("id", filter=Q(answered="not_useful")),
        )
    )
    return tuple(HitRate(**row) for row in counted.order_by("rule"))


def with_answer(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    """Add the last answer to each alert as ``answered``."""
    answers = AlertStep.objects.filter(alert=OuterRef("pk"), what__in=["useful", "not_useful"])
    return rows.annotate(answered=Subquery(answers.order_by("-at", "-id").values("what")[:1]))


def row_of(alert: Alert) -> AlertRow:
    """One row; ``alert`` comes from :func:`with_answer`, its people with it."""
    return AlertRow(
        id=alert.id,
        kind=alert.kind,
        severity=severity_of(alert),
        asked=str(alert.evidence.get("asked", "")),
        relationship_id=alert.relationship_id,
        client_id=alert.client_id,
        client_name=alert.client.name,
        session_number=alert.session.number if alert.session else None,
        rule=alert.rule,
        sentence=alert.sentence,
        owner_id=alert.owner_id,
        owner_name=alert.owner.name,
        raised_at=alert.raised_at,
        acknowledge_by=alert.acknowledge_by,
        acknowledged_at=alert.acknowledged_at,
        escalated_at=alert.escalated_at,
        settled_at=alert.settled_at,
        answered=cast(Answered, getattr(alert, "answered", None) or ""),
    )
