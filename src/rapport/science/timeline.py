"""A history cut at one session, checked, and laid out as one line of values per rater and scale."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

from rapport.science.history import (
    DuplicateFactError,
    Goal,
    GoalRating,
    History,
    HistoryError,
    ImpossibleValueError,
    Rater,
    Rating,
    Scale,
    Session,
    UnknownFactError,
)

LineKey = tuple[str, str, Rater]
Cells = dict[int, float | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One rater's scorable values on one scale, in session order.

    ``given`` holds every session that was answered, scorable or not.
    """

    scale: Scale
    rater: Rater
    sessions: tuple[int, ...]
    values: tuple[float, ...]
    given: Cells

    @property
    def name(self) -> str:
        """What people call the scale: its label, else its construct in words."""
        return self.scale.label or self.scale.construct.replace("_", " ")

    @property
    def bounds(self) -> tuple[float, float]:
        """The scale's range, infinite where it has none."""
        low, high = self.scale.minimum, self.scale.maximum
        return (-math.inf if low is None else low, math.inf if high is None else high)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What stood after session ``as_of``: nothing in it is later.

    ``alliance`` is the alliance total rated at most sessions, the first by name on a tie.
    """

    as_of: int
    sessions: tuple[Session, ...]
    lines: dict[LineKey, Line]
    goals: tuple[Goal, ...]
    goal_ratings: tuple[GoalRating, ...]
    alliance: Scale | None

    @property
    def last(self) -> int:
        """The number of the last session held; 0 before the first."""
        return self.sessions[-1].number if self.sessions else 0

    def line(self, scale: Scale, rater: Rater) -> Line | None:
        return self.lines.get((scale.measure, scale.scale, rater))


def both_sides(timeline: Timeline, key: tuple[str, str]) -> dict[int, tuple[float, float]]:
    """(client, therapist) by session in order, where both gave a scorable rating."""
    client = timeline.lines.get((*key, "client"))
    therapist = timeline.lines.get((*key, "therapist"))
    if client is None or therapist is None:
        return {}
    if client.sessions == therapist.sessions:
        pairs = zip(client.values, therapist.values, strict=True)
        return dict(zip(client.sessions, pairs, strict=True))
    theirs = dict(zip(therapist.sessions, therapist.values, strict=True))
    return {
        session: (value, theirs[session])
        for session, value in zip(client.sessions, client.values, strict=True)
        if session in theirs
    }


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
    sessions = tuple(
        sorted((s for s in history.sessions if s.number <= as_of), key=lambda s: s.number)
    )
    numbers = _numbers(sessions)
    goals = history.until(as_of).goals if history.goals else ()
    lines = _lines(history, as_of, numbers)
    return Timeline(
        as_of=as_of,
        sessions=sessions,
        lines=lines,
        goals=tuple(sorted(goals, key=lambda g: (g.set_at_session, g.key))),
        goal_ratings=_goal_ratings(history.goal_ratings, as_of, numbers, goals),
        alliance=_alliance(lines),
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


def _lines(history: History, as_of: int, numbers: frozenset[int]) -> dict[LineKey, Line]:
    cells: dict[LineKey, Cells] = {}
    for rating in history.ratings:
        session = rating.session
        if session <= as_of:
            key = (rating.measure, rating.scale, rating.rater)
            line = cells.get(key)
            if line is None:
                line = cells[key] = {}
            if session in line:
                raise DuplicateFactError(_named(rating) + " stands twice: keep one.")
            line[session] = rating.value
    return {key: _line(key, cells[key], history, numbers) for key in sorted(cells)}


def _line(key: LineKey, cells: Cells, history: History, numbers: frozenset[int]) -> Line:
    measure, name, rater = key
    scale = history.scales.get((measure, name))
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
    sessions = tuple(sorted([s for s, v in cells.items() if v is not None]))
    values = tuple([float(v) for v in map(cells.get, sessions) if v is not None])
    _check_values(key, values, scale)
    return Line(scale, rater, sessions, values, cells)


def _check_values(key: LineKey, values: tuple[float, ...], scale: Scale) -> None:
    where = f"{key[0]}/{key[1]} by the {key[2]}"
    if not math.isfinite(sum(values)):
        raise ImpossibleValueError(f"{where} holds a value that is not a finite number.")
    if not values:
        return
    if scale.minimum is not None and min(values) < scale.minimum:
        raise ImpossibleValueError(f"{where}: {min(values):g} is below {scale.minimum:g}.")
    if scale.maximum is not None and max(values) > scale.maximum:
        raise ImpossibleValueError(f"{where}: {max(values):g} is above {scale.maximum:g}.")


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


def _goal_ratings(
    ratings: Iterable[GoalRating], as_of: int, numbers: frozenset[int], goals: tuple[Goal, ...]
) -> tuple[GoalRating, ...]:
    known = {g.key for g in goals}
    if len(known) != len(goals):
        raise DuplicateFactError("Two goals share one key: give each goal its own.")
    kept = sorted(
        (r for r in ratings if r.session <= as_of), key=lambda r: (r.goal, r.rater, r.session)
    )
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


def _named(rating: Rating) -> str:
    return (
        f"The {rating.rater}'s rating of {rating.measure}/{rating.scale} "
        f"at session {rating.session}"
    )
