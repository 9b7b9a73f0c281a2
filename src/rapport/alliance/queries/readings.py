"""What several pictures read: names, marks, standings, cards. Each is one query for many rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import cast
from uuid import UUID

from django.db.models import Max

from rapport.alerts.queries import AlertRow, suggestion_at
from rapport.alliance.models import Standing
from rapport.alliance.queries.parts import (
    Attendance,
    Computed,
    GoalLine,
    Mark,
    RiskLine,
    Strip,
    SuggestionCard,
)
from rapport.goals.queries import GoalRow
from rapport.measures.queries import CheckInState
from rapport.people.models import Client, Participant, Relationship, Session
from rapport.scheduling.queries import missed_since
from rapport.science.assessment import Assessment, FirstFiveSlot
from rapport.science.history import Rater
from rapport.science.plain import Plain, from_plain
from rapport.science.relationship import ENGINE_VERSION

FIRST_FIVE = 5
DyadKey = tuple[UUID, UUID]


def clients_in(relationship_ids: Collection[UUID]) -> dict[UUID, tuple[Client, ...]]:
    """The clients of each relationship, in the order they came."""
    places = Participant.objects.filter(relationship_id__in=relationship_ids)
    found: dict[UUID, tuple[Client, ...]] = {}
    for place in places.select_related("client").order_by("id"):
        found[place.relationship_id] = (*found.get(place.relationship_id, ()), place.client)
    return found


def standings_of(relationship_ids: Collection[UUID]) -> dict[DyadKey, Standing]:
    """Where each dyad of these relationships stands."""
    rows = Standing.objects.filter(relationship_id__in=relationship_ids).select_related("alert")
    return {(row.relationship_id, row.client_id): row for row in rows.defer("alert__evidence")}


def last_numbers(relationship_ids: Collection[UUID]) -> dict[UUID, int]:
    """The number of the last session held in each relationship; those that held one."""
    rows = Session.objects.filter(relationship_id__in=relationship_ids)
    return dict(rows.values_list("relationship_id").annotate(last=Max("number")))


def strip_of(standing: Standing) -> Strip:
    """The first-five strip as it was stored."""
    slots = cast("list[Plain]", standing.strip)
    return tuple(from_plain(FirstFiveSlot, slot) for slot in slots)


def in_first_five(last: int) -> bool:
    """Whether a relationship is still within its first five sessions."""
    return last <= FIRST_FIVE


def marks_of(
    states: Iterable[CheckInState], *, client_id: UUID, with_interpreter: bool
) -> tuple[Mark, ...]:
    """Which sides have rated a session, of those who were in the room."""
    given = {
        state.rater: state.state
        for state in states
        if state.two_sided and state.client_id == client_id
    }
    raters: tuple[Rater, ...] = ("client", "therapist")
    if with_interpreter:
        raters = (*raters, "interpreter")
    return tuple(Mark(rater, given.get(rater, "not_asked")) for rater in raters)


def risk_line(row: AlertRow, *, told_next: str = "") -> RiskLine:
    """A risk alert as the screens show it."""
    return RiskLine(
        alert_id=row.id,
        relationship_id=row.relationship_id,
        client_id=row.client_id,
        client_name=row.client_name,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        told_next=told_next,
        severity=row.severity,
        asked=row.asked,
        sentence=row.sentence,
        raised_at=row.raised_at,
        acknowledge_by=row.acknowledge_by,
        acknowledged_at=row.acknowledged_at,
        escalated_at=row.escalated_at,
    )


def goal_line(row: GoalRow) -> GoalLine:
    """A goal as the screens show it."""
    return GoalLine(
        goal_id=row.id,
        words=row.words,
        area=row.area,
        in_focus=row.in_focus,
        closed=row.closed_at_session is not None,
        client_attainment=row.client_attainment,
        therapist_attainment=row.therapist_attainment,
    )


def standing_of(relationship: Relationship, client: Client) -> Standing | None:
    """Where one dyad stands, its assessment with it."""
    rows = Standing.objects.select_related("assessment", "alert")
    return rows.filter(relationship=relationship, client=client).first()


def said_of(standing: Standing | None) -> Assessment | None:
    """What the engine said, as it was stored."""
    return Assessment.from_dict(standing.assessment.result) if standing else None


def computed_of(standing: Standing | None, *, last: int) -> Computed | None:
    """Where an assessment comes from; an older engine or a later session makes it stale."""
    if standing is None:
        return None
    stored = standing.assessment
    return Computed(
        engine_version=stored.engine_version,
        computed_at=standing.computed_at,
        as_of=stored.as_of,
        input_hash=stored.input_hash,
        stale=stored.engine_version != ENGINE_VERSION or stored.as_of != last,
    )


def card_of(
    relationship: Relationship, client: Client, said: Assessment | None
) -> SuggestionCard | None:
    """The suggestion of the latest assessment, with the row by which it can be answered."""
    if said is None or said.suggestion is None:
        return None
    suggestion = said.suggestion
    alert = suggestion_at(relationship.id, client.id, said.as_of, rule=suggestion.key)
    return SuggestionCard(
        alert_id=alert.id if alert else None,
        session_number=said.as_of,
        sentence=suggestion.sentence,
        rule=suggestion.rule,
        inputs=suggestion.inputs,
        uncertainty=suggestion.uncertainty,
        false_alarm_rate=suggestion.false_alarm_rate,
        things_to_try=suggestion.things_to_try,
        answered=alert.answered if alert else "",
    )


def attendance_of(relationship: Relationship, last: Session | None) -> Attendance:
    """How many sessions were held and appointments missed; imports know misses by session."""
    noted = Session.objects.filter(relationship=relationship).values_list("missed_before")
    missed, recent = missed_since(relationship, last_held_at=last.held_at if last else None)
    return Attendance(
        held=len(noted),
        missed=max(missed, sum(before for (before,) in noted) + recent),
        missed_since_last=recent,
        last_held_on=last.held_at.date() if last else None,
    )


def last_session(relationship: Relationship) -> Session | None:
    """The last session held in a relationship already obtained."""
    return Session.objects.filter(relationship=relationship).order_by("-number").first()
