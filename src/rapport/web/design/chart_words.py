"""A chart in words and figures, for those who do not see it and those who want the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from rapport.web.design.chart_parts import Facts, Point, Series
from rapport.web.design.tags import day, number, short_day

Row = tuple[int | str, ...]


def says(series: Series, point: Point) -> str:
    """What one mark says when it is reached."""
    value = _("not rated") if point.value is None else number(point.value)
    words = _("Session %(n)d, %(who)s: %(value)s") % {
        "n": point.session,
        "who": series.label,
        "value": value,
    }
    return words if point.on is None else f"{words} ({day(point.on)})"


def describe(facts: Facts) -> str:
    """What is drawn, and what happened when."""
    axis = facts.axis
    spans = "; ".join(_span(one) for one in facts.series)
    words = _("%(axis)s, from %(low)s to %(high)s, by session. Ratings: %(spans)s.") % {
        "axis": axis.label,
        "low": number(axis.low, 0),
        "high": number(axis.high, 0),
        "spans": spans,
    }
    told = [_("Session %(n)d: %(what)s.") % {"n": e.session, "what": e.label} for e in facts.events]
    return " ".join([words, *told])


def _span(series: Series) -> str:
    given = sum(point.value is not None for point in series.points)
    return _("%(who)s, %(given)d of %(all)d") % {
        "who": series.label,
        "given": given,
        "all": len(series.points),
    }


def legend(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Which line, mark and tone is whose."""
    gaps = any(point.value is None for one in facts.series for point in one.points)
    return (
        *((one.role, one.label) for one in facts.series),
        *((f"{one.role}-band", one.label) for one in facts.bands),
        *((("missing", _("not rated")),) if gaps else ()),
    )


def numbers(series: Sequence[Series]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """The chart's data as a table: one row a session, one column a person."""
    by_session: dict[int, dict[int, Point]] = {}
    for at, one in enumerate(series):
        for point in one.points:
            by_session.setdefault(point.session, {})[at] = point
    rows: list[Row] = []
    for session, found in sorted(by_session.items()):
        figures = (_figure(found.get(at)) for at in range(len(series)))
        rows.append((session, _date_of(found), *figures))
    return (_("Session"), _("Date"), *(one.label for one in series)), tuple(rows)


def _date_of(found: dict[int, Point]) -> str:
    return next((short_day(point.on) for point in found.values() if point.on), "–")


def _figure(point: Point | None) -> str:
    return number(None if point is None else point.value)
