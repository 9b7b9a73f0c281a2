"""Raise an alert, acknowledge it, pass it on when nobody does, settle it, answer it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from rapport.alerts.events import AlertAcknowledged, AlertEscalated, AlertRaised, AlertSettled
from rapport.alerts.models import SUGGESTED, Alert, AlertKind, AlertStep
from rapport.alerts.severity import gravity, severity_of
from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor, system
from rapport.kernel.errors import Refusal
from rapport.people import queries as people
from rapport.people.models import Client, Relationship, Session
from rapport.science.plain import Plain

Evidence = Mapping[str, Plain]


class ReasonMissing(Refusal):
    """Settling a risk, or calling a suggestion not useful, needs a word on why."""

    code = "reason_missing"


class NotASuggestion(Refusal):
    """Only suggestions are useful or not; a risk is acknowledged and settled."""

    code = "not_a_suggestion"


@transaction.atomic
def raise_risk(
    relationship: Relationship,
    *,
    client: Client,
    session: Session | None,
    source_id: UUID,
    rule: str,
    sentence: str,
    evidence: Evidence,
    by: Actor,
    at: datetime,
) -> Alert:
    """Raise a risk with the therapist as owner and a clock; the same cause raises it once.

    Where the therapist has left, there is nobody to wait for: it is passed on at once.
    """
    clock = timedelta(minutes=settings.CONFIG.acknowledge_minutes)
    alert, raised = Alert.objects.get_or_create(
        source_id=source_id,
        rule=rule,
        defaults={
            "practice_id": relationship.practice_id,
            "kind": AlertKind.RISK,
            "relationship": relationship,
            "client": client,
            "session": session,
            "sentence": sentence,
            "evidence": dict(evidence),
            "raised_at": at,
            "owner_id": relationship.therapist_id,
            "acknowledge_by": at + clock,
        },
    )
    if raised:
        _begin(alert, by=by, at=at)
        if alert.owner.left_on is not None:
            _escalate(alert, at=at)
    return alert


@transaction.atomic
def raise_suggestion(
    relationship: Relationship,
    *,
    client: Client,
    session: Session,
    source_id: UUID,
    rule: str,
    sentence: str,
    evidence: Evidence,
    by: Actor,
    at: datetime,
) -> Alert:
    """Raise the one suggestion a dyad may have for a session, or return the one it has."""
    alert, raised = _suggest(
        AlertKind.SUGGESTION,
        relationship,
        {"client": client, "session": session},
        at=at,
        source_id=source_id,
        rule=rule,
        sentence=sentence,
        evidence=dict(evidence),
    )
    if raised:
        _begin(alert, by=by, at=at)
    return alert


@transaction.atomic
def note_prompt(
    relationship: Relationship,
    *,
    client: Client,
    session: Session,
    source_id: UUID,
    rule: str,
    sentence: str,
    evidence: Evidence,
    by: Actor,
    at: datetime,
) -> Alert:
    """Keep what the brief asks about, so that it can be answered and counted; nobody is told."""
    prompt, noted = _suggest(
        AlertKind.PROMPT,
        relationship,
        {"client": client, "session": session, "rule": rule},
        at=at,
        source_id=source_id,
        sentence=sentence,
        evidence=dict(evidence),
    )
    if noted:
        _step(prompt, "raised", by=by, at=at, to_id=prompt.owner_id)
    return prompt


@transaction.atomic
def acknowledge(alert: Alert, *, by: Actor, at: datetime) -> None:
    """Say that one has seen it: its clock stops. Saying so again changes nothing."""
    for one in _with_milder(alert):
        seen = Alert.objects.filter(id=one.id, acknowledged_at=None, settled_at=None)
        if seen.update(acknowledged_at=at):
            _step(one, "acknowledged", by=by, at=at)
            outbox.publish(AlertAcknowledged(one.practice_id, one.id), at=at)


@transaction.atomic
def settle(alert: Alert, *, by: Actor, at: datetime, because: str) -> None:
    """Be done with it; a risk asks what was done. Settling again changes nothing."""
    words = because.strip()
    if alert.kind == AlertKind.RISK and not words:
        raise ReasonMissing(
            "Say in a few words what was done.", fields={"because": "What was done?"}
        )
    for one in _with_milder(alert):
        if _close(one, by=by, at=at, because=words):
            outbox.publish(AlertSettled(one.practice_id, one.id), at=at)


@transaction.atomic
def retire_suggestions(
    relationship: Relationship,
    *,
    client: Client,
    keep: Alert | None,
    because: str,
    by: Actor,
    at: datetime,
) -> None:
    """Settle what was suggested to a dyad and no longer holds; risks are people's to settle."""
    stale = Alert.objects.filter(
        kind__in=SUGGESTED, relationship=relationship, client=client, settled_at=None
    )
    for alert in stale.exclude(id=keep.id) if keep else stale:
        _close(alert, by=by, at=at, because=because)


@transaction.atomic
def answer(alert: Alert, *, useful: bool, because: str, by: Actor, at: datetime) -> None:
    """Say whether a suggestion was useful; the last answer counts, and settles it."""
    if alert.kind not in SUGGESTED:
        raise NotASuggestion("Only a suggestion can be called useful or not.")
    words = because.strip()
    if not useful and not words:
        raise ReasonMissing(
            "Say in a few words why it was not useful.", fields={"because": "Why not?"}
        )
    _step(alert, "useful" if useful else "not_useful", by=by, at=at, because=words)
    settle(alert, by=by, at=at, because=words)


@transaction.atomic
def hand_over(
    relationship_id: UUID, *, before_id: UUID, to_id: UUID, by: Actor, at: datetime
) -> None:
    """Give a relationship's alerts, open and settled, to whoever goes on; clocks run on."""
    rows = Alert.objects.select_for_update().filter(
        relationship_id=relationship_id, owner_id=before_id
    )
    alerts = list(rows.order_by("raised_at", "id"))
    for alert in alerts:
        alert.owner_id = to_id
        alert.save(update_fields=["owner_id"])
    if alerts:
        audit.record("hand over", "alert", [alert.id for alert in alerts], by=by, at=at)


def overdue(*, at: datetime) -> QuerySet[Alert]:
    """The risks to pass on: not acknowledged in time, or by somebody who has left."""
    waiting = Alert.objects.filter(
        acknowledge_by__isnull=False, acknowledged_at=None, settled_at=None, escalated_at=None
    )
    return waiting.filter(Q(acknowledge_by__lte=at) | Q(owner__left_on__isnull=False))


def escalate_overdue(practice_id: UUID, *, at: datetime) -> int:
    """Pass on every risk of the practice that nobody acknowledged in time; return how many."""
    late = overdue(at=at).filter(practice_id=practice_id)
    return sum(_escalate(alert, at=at) for alert in late)


def _suggest(
    kind: AlertKind,
    relationship: Relationship,
    once_for: Mapping[str, Client | Session | str],
    *,
    at: datetime,
    **facts: Plain | UUID,
) -> tuple[Alert, bool]:
    """The one alert of this kind for a client, a session and perhaps a rule; whether it is new."""
    return Alert.objects.get_or_create(
        kind=kind,
        relationship=relationship,
        **once_for,
        defaults={
            "practice_id": relationship.practice_id,
            "owner_id": relationship.therapist_id,
            "raised_at": at,
            **facts,
        },
    )


@transaction.atomic
def _escalate(alert: Alert, *, at: datetime) -> bool:
    still_late = Alert.objects.filter(
        id=alert.id, acknowledged_at=None, settled_at=None, escalated_at=None
    )
    due = min(alert.acknowledge_by or at, at)  # the clock of somebody who has left ends early
    if not still_late.update(escalated_at=at, acknowledge_by=due):
        return False
    for member_id in _next_in_line(alert):
        _step(alert, "escalated", by=system(alert.practice_id), at=at, to_id=member_id)
    outbox.publish(AlertEscalated(alert.practice_id, alert.id), at=at)
    return True


def _with_milder(alert: Alert) -> list[Alert]:
    """A risk, and the milder answers of the same check-in, which its card stands for."""
    if alert.kind != AlertKind.RISK:
        return [alert]
    same = Alert.objects.filter(kind=AlertKind.RISK, source_id=alert.source_id)
    limit = gravity(severity_of(alert))
    milder = [one for one in same.exclude(id=alert.id) if gravity(severity_of(one)) <= limit]
    return [alert, *milder]


def _next_in_line(alert: Alert) -> tuple[UUID, ...]:
    """The owner's supervisors, else the office, else (working alone) the owner once more."""
    return (
        people.supervisor_ids(alert.owner_id)
        or tuple(id_ for id_ in people.admin_ids(alert.practice_id) if id_ != alert.owner_id)
        or (alert.owner_id,)
    )


def _close(alert: Alert, *, by: Actor, at: datetime, because: str) -> bool:
    closed = Alert.objects.filter(id=alert.id, settled_at=None).update(settled_at=at)
    if closed:
        _step(alert, "settled", by=by, at=at, because=because)
    return bool(closed)


def _begin(alert: Alert, *, by: Actor, at: datetime) -> None:
    _step(alert, "raised", by=by, at=at, to_id=alert.owner_id)
    outbox.publish(AlertRaised(alert.practice_id, alert.id), at=at)


def _step(
    alert: Alert,
    what: str,
    *,
    by: Actor,
    at: datetime,
    because: str = "",
    to_id: UUID | None = None,
) -> None:
    AlertStep.objects.create(
        practice_id=alert.practice_id,
        alert=alert,
        what=what,
        because=because,
        by_id=by.id if by.kind == "member" else None,
        to_id=to_id,
        at=at,
    )
    audit.record(what, "alert", [alert.id], by=by, at=at)
