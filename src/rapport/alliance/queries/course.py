"""The course of one dyad: sessions, curves, and the ticks along them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rapport.science.history import Rater

EventKind = Literal[
    "missed", "rupture", "repair", "sudden_gain", "goal_set", "goal_closed", "stage"
]


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
