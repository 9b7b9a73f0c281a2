"""What the relationship engine reads: one relationship's history as plain facts.

Everything is numbered by session, because session number beats calendar time as the unit of
change; dates ride along for people to read. A history is cut at a session number with
:meth:`History.until`, so nothing computed for an earlier session can see a later one.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from operator import attrgetter
from typing import Literal

from rapport.science.course_model import ExpectedCourseModel

Rater = Literal["client", "therapist", "interpreter"]
Role = Literal["relationship", "outcome"]
# One rater's answers on one scale of one measure, by session; ``None``: given, not scorable.
LineKey = tuple[str, str, Rater]
Cells = dict[int, float | None]

ALLIANCE_CONSTRUCTS = ("goal", "task", "bond")
RELATIONSHIP_CONSTRUCTS = (
    *ALLIANCE_CONSTRUCTS,
    "real_relationship",
    "empathy",
    "congruence",
    "regard",
)


class HistoryError(ValueError):
    """The facts of a history contradict one another or name something that is not there."""


class DuplicateFactError(HistoryError):
    """The same fact stands twice; correct the earlier one instead of adding a second."""


class UnknownFactError(HistoryError):
    """A rating names a scale, a session or a goal that the history does not hold."""


class ImpossibleValueError(HistoryError):
    """A value is not a finite number or lies outside its scale's range."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale of one measure, and the facts that its numbers may be read against.

    Attributes
    ----------
    measure, scale
        Keys; together they name the scale (``"phq9"``, ``"total"``).
    construct
        What it measures: one of :data:`RELATIONSHIP_CONSTRUCTS`, ``"alliance"`` (a total over
        goal, task and bond), ``"session_quality"``, or an outcome such as ``"depression"``.
    role
        ``"relationship"`` or ``"outcome"``.
    higher_is_better
        Direction of the numbers.
    minimum, maximum
        The scale's range in scale units; ``None`` where the scale is unbounded.
    reliability, source_sd
        Reliability coefficient and standard deviation of the sample that it came from; both
        are needed for a reliable-change index.
    reliable_change
        A published reliable-change threshold in scale units, where one exists.
    clinical_cutoff
        A published cut-off between the functional and the clinical population, in scale units.
    norm_mean, norm_sd, norm_source
        Mean and standard deviation of people in treatment as published, in scale units, and
        where; empty where nothing is.
    validated
        ``False`` for our own short forms: they borrow no other measure's cut-offs.
    """

    measure: str
    scale: str
    construct: str
    role: Role
    higher_is_better: bool
    minimum: float | None = None
    maximum: float | None = None
    reliability: float | None = None
    source_sd: float | None = None
    reliable_change: float | None = None
    clinical_cutoff: float | None = None
    norm_mean: float | None = None
    norm_sd: float | None = None
    norm_source: str = ""
    validated: bool = False
    label: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return (self.measure, self.scale)

    @property
    def name(self) -> str:
        """What people call the scale: its label, else its construct in words."""
        return self.label or self.construct.replace("_", " ")

    @property
    def bounds(self) -> tuple[float, float]:
        """The scale's range, infinite where it has none."""
        return (
            -math.inf if self.minimum is None else self.minimum,
            math.inf if self.maximum is None else self.maximum,
        )


_SCALE_FACTS = attrgetter(*(fact.name for fact in fields(Scale)))
_MODEL_FACTS = attrgetter(*(fact.name for fact in fields(ExpectedCourseModel)))


@dataclass(frozen=True, slots=True)
class Session:
    """A meeting held, numbered within its relationship from 1.

    ``missed_before`` counts the appointments missed since the session before.
    """

    number: int
    held_on: date | None = None
    missed_before: int = 0


@dataclass(frozen=True, slots=True)
class Rating:
    """One rater's value on one scale at one session; ``None`` means given but not scorable."""

    session: int
    rater: Rater
    measure: str
    scale: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal in the client's own words; ``area`` names what it is about."""

    key: str
    words: str
    area: str = ""
    set_at_session: int = 1
    closed_at_session: int | None = None


@dataclass(frozen=True, slots=True)
class GoalRating:
    """How far a goal has been reached at one session, 0 (not at all) to 10 (fully)."""

    session: int
    goal: str
    rater: Rater
    attainment: float


@dataclass(frozen=True, slots=True)
class History:
    """Everything the engine may know about one relationship.

    ``open_sessions`` are those of which a side can still be rated, or is rated and sealed until
    then: what is not known of them is not missing. ``models`` are the practice's own expected
    courses, by measure, scale and rater; a line without one has the prior of its scale.
    """

    relationship: str
    sessions: tuple[Session, ...] = ()
    ratings: tuple[Rating, ...] = ()
    goals: tuple[Goal, ...] = ()
    goal_ratings: tuple[GoalRating, ...] = ()
    scales: Mapping[tuple[str, str], Scale] = field(default_factory=dict)
    models: Mapping[LineKey, ExpectedCourseModel] = field(default_factory=dict)
    open_sessions: frozenset[int] = frozenset()

    def until(self, as_of: int) -> History:
        """The same history as it stood after session ``as_of``."""
        return replace(
            self,
            sessions=tuple(s for s in self.sessions if s.number <= as_of),
            ratings=tuple(r for r in self.ratings if r.session <= as_of),
            goals=tuple(
                g
                if g.closed_at_session is None or g.closed_at_session <= as_of
                else replace(g, closed_at_session=None)
                for g in self.goals
                if g.set_at_session <= as_of
            ),
            goal_ratings=tuple(r for r in self.goal_ratings if r.session <= as_of),
            open_sessions=frozenset(n for n in self.open_sessions if n <= as_of),
        )

    def cells(self) -> dict[LineKey, Cells]:
        """Return the ratings laid out by line and session, lines in order of their keys.

        Raises
        ------
        DuplicateFactError
            A rating stands twice.
        """
        lines: defaultdict[LineKey, Cells] = defaultdict(dict)
        for rating in self.ratings:
            lines[rating.measure, rating.scale, rating.rater][rating.session] = rating.value
        if sum(map(len, lines.values())) != len(self.ratings):
            raise DuplicateFactError(f"{_rated_twice(self.ratings)} stands twice: keep one.")
        return {key: lines[key] for key in sorted(lines)}

    def canonical(self) -> str:
        """Return the history as one string that does not depend on the order of its facts."""
        lines = self.cells()
        facts = {
            "relationship": self.relationship,
            "sessions": sorted((s.number, str(s.held_on), s.missed_before) for s in self.sessions),
            "ratings": [(key, _in_order(cells)) for key, cells in lines.items()],
            "goals": sorted(
                (g.key, g.words, g.area, g.set_at_session, g.closed_at_session or 0)
                for g in self.goals
            ),
            "goal_ratings": sorted(
                (r.session, r.goal, r.rater, float(r.attainment)) for r in self.goal_ratings
            ),
            "scales": [_SCALE_FACTS(self.scales[key]) for key in sorted(self.scales)],
            "models": [
                (key, _MODEL_FACTS(self.models[key])) for key in lines if key in self.models
            ],
            "open_sessions": sorted(self.open_sessions),
        }
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _in_order(cells: Cells) -> tuple[list[int], list[float | None]]:
    sessions = sorted(cells)
    values = (cells[session] for session in sessions)
    return sessions, [None if value is None else float(value) for value in values]


def _rated_twice(ratings: tuple[Rating, ...]) -> str:
    """Name the first rating that stands at the place of an earlier one."""
    seen: set[tuple[str, str, Rater, int]] = set()
    for rating in ratings:
        place = (rating.measure, rating.scale, rating.rater, rating.session)
        if place in seen:
            break
        seen.add(place)
    return (
        f"The {rating.rater}'s rating of {rating.measure}/{rating.scale} "
        f"at session {rating.session}"
    )


def input_hash(history: History, as_of: int) -> str:
    """Return the SHA-256 of everything an assessment at ``as_of`` may depend on.

    Raises
    ------
    DuplicateFactError
        A rating stands twice, so that there is no one history to name.
    """
    return hashlib.sha256(history.until(as_of).canonical().encode()).hexdigest()
