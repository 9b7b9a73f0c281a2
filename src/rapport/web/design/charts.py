"""The charts of the relationship, from plain facts to pictures.

Each chart answers one question, and the question is its title. The session number runs along
the bottom, the scale's real range up the side; a missing rating is a gap with a hollow mark below
the plot. Roles differ by line and mark as well as by colour. A :class:`Drawing` is data, to be
tested as such; :func:`rapport.web.design.chart_svg.to_svg` makes the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

import altair as alt
from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.web.design import chart_layers as layers
from rapport.web.design.chart_svg import to_svg
from rapport.web.design.parts import Role
from rapport.web.design.tags import day, number

SHORTEST: Final = 5  # sessions along the bottom, so that a first point is not a whole picture
LABELS: Final = 12  # session numbers that fit without crowding
DODGE_PX: Final = 3.5  # keeps two marks of one session and one value apart
LETTER_PX: Final = 6.4


class Point(NamedTuple):
    """One rating; ``value`` is ``None`` when it was not given or could not be scored."""

    session: int
    value: float | None
    on: date | None = None


class Bounds(NamedTuple):
    session: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Series:
    """One person's ratings over the sessions."""

    label: str
    role: Role
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """An expected range with its level in words: "expected, 80 %"."""

    label: str
    role: Role
    bounds: tuple[Bounds, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a session: a rupture, a repair, a goal met, a stage."""

    session: int
    label: str


@dataclass(frozen=True, slots=True)
class Level:
    """A value with a name, such as a published cut-off."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The scale up the side: its name with its direction, and its real range."""

    label: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A chart as data: its question, its specification, its legend and its numbers."""

    title: str
    description: str
    spec: dict[str, Any]
    legend: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[int | str, ...], ...]

    @property
    def svg(self) -> Markup:
        return to_svg(self.spec, self.title, self.description)


@lru_cache(maxsize=256)
def relationship_chart(
    title: str,
    axis: Axis,
    series: tuple[Series, ...],
    bands: tuple[Band, ...] = (),
    events: tuple[Event, ...] = (),
) -> Drawing:
    """Both sides' ratings of the relationship (three with an interpreter), band and events."""
    return _draw(title, axis, series, bands, events, ())


@lru_cache(maxsize=256)
def goal_chart(
    title: str, series: tuple[Series, ...], events: tuple[Event, ...] = ()
) -> Drawing:
    """How far one goal has been reached, 0 (not at all) to 10 (fully), by each who rated it."""
    return _draw(title, Axis(_("Reached, 0 to 10"), 0, 10), series, (), events, ())


@lru_cache(maxsize=256)
def outcome_chart(
    title: str,
    axis: Axis,
    series: Series,
    band: Band | None = None,
    levels: tuple[Level, ...] = (),
    events: tuple[Event, ...] = (),
) -> Drawing:
    """One outcome measure, its expected course, and named levels such as its cut-off."""
    return _draw(title, axis, (series,), () if band is None else (band,), events, levels)


def _draw(
    title: str,
    axis: Axis,
    series: Sequence[Series],
    bands: Sequence[Band],
    events: Sequence[Event],
    levels: Sequence[Level],
) -> Drawing:
    last = max(
        SHORTEST,
        *(point.session for one in series for point in one.points),
        *(bounds.session for one in bands for bounds in one.bounds),
        *(event.session for event in events),
    )
    x, y = _x(last), _y(axis, "value")
    placed = _event_rows(events, last)
    parts: list[Any] = []
    for one in bands:
        bounds = [layers.BandRow(x=b.session, low=b.low, high=b.high) for b in one.bounds]
        parts.append(layers.band(bounds, one.role, x, _y(axis, "low")))
    for named in levels:
        parts += layers.level(named.value, named.label, y)
    if placed:
        parts += layers.events(placed, x)
    for at, course in enumerate(series):
        shift = DODGE_PX * (2 * at - len(series) + 1) * last / layers.WIDTH
        parts += layers.course(_marks(course, shift), course.role, x, y)
    columns, rows = _numbers(series)
    return Drawing(
        title=title,
        description=_describe(axis, series, events),
        spec=_finish(parts, title, 1 + max((row["row"] for row in placed), default=-1)),
        legend=_legend(series, bands),
        columns=columns,
        rows=rows,
    )


def _x(last: int) -> alt.X:
    step = 1 if last <= LABELS else 5
    ticks = [n for n in range(1, last + 1) if step == 1 or n == 1 or n % step == 0]
    return alt.X(
        "x:Q",
        scale=alt.Scale(domain=[0.5, last + 0.5], nice=False, zero=False),
        axis=alt.Axis(
            values=ticks, format="d", title=_("Session"), offset=layers.LANE, grid=False
        ),
    )


def _y(axis: Axis, field: str) -> alt.Y:
    return alt.Y(
        f"{field}:Q",
        scale=alt.Scale(domain=[axis.low, axis.high], nice=False, zero=False),
        axis=alt.Axis(values=_ticks(axis), title=axis.label),
    )


def _ticks(axis: Axis) -> list[float]:
    """Both ends of the real range, and round steps between that do not crowd them."""
    span = axis.high - axis.low
    step = next((s for s in (1, 2, 5, 10, 20, 25, 50) if span / s <= 7), span / 5)
    inner = [n * step for n in range(int(axis.low // step), int(axis.high // step) + 1)]
    apart = [v for v in inner if min(v - axis.low, axis.high - v) >= step / 2]
    return [axis.low, *apart, axis.high]


def _marks(series: Series, shift: float) -> list[layers.Mark]:
    return [
        layers.Mark(x=p.session + shift, session=p.session, value=p.value, says=_says(series, p))
        for p in series.points
    ]


def _says(series: Series, point: Point) -> str:
    value = _("not rated") if point.value is None else number(point.value)
    words = _("Session %(n)d, %(who)s: %(value)s") % {
        "n": point.session,
        "who": series.label,
        "value": value,
    }
    return words if point.on is None else f"{words} ({day(point.on)})"


def _event_rows(events: Sequence[Event], last: int) -> list[layers.EventRow]:
    """Words that would run into each other stand one row higher."""
    rows: list[layers.EventRow] = []
    ends: list[float] = []
    for event in sorted(events, key=lambda e: e.session):
        centre = event.session * layers.WIDTH / last
        half = len(event.label) * LETTER_PX / 2
        row = next((n for n, end in enumerate(ends) if end + 8 < centre - half), len(ends))
        ends[row : row + 1] = [centre + half]
        rows.append(layers.EventRow(x=event.session, row=row, words=event.label))
    return rows


def _finish(parts: Sequence[Any], title: str, event_rows: int) -> dict[str, Any]:
    quiet, line = layers.INK["ink-quiet"], layers.INK["line"]
    above = event_rows * layers.EVENT_ROW
    chart = alt.layer(*parts).properties(
        width=layers.WIDTH, height=layers.HEIGHT, usermeta={"title": title}
    )
    chart = chart.configure(background="transparent", padding=2).configure_view(stroke=None)
    chart = chart.configure_axis(
        labelColor=quiet,
        titleColor=quiet,
        labelFontSize=13,
        titleFontSize=13,
        titleFontWeight="normal",
        domainColor=layers.INK["edge"],
        gridColor=line,
        ticks=False,
        labelPadding=6,
        aria=False,
    )
    chart = chart.configure_axisY(
        domain=False, titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-22,
        titleY=-above - 16,
    )  # fmt: skip
    made: dict[str, Any] = chart.to_dict()
    return made


def _describe(axis: Axis, series: Sequence[Series], events: Sequence[Event]) -> str:
    spans = "; ".join(f"{one.label}, {len(one.points)}" for one in series)
    words = _("%(axis)s, from %(low)s to %(high)s, by session. Ratings: %(spans)s.") % {
        "axis": axis.label,
        "low": number(axis.low, 0),
        "high": number(axis.high, 0),
        "spans": spans,
    }
    told = [_("Session %(n)d: %(what)s.") % {"n": e.session, "what": e.label} for e in events]
    return " ".join([words, *told])


def _legend(series: Sequence[Series], bands: Sequence[Band]) -> tuple[tuple[str, str], ...]:
    gaps = any(point.value is None for one in series for point in one.points)
    return (
        *((one.role, one.label) for one in series),
        *((f"{one.role}-band", one.label) for one in bands),
        *((("missing", _("not rated")),) if gaps else ()),
    )


def _numbers(
    series: Sequence[Series],
) -> tuple[tuple[str, ...], tuple[tuple[int | str, ...], ...]]:
    """The chart's data as a table: one row a session, one column a person."""
    by_session: dict[int, dict[int, Point]] = {}
    for at, one in enumerate(series):
        for point in one.points:
            by_session.setdefault(point.session, {})[at] = point
    rows = tuple(
        (session, _date_of(found), *(_figure(found.get(at)) for at in range(len(series))))
        for session, found in sorted(by_session.items())
    )
    return (_("Session"), _("Date"), *(one.label for one in series)), rows


def _date_of(found: dict[int, Point]) -> str:
    return next((day(point.on) for point in found.values() if point.on), "–")


def _figure(point: Point | None) -> str:
    return number(None if point is None else point.value)
