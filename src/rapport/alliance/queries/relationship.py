"""The relationship: both curves, the band, what happened, and the numbers behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from rapport.alliance.queries.brief import ClientChoice, choices_in, gap_beside, open_risks
from rapport.alliance.queries.course import CourseEvent, Series, SessionPoint
from rapport.alliance.queries.curves import events_of, series_of
from rapport.alliance.queries.parts import (
    Attendance,
    Computed,
    GoalLine,
    Mark,
    RiskLine,
    SuggestionCard,
)
from rapport.alliance.queries.readings import (
    attendance_of,
    card_of,
    computed_of,
    goal_line,
    marks_of,
    said_of,
    standing_of,
)
from rapport.alliance.queries.stages import StagePanel, stage_panel
from rapport.goals.queries import goals_of
from rapport.measures.queries import Dyad, check_in_states, revealed_ratings
from rapport.people.models import Client, Relationship, Session
from rapport.science.assessment import Assessment


@dataclass(frozen=True, slots=True)
class RelationshipView:
    """All of one dyad.

    ``assessment`` is the engine's own answer (levels, agreement with its n or its refusal,
    changes, expected courses with their bands, ruptures, goals); ``series`` are the revealed
    ratings that it was computed from. Both are empty before the first check-in.
    """

    relationship_id: UUID
    client_id: UUID
    client_name: str
    clients: tuple[ClientChoice, ...]
    therapist_name: str
    interpreter_name: str
    track: str
    started_on: date
    ended_on: date | None
    ending: str
    headline: str
    gap: str
    sessions: tuple[SessionPoint, ...]
    series: tuple[Series, ...]
    events: tuple[CourseEvent, ...]
    marks: tuple[Mark, ...]
    goals: tuple[GoalLine, ...]
    stages: StagePanel
    suggestion: SuggestionCard | None
    risks: tuple[RiskLine, ...]
    attendance: Attendance
    assessment: Assessment | None
    computed: Computed | None


def relationship_view(
    relationship: Relationship, *, client: Client, at: datetime
) -> RelationshipView:
    """All of one dyad already obtained."""
    held = list(Session.objects.filter(relationship=relationship).order_by("number"))
    last = held[-1] if held else None
    number = last.number if last else 0
    standing = standing_of(relationship, client)
    said = said_of(standing)
    stages = stage_panel(relationship, at=at)
    states = check_in_states([(relationship.id, number)], at=at)
    goals = goals_of(relationship, client_id=client.id)
    interpreter = relationship.interpreter
    return RelationshipView(
        relationship_id=relationship.id,
        client_id=client.id,
        client_name=client.name,
        clients=choices_in(relationship),
        therapist_name=relationship.therapist.name,
        interpreter_name=interpreter.name if interpreter else "",
        track=relationship.track,
        started_on=relationship.started_on,
        ended_on=relationship.ended_on,
        ending=relationship.ending,
        headline=said.headline if said else "",
        gap=gap_beside(standing, said),
        sessions=_points(held, ZoneInfo(relationship.practice.timezone)),
        series=series_of(revealed_ratings(Dyad(relationship.id, client.id), at=at)),
        events=events_of(held, said, stages, goals),
        marks=marks_of(
            states[relationship.id, number],
            client_id=client.id,
            with_interpreter=interpreter is not None,
        ),
        goals=tuple(goal_line(goal) for goal in goals),
        stages=stages,
        suggestion=card_of(relationship, client, said),
        risks=open_risks(relationship, client),
        attendance=attendance_of(relationship, last),
        assessment=said,
        computed=computed_of(standing, last=number),
    )


def _points(held: list[Session], zone: ZoneInfo) -> tuple[SessionPoint, ...]:
    return tuple(
        SessionPoint(s.number, s.held_at.astimezone(zone).date(), s.missed_before) for s in held
    )
