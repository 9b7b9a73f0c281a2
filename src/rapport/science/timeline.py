"""A history cut at one session, checked, and laid out as one line of values per rater and scale."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import NamedTuple

from rapport.science.course_model import ExpectedCourseModel
from rapport.science.history import (
    Cells,
    DuplicateFactError,
    Goal,
    GoalRating,
    History,
    HistoryError,
    ImpossibleValueError,
    LineKey,
    Rater,
    Scale,
    Session,
    UnknownFactError,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One rater's scorable values on one scale, in session order.

    ``given`` holds every session that was answered, scorable or not. ``model`` is the practice's
    own expected course, where it has one.
    """

    scale: Scale
    rater: Rater
    sessions: tuple[int, ...]
    values: tuple[float, ...]
    given: Cells
    model: ExpectedCourseModel | None = None

    def by_session(self) -> dict[int, float]:
        return dict(zip(self.sessions, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class Timeline:
    """What stood after session ``as_of``: nothing in it is later.

    ``alliance`` is the alliance total rated at most sessions, the first by name on a tie;
    ``open_sessions`` are those that a side can still rate.
    """

    as_of: int
    sessions: tuple[Session, ...]
    lines: dict[LineKey, Line]
    goals: tuple[Goal, ...]
    goal_ratings: tuple[GoalRating, ...]
    alliance: Scale | None
    open_sessions: frozenset[int] = frozenset()

    @property
    def last(self) -> int:
        """The number of the last session held; 0 before the first."""
        return self.sessions[-1].number if self.sessions else 0

    def line(self, scale: Scale, rater: Rater) -> Line | None:
        return self.lines.get((scale.measure, scale.scale, rater))


class BothSides(NamedTuple):
    """Client's and therapist's values at the sessions that both rated, in session order."""

    sessions: tuple[int, ...]
    client: tuple[float, ...]
    therapist: tuple[float, ...]


def both_sides(timeline: Timeline, key: tuple[str, str]) -> BothSides:
    """Return the two sides of one scale where both gave a scorable rating."""
    client = timeline.lines.get((*key, "client"))
    therapist = timeline.lines.get((*key, "therapist"))
    if client is None or therapist is None:
        return BothSides((), (), ())
    if client.sessions == therapist.sessions:
        return BothSides(client.sessions, client.values, therapist.values)
    mine, theirs = client.by_session(), therapist.by_session()
    both = tuple([session for session in client.sessions if session in theirs])
    return BothSides(both, tuple([mine[s] for s in both]), tuple([theirs[s] for s in both]))


def timeline(history: History, as_of: int) -> Timeline:
    """Cut, check and lay out ``history``.

    Raises
    ------
    DuplicateFactError
        A session, rating, goal or goal rating stands twice.
    UnknownFactError
        A rating names a session, scale or goal that is not there.
    ImpossibleValueError
        A value is not finite or outside its scale's range.
    """
    if as_of < 0:
        raise HistoryError(f"as_of is {as_of}: give a session number, or 0 for before the first.")
    known = history.until(as_of)
    sessions = tuple(sorted(known.sessions, key=lambda s: s.number))
    numbers = _numbers(sessions)
    lines = {key: _line(key, cells, known, numbers) for key, cells in known.cells().items()}
    return Timeline(
        as_of=as_of,
        sessions=sessions,
        lines=lines,
        goals=tuple(sorted(known.goals, key=lambda g: (g.set_at_session, g.key))),
        goal_ratings=_goal_ratings(known, numbers),
        alliance=_alliance(lines),
        open_sessions=known.open_sessions,
    )


def _numbers(sessions: tuple[Session, ...]) -> frozenset[int]:
    numbers = frozenset(s.number for s in sessions)
    if len(numbers) != len(sessions):
        twice = next(a.number for a, b in itertools.pairwise(sessions) if a.number == b.number)
        raise DuplicateFactError(f"Session {twice} stands twice: give each session one number.")
    if sessions and sessions[0].number < 1:
        raise ImpossibleValueError(
            f"Session {sessions[0].number}: sessions are numbered from 1 within a relationship."
        )
    return numbers


def _line(
    key: LineKey,
    cells: Cells,
    known: History,
    numbers: frozenset[int],
) -> Line:
    measure, name, rater = key
    scale = known.scales.get((measure, name))
    if scale is None:
        raise UnknownFactError(
            f"Ratings name the scale {measure}/{name}, which is not declared: add it to `scales`."
        )
    if not cells.keys() <= numbers:
        missing = min(cells.keys() - numbers)
        raise UnknownFactError(
            f"{measure}/{name} by the {rater} is rated at session {missing}, "
            "which is not among the sessions held."
        )
    sessions = tuple(sorted(cells))
    if None in cells.values():
        sessions = tuple([session for session in sessions if cells[session] is not None])
    values = tuple([float(v) for v in map(cells.get, sessions) if v is not None])
    _check_values(f"{measure}/{name} by the {rater}", values, scale)
    return Line(scale, rater, sessions, values, cells, known.models.get(key))


def _check_values(where: str, values: tuple[float, ...], scale: Scale) -> None:
    if not math.isfinite(sum(values)):
        raise ImpossibleValueError(f"{where} holds a value that is not a finite number.")
    if not values:
        return
    (floor, ceiling), lowest, highest = scale.bounds, min(values), max(values)
    if lowest < floor:
        raise ImpossibleValueError(f"{where}: {lowest:g} is below {floor:g}.")
    if highest > ceiling:
        raise ImpossibleValueError(f"{where}: {highest:g} is above {ceiling:g}.")


def _alliance(lines: dict[LineKey, Line]) -> Scale | None:
    totals = [
        line
        for line in lines.values()
        if line.scale.construct == "alliance" and line.scale.role == "relationship"
    ]
    counts: dict[tuple[str, str], int] = {}
    for line in totals:
        counts[line.scale.key] = counts.get(line.scale.key, 0) + len(line.given)
    ranked = sorted(totals, key=lambda line: (-counts[line.scale.key], line.scale.key))
    return ranked[0].scale if ranked else None


def _goal_ratings(history: History, numbers: frozenset[int]) -> tuple[GoalRating, ...]:
    known = {g.key for g in history.goals}
    if len(known) != len(history.goals):
        raise DuplicateFactError("Two goals share one key: give each goal its own.")
    kept = sorted(history.goal_ratings, key=lambda r: (r.goal, r.rater, r.session))
    seen: set[tuple[str, Rater, int]] = set()
    for r in kept:
        where = f"The {r.rater}'s rating of goal {r.goal!r} at session {r.session}"
        if (r.goal, r.rater, r.session) in seen:
            raise DuplicateFactError(f"{where} stands twice: keep one.")
        if r.goal not in known or r.session not in numbers:
            raise UnknownFactError(f"{where} names a goal or a session that is not there.")
        if not 0 <= r.attainment <= 10:
            raise ImpossibleValueError(f"{where} is {r.attainment:g}: 0 to 10 is allowed.")
        seen.add((r.goal, r.rater, r.session))
    return tuple(kept)
