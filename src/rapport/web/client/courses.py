"""A client's own course as a sentence and a picture, in words for the client."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.measures.progress import OwnCourse, OwnPoint
from rapport.web.design.charts import Axis, Band, Bounds, Drawing, Point, Series, outcome_chart
from rapport.web.design.tags import number


@dataclass(frozen=True, slots=True)
class Picture:
    """One measure: what is it about, where it stands, and the drawing."""

    label: str
    sentence: str
    drawing: Drawing
    validated: bool
    wish: str


def picture(course: OwnCourse) -> Picture:
    """Everything that the page shows of one measure."""
    label = _(course.scale.label)
    return Picture(
        label=label,
        sentence=_sentence(course, label),
        drawing=_draw(course, label),
        validated=course.scale.validated,
        wish=_("My answers on: %(what)s") % {"what": label},
    )


def _sentence(course: OwnCourse, label: str) -> str:
    latest = course.latest
    if latest is None:
        return _("There is no answer on %(what)s that could be scored yet.") % {"what": label}
    given = [point for point in course.points if point.value is not None]
    stands = _("%(what)s: %(value)s at session %(n)d%(range)s.") % {
        "what": label,
        "value": number(latest.value, 0),
        "n": latest.session,
        "range": _out_of(course),
    }
    if len(given) < 2 or latest.low is None or latest.high is None:
        return f"{stands} {_('It is too early to say what to expect.')}"
    return f"{stands} {_place(course, latest)}"


def _place(course: OwnCourse, latest: OwnPoint) -> str:
    """Where the latest answer lies in the range that earlier ones led to, and how sure that is."""
    assert latest.value is not None and latest.low is not None and latest.high is not None
    facts = {
        "low": number(latest.low, 0),
        "high": number(latest.high, 0),
        "level": f"{100 * course.level:.0f} %",
    }
    if latest.low <= latest.value <= latest.high:
        return (
            _(
                "From your earlier answers, %(low)s to %(high)s was likely (%(level)s), and that "
                "is where you are."
            )
            % facts
        )
    better = (latest.value > latest.high) == course.scale.higher_is_better
    words = (
        _(
            "That is better than the %(low)s to %(high)s that was likely from your earlier "
            "answers (%(level)s)."
        )
        if better
        else _(
            "That is harder than the %(low)s to %(high)s that was likely from your earlier "
            "answers (%(level)s). It is worth talking about."
        )
    )
    return words % facts


def _out_of(course: OwnCourse) -> str:
    if course.scale.minimum is None or course.scale.maximum is None:
        return ""
    ends = {"low": number(course.scale.minimum, 0), "high": number(course.scale.maximum, 0)}
    return _(", on a scale from %(low)s to %(high)s") % ends


def _draw(course: OwnCourse, label: str) -> Drawing:
    values = [point.value for point in course.points if point.value is not None]
    low = course.scale.minimum if course.scale.minimum is not None else min(values, default=0)
    high = course.scale.maximum if course.scale.maximum is not None else max(values, default=1)
    way = _("higher is better") if course.scale.higher_is_better else _("lower is better")
    shown = tuple(point for point in course.points if point.held_on or point.value is not None)
    bounds = tuple(
        Bounds(point.session, point.low, point.high)
        for point in course.points
        if point.low is not None and point.high is not None
    )
    expected = _("expected, %(level)s") % {"level": f"{100 * course.level:.0f} %"}
    return outcome_chart(
        _("How am I doing over time?"),
        Axis(f"{label} ({way})", low, high if high > low else low + 1),
        Series(_("You"), "client", tuple(Point(p.session, p.value, p.held_on) for p in shown)),
        band=Band(expected, "client", bounds) if bounds else None,
    )
