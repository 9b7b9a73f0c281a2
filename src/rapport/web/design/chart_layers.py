"""The layers of a chart, as Altair marks over plain rows.

Colours are placeholders (:data:`INK`) that :mod:`rapport.web.design.chart_svg` turns into the
tokens of the page, so that one picture serves light, dark and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypedDict

import altair as alt

from rapport.web.design.parts import Role

HEIGHT: Final = 220
LANE: Final = 16  # px below the plot, where ratings that are missing stand
EVENT_ROW: Final = 18

INK: Final = {
    "client": "#a10c01",
    "therapist": "#a10c02",
    "interpreter": "#a10c03",
    "client-band": "#a10c04",
    "therapist-band": "#a10c05",
    "interpreter-band": "#a10c06",
    "ink": "#a10c07",
    "ink-quiet": "#a10c08",
    "line": "#a10c09",
    "edge": "#a10c0a",
    "surface": "#a10c0b",
}


class Style(NamedTuple):
    """How a role is drawn when colour is taken away."""

    shape: str
    dash: list[int]
    size: int  # areas that look alike, not that are


STYLES: Final[dict[Role, Style]] = {
    "client": Style("circle", [1, 0], 95),
    "therapist": Style("diamond", [7, 4], 190),
    "interpreter": Style("square", [2, 3], 85),
}


class Mark(TypedDict):
    """One rating, where it stands and what it says."""

    x: float
    session: int
    value: float | None
    says: str


class BandRow(TypedDict):
    x: float
    low: float
    high: float


class EventRow(TypedDict):
    x: float
    row: int
    words: str


def course(marks: Sequence[Mark], role: Role, x: alt.X, y: alt.Y) -> list[Any]:
    """A line that breaks where a rating is missing, its marks, and hollow marks for the gaps."""
    style, colour = STYLES[role], INK[role]
    given = [mark for mark in marks if mark["value"] is not None]
    missing = [mark for mark in marks if mark["value"] is None]
    line = (
        alt.Chart(_rows(marks))
        .mark_line(stroke=colour, strokeWidth=2, strokeDash=style.dash, aria=False)
        .encode(x=x, y=y)
    )
    layers = [line, _points(given, style, fill=colour, stroke=INK["surface"]).encode(x=x, y=y)]
    if missing:
        lane = alt.value(HEIGHT + LANE / 2)
        hollow = _points(missing, style, fill=INK["surface"], stroke=colour)
        layers.append(hollow.encode(x=x, y=lane))
    return layers


def _points(marks: Sequence[Mark], style: Style, fill: str, stroke: str) -> Any:
    return (
        alt.Chart(_rows(marks))
        .mark_point(
            shape=style.shape, size=style.size, fill=fill, stroke=stroke, strokeWidth=1.5, opacity=1
        )
        .encode(description="says:N")
    )


def band(rows: Sequence[BandRow], role: Role, x: alt.X, low: alt.Y) -> Any:
    """The expected range, in the pale tone of what it belongs to; the legend names its level."""
    return (
        alt.Chart(_rows(rows))
        .mark_area(fill=INK[f"{role}-band"], aria=False)
        .encode(x=x, y=low, y2="high:Q")
    )


def level(value: float, words: str, y: alt.Y, width: int) -> list[Any]:
    """A level with a name, such as a cut-off, right across."""
    rows = _rows([{"value": value}])
    rule = alt.Chart(rows).mark_rule(stroke=INK["edge"], strokeDash=[1, 3], aria=False)
    name = alt.Chart(rows).mark_text(
        text=words, align="right", baseline="bottom", dy=-3, fontSize=12, fill=INK["ink-quiet"]
    )
    return [rule.encode(y=y), name.encode(y=y, x=alt.value(width))]


def events(rows: Sequence[EventRow], x: alt.X) -> list[Any]:
    """What happened: a tick through the plot, its words above it."""
    rule = (
        alt.Chart(_rows(rows))
        .mark_rule(stroke=INK["edge"], strokeWidth=0.75, strokeDash=[2, 3], aria=False)
        .encode(x=x, y=alt.value(-4), y2=alt.value(HEIGHT))
    )
    layers = [rule]
    for at in sorted({row["row"] for row in rows}):
        here = _rows([row for row in rows if row["row"] == at])
        text = alt.Chart(here).mark_text(
            baseline="bottom", dy=-6, fontSize=12, fill=INK["ink"], aria=False
        )
        layers.append(text.encode(x=x, y=alt.value(-at * EVENT_ROW), text="words:N"))
    return layers


def compose(parts: Sequence[Any], title: str, width: int, above: int) -> dict[str, Any]:
    """Put the layers over one another; ``above`` px are taken by the words of events."""
    chart = alt.layer(*parts).properties(width=width, height=HEIGHT, usermeta={"title": title})
    chart = chart.configure(background="transparent", padding=2).configure_view(stroke=None)
    chart = chart.configure_axis(
        labelColor=INK["ink-quiet"],
        titleColor=INK["ink-quiet"],
        labelFontSize=13,
        titleFontSize=13,
        titleFontWeight="normal",
        domainColor=INK["edge"],
        gridColor=INK["line"],
        ticks=False,
        labelPadding=6,
        aria=False,
    ).configure_axisY(
        domain=False,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="end",
        titleX=-22,
        titleY=-above - 16,
    )
    # The tests validate; doing it for each page costs a quarter of the building.
    made: dict[str, Any] = chart.to_dict(validate=False)
    return made


def _rows(values: Sequence[Any]) -> Any:
    return alt.Data(values=list(values))
