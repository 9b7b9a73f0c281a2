"""The curves of one dyad and the ticks along them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from django.utils.translation import gettext as _

from rapport.alliance.queries.course import CourseEvent, Point, Series
from rapport.alliance.queries.stages import StagePanel
from rapport.goals.queries import GoalRow
from rapport.measures.queries import scales_in_use
from rapport.people.models import Session
from rapport.science.assessment import Assessment
from rapport.science.history import Rater, Rating

RATERS: tuple[Rater, ...] = ("client", "therapist", "interpreter")


def series_of(ratings: tuple[Rating, ...]) -> tuple[Series, ...]:
    """One curve for each rater and scale, scales by name, the client's first."""
    found: dict[tuple[str, str, Rater], list[Point]] = {}
    for rating in sorted(ratings, key=lambda r: r.session):
        key = (rating.measure, rating.scale, rating.rater)
        found.setdefault(key, []).append(Point(rating.session, rating.value))
    scales = scales_in_use(ratings)
    order = sorted(found, key=lambda key: (*key[:2], RATERS.index(key[2])))
    return tuple(
        Series(
            rater=rater,
            construct=scale.construct,
            measure=measure,
            scale=name,
            label=scale.label or scale.construct.replace("_", " "),
            role=scale.role,
            higher_is_better=scale.higher_is_better,
            minimum=scale.minimum,
            maximum=scale.maximum,
            validated=scale.validated,
            points=tuple(found[measure, name, rater]),
        )
        for measure, name, rater in order
        if (scale := scales[measure, name])
    )


def events_of(
    held: Iterable[Session],
    said: Assessment | None,
    stages: StagePanel,
    goals: Iterable[GoalRow],
) -> tuple[CourseEvent, ...]:
    """What happened along the way, first to last."""
    found = chain(_missed(held), _said(said), _stages(stages), _goals(goals))
    return tuple(sorted(found, key=lambda event: (event.session, event.kind)))


def _missed(held: Iterable[Session]) -> Iterator[CourseEvent]:
    for session in held:
        if session.missed_before:
            words = _("missed %(n)d before") % {"n": session.missed_before}
            yield CourseEvent(session.number, "missed", words)


def _said(said: Assessment | None) -> Iterator[CourseEvent]:
    if said is None:
        return
    for flag in said.ruptures:
        if flag.alerting:
            yield CourseEvent(flag.session, "rupture", _("clear fall"))
            if flag.repaired_at is not None:
                yield CourseEvent(flag.repaired_at, "repair", _("back to before"))
    for change in said.changes:
        for gain in change.sudden_gains:
            yield CourseEvent(gain.next_session, "sudden_gain", _("sudden gain"))


def _stages(stages: StagePanel) -> Iterator[CourseEvent]:
    for step in stages.trail:
        yield CourseEvent(max(1, step.at_session), "stage", step.label)


def _goals(goals: Iterable[GoalRow]) -> Iterator[CourseEvent]:
    for goal in goals:
        yield CourseEvent(goal.set_at_session, "goal_set", _("goal: %(w)s") % {"w": goal.words})
        if goal.closed_at_session is not None:
            closed = _("closed: %(w)s") % {"w": goal.words}
            yield CourseEvent(goal.closed_at_session, "goal_closed", closed)
