"""The relationship: both curves, the band, what happened, and the numbers behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from rapport.alliance.queries.brief import ClientChoice
from rapport.alliance.queries.parts import (
    Attendance,
    Computed,
    GoalLine,
    Mark,
    RiskLine,
    SuggestionCard,
)
from rapport.alliance.queries.stages import StagePanel
from rapport.science.assessment import Assessment
from rapport.science.history import Rater

EventKind = Literal["missed", "rupture", "repair", "sudden_gain", "goal_set", "goal_met", "stage"]


@dataclass(frozen=True, slots=True)
class SessionPoint:
    """One session held: the x of every chart, the date for its tooltip."""

    number: int
    held_on: date
    missed_before: int


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a curve; ``None`` was given but could not be scored."""

    session: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One rater's curve on one scale, in scale units, with the scale's real range."""

    rater: Rater
    construct: str
    measure: str
    scale: str
    label: str
    role: Literal["relationship", "outcome"]
    higher_is_better: bool
    minimum: float | None
    maximum: float | None
    validated: bool
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class CourseEvent:
    """A labelled tick on the session axis."""

    session: int
    kind: EventKind
    label: str


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
