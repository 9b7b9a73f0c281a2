"""What the relationship page draws: which curves there are, and the pictures of those asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from rapport.alliance.queries import CourseEvent, RelationshipView, Series
from rapport.measures.queries import band_of
from rapport.science.assessment import ExpectedCourse
from rapport.science.history import RELATIONSHIP_CONSTRUCTS
from rapport.web.design import charts
from rapport.web.design.charts import Axis, Band, Bounds, Drawing, Event, Point
from rapport.web.design.tags import number

Key = tuple[str, str]
ORDER = ("alliance", *RELATIONSHIP_CONSTRUCTS)


@dataclass(frozen=True, slots=True)
class Curve:
    """One scale, as everybody who rated it saw it."""

    key: str
    label: str
    validated: bool
    series: tuple[Series, ...]


def curves(view: RelationshipView, role: str) -> tuple[Curve, ...]:
    """The scales of one role ("relationship" or "outcome"); the working alliance comes first."""
    found: dict[Key, list[Series]] = {}
    for one in view.series:
        if one.role == role:
            found.setdefault((one.measure, one.scale), []).append(one)
    made = [
        Curve(".".join(key), both[0].label, both[0].validated, tuple(both))
        for key, both in found.items()
    ]
    return tuple(sorted(made, key=lambda curve: place(curve.series[0].construct)))


def place(construct: str) -> int:
    """Where a construct stands in every list: the working alliance first, then its parts."""
    return ORDER.index(construct) if construct in ORDER else len(ORDER)


def chosen(among: tuple[Curve, ...], key: str) -> Curve | None:
    """The curve asked for, else the first."""
    return next((curve for curve in among if curve.key == key), among[0] if among else None)


def draw_relationship(view: RelationshipView, curve: Curve) -> Drawing:
    """Both sides of one construct, session by session, with the course that was expected."""
    return charts.relationship_chart(
        _("How do you both see it? %(what)s") % {"what": curve.label},
        _axis(view, curve),
        tuple(_series(view, one) for one in curve.series),
        # One band only: two that overlap hide one another, and it is the client's that counts.
        tuple(_band(c) for c in _courses(view, curve) if c.rater == "client"),
        tuple(Event(event.session, _tick(event)) for event in view.events),
    )


def draw_outcome(view: RelationshipView, curve: Curve) -> Drawing:
    """One outcome with its expected course."""
    course = next(iter(_courses(view, curve)), None)
    return charts.outcome_chart(
        _("How is it going? %(what)s") % {"what": curve.label},
        _axis(view, curve),
        _series(view, curve.series[0]),
        band=_band(course) if course else None,
        levels=_cutoffs(view, curve),
    )


def sentences(view: RelationshipView, curve: Curve) -> tuple[str, ...]:
    """What the engine says about the course of one curve, and about change on it."""
    courses = [course.sentence for course in _courses(view, curve)]
    changes = [
        change.sentence
        for change in (view.assessment.changes if view.assessment else ())
        if f"{change.measure}.{change.scale}" == curve.key
    ]
    return tuple(words for words in (*changes, *_bands(curve), *courses) if words)


def _bands(curve: Curve) -> tuple[str, ...]:
    """Where the client's latest value lies among the published bands, if there are any."""
    latest = next((p.value for p in reversed(curve.series[0].points) if p.value is not None), None)
    if latest is None:
        return ()
    measure, _dot, scale = curve.key.partition(".")
    band = band_of(measure, scale, latest)
    words = _("The latest score, %(v)s, is called “%(band)s”.")
    shown = {"v": number(latest, 0 if latest.is_integer() else 1), "band": band}
    return (words % shown,) if band else ()


def basis(view: RelationshipView, curve: Curve) -> str:
    """What the expected course of one curve rests on: the practice's own model or assumptions."""
    return next((course.priors_in_use for course in _courses(view, curve)), "")


def _courses(view: RelationshipView, curve: Curve) -> tuple[ExpectedCourse, ...]:
    """Expected courses that have something to draw."""
    if view.assessment is None:
        return ()
    return tuple(
        course
        for course in view.assessment.expected_course
        if f"{course.measure}.{course.scale}" == curve.key and _bounds(course)
    )


def _cutoffs(view: RelationshipView, curve: Curve) -> tuple[charts.Level, ...]:
    """The published cut-off that the engine read this scale against, if there is one."""
    if view.assessment is None:
        return ()
    values = {
        change.clinical.cutoff
        for change in view.assessment.changes
        if f"{change.measure}.{change.scale}" == curve.key and hasattr(change.clinical, "cutoff")
    }
    return tuple(
        charts.Level(value, _("cut-off %(v)s") % {"v": number(value, 0)}) for value in values
    )


def _axis(view: RelationshipView, curve: Curve) -> Axis:
    """The scale's real range; where nobody declared one, the range of what is drawn."""
    first = curve.series[0]
    values = [p.value for one in curve.series for p in one.points if p.value is not None]
    expected = [bounds for course in _courses(view, curve) for bounds in _bounds(course)]
    values += [edge for bounds in expected for edge in (bounds.low, bounds.high)]
    low = first.minimum if first.minimum is not None else min(values, default=0.0)
    high = first.maximum if first.maximum is not None else max(values, default=1.0)
    way = _("higher is better") if first.higher_is_better else _("lower is better")
    return Axis(f"{curve.label} ({way})", low, high if high > low else low + 1)


def _series(view: RelationshipView, one: Series) -> charts.Series:
    values = {point.session: point.value for point in one.points}
    dates = {session.number: session.held_on for session in view.sessions}
    names = {
        "client": view.client_name,
        "therapist": view.therapist_name,
        "interpreter": view.interpreter_name,
    }
    return charts.Series(
        names[one.rater].partition(" ")[0],
        one.rater,
        tuple(_point(n, values, dates) for n in _drawn(view, one, values)),
    )


def _point(session: int, values: dict[int, float | None], dates: dict[int, date]) -> Point:
    return Point(session, values.get(session), dates.get(session))


def _drawn(view: RelationshipView, one: Series, values: dict[int, float | None]) -> list[int]:
    """Sessions to mark: rated ones, and gaps between them. What is still open is not a gap."""
    rated = sorted(values)
    if not rated:
        return []
    held = {session.number for session in view.sessions}
    first, last = rated[0], rated[-1]
    if not any(mark.state == "waiting" for mark in view.marks):
        last = max([last, *held])
    gaps = {n for n in held if first <= n <= last} if one.role == "relationship" else set()
    return sorted({*rated, *gaps})


def _bounds(course: ExpectedCourse) -> tuple[Bounds, ...]:
    return tuple(
        Bounds(point.session, point.low, point.high)
        for point in course.points
        if point.low is not None and point.high is not None
    )


def _tick(event: CourseEvent) -> str:
    """A word short enough to stand on the chart; the timeline beside it has the rest."""
    short = {"goal_set": _("goal"), "goal_closed": _("goal closed"), "missed": _("missed")}
    return short.get(event.kind, event.label)


def _band(course: ExpectedCourse) -> Band:
    label = _("expected of the client, %(level)s %%") % {"level": number(100 * course.level, 0)}
    return Band(label, course.rater, _bounds(course))
