"""The charts of the relationship, from plain facts to pictures.

Each chart answers one question, and the question is its title. The session number runs along
the bottom, the scale's real range up the side; a missing rating is a gap with a hollow mark below
the plot. Roles differ by line and mark as well as by colour. A :class:`Drawing` is data, to be
tested as such; :func:`rapport.web.design.chart_svg.to_svg` makes the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import altair as alt
from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.web.design import chart_layers as layers
from rapport.web.design.chart_parts import (
    Axis,
    Band,
    Bounds,
    Event,
    Facts,
    Level,
    Point,
    Series,
)
from rapport.web.design.chart_svg import to_svg
from rapport.web.design.chart_words import Row, describe, legend, numbers, says

__all__ = [
    "Axis",
    "Band",
    "Bounds",
    "Drawing",
    "Event",
    "Level",
    "Point",
    "Series",
    "goal_chart",
    "outcome_chart",
    "relationship_chart",
]

WIDE: Final = 640  # px of the plot; beside it stands the same chart for a phone
NARROW: Final = 290
LABEL_PX: Final = 24  # what a session number needs
DODGE_PX: Final = 3.5  # keeps two marks of one session and one value apart
LETTER_PX: Final = 6.4


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A chart as data: its question, its specification (also for a phone), legend and numbers."""

    title: str
    description: str
    spec: dict[str, Any]
    narrow_spec: dict[str, Any]
    legend: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def svg(self) -> Markup:
        return to_svg(self.spec, self.title, self.description)

    @property
    def narrow_svg(self) -> Markup:
        return to_svg(self.narrow_spec, self.title, self.description)


@lru_cache(maxsize=256)
def relationship_chart(
    title: str,
    axis: Axis,
    series: tuple[Series, ...],
    bands: tuple[Band, ...] = (),
    events: tuple[Event, ...] = (),
) -> Drawing:
    """Both sides' ratings of the relationship (three with an interpreter), band and events."""
    return _draw(Facts(title, axis, series, bands, events))


@lru_cache(maxsize=256)
def goal_chart(title: str, series: tuple[Series, ...], events: tuple[Event, ...] = ()) -> Drawing:
    """How far one goal has been reached, 0 (not at all) to 10 (fully), by each who rated it."""
    return _draw(Facts(title, Axis(_("Reached, 0 to 10"), 0, 10), series, events=events))


@lru_cache(maxsize=256)
def outcome_chart(
    title: str,
    axis: Axis,
    series: Series,
    *,
    band: Band | None = None,
    levels: tuple[Level, ...] = (),
    events: tuple[Event, ...] = (),
) -> Drawing:
    """One outcome measure, its expected course, and named levels such as its cut-off."""
    bands = () if band is None else (band,)
    return _draw(Facts(title, axis, (series,), bands, events, levels))


def _draw(facts: Facts) -> Drawing:
    columns, rows = numbers(facts.series)
    return Drawing(
        title=facts.title,
        description=describe(facts),
        spec=_spec(facts, WIDE),
        narrow_spec=_spec(facts, NARROW),
        legend=legend(facts),
        columns=columns,
        rows=rows,
    )


def _spec(facts: Facts, width: int) -> dict[str, Any]:
    last = facts.last
    x, y = _x(last, width), _y(facts.axis, "value")
    placed = _event_rows(facts.events, last, width)
    parts: list[Any] = []
    for one in facts.bands:
        bounds = [layers.BandRow(x=b.session, low=b.low, high=b.high) for b in one.bounds]
        parts.append(layers.band(bounds, one.role, x, _y(facts.axis, "low")))
    for named in facts.levels:
        parts += layers.level(named.value, named.label, y, width)
    if placed:
        parts += layers.events(placed, x)
    for at, course in enumerate(facts.series):
        shift = DODGE_PX * (2 * at - len(facts.series) + 1) * last / width
        parts += layers.course(_marks(course, shift), course.role, x, y)
    above = layers.EVENT_ROW * (1 + max((row["row"] for row in placed), default=-1))
    return layers.compose(parts, facts.title, width, above)


def _x(last: int, width: int) -> alt.X:
    step = next(s for s in (1, 2, 5, 10, 20, 50, last) if last / s * LABEL_PX <= width)
    ticks = [n for n in range(1, last + 1) if n == 1 or n % step == 0]
    return alt.X(
        "x:Q",
        scale=alt.Scale(domain=[0.5, last + 0.5], nice=False, zero=False),
        axis=alt.Axis(values=ticks, format="d", title=_("Session"), offset=layers.LANE, grid=False),
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
        layers.Mark(x=p.session + shift, session=p.session, value=p.value, says=says(series, p))
        for p in series.points
    ]


def _event_rows(events: Sequence[Event], last: int, width: int) -> list[layers.EventRow]:
    """Words that would run into each other stand one row higher."""
    rows: list[layers.EventRow] = []
    ends: list[float] = []
    for event in sorted(events, key=lambda e: e.session):
        centre = event.session * width / last
        half = len(event.label) * LETTER_PX / 2
        row = next((n for n, end in enumerate(ends) if end + 8 < centre - half), len(ends))
        ends[row : row + 1] = [centre + half]
        rows.append(layers.EventRow(x=event.session, row=row, words=event.label))
    return rows
