"""One picture of whether forecasts hold: what was said would come against what came."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
from django.utils.translation import gettext as _

from rapport.web.design import chart_layers as layers
from rapport.web.design.charts import NARROW, WIDE, Drawing
from rapport.web.design.tags import number

__all__ = ["Held", "calibration_chart"]


class Held(NamedTuple):
    """Forecasts alike, by what they said and what came, both in per cent of ``n``.

    ``low`` and ``high`` are the interval of what came, where there is one.
    """

    said: float
    came: float
    n: int
    low: float | None = None
    high: float | None = None


@lru_cache(maxsize=64)
def calibration_chart(
    title: str, said: str, came: str, held: tuple[Held, ...], *, right: str
) -> Drawing:
    """Forecasts in groups; on the line called ``right`` they said what came."""
    top = max([one.high if one.high is not None else one.came for one in held], default=1.0)
    top = max(top, *(one.said for one in held), 1.0)
    parts = _parts(said, came, held, top)
    columns = (said, came, _("interval"), _("how many"))
    return Drawing(
        title=title,
        description=_("%(n)d groups of forecasts; where they are right, points lie on the line.")
        % {"n": len(held)},
        spec=layers.compose(parts, title, WIDE, 0),
        narrow_spec=layers.compose(parts, title, NARROW, 0),
        legend=(("client", came), ("reference", right)),
        columns=columns,
        rows=tuple(
            (number(one.said), number(one.came), _interval(one), f"{one.n:,}") for one in held
        ),
    )


def _interval(one: Held) -> str:
    if one.low is None or one.high is None:
        return "–"
    return _("%(low)s to %(high)s") % {"low": number(one.low), "high": number(one.high)}


def _parts(said: str, came: str, held: tuple[Held, ...], top: float) -> list[Any]:
    scale = alt.Scale(domain=[0, top * 1.05], nice=False)
    x = alt.X("x:Q", scale=scale, axis=alt.Axis(title=said, grid=False, tickCount=6))
    y = alt.Y("y:Q", scale=scale, axis=alt.Axis(title=came, tickCount=6))
    right = alt.Data(values=[{"x": 0, "y": 0}, {"x": top, "y": top}])
    marks = alt.Data(
        values=[
            {
                "x": one.said,
                "y": one.came,
                "low": one.low if one.low is not None else one.came,
                "high": one.high if one.high is not None else one.came,
                "says": f"{said}: {number(one.said)}; {came}: {number(one.came)}",
            }
            for one in held
        ]
    )
    colour, style = layers.INK["client"], layers.STYLES["client"]
    line = alt.Chart(right).mark_line(
        stroke=layers.INK["edge"], strokeDash=[4, 3], strokeWidth=1, aria=False
    )
    bars = alt.Chart(marks).mark_rule(stroke=colour, strokeWidth=1.5, aria=False)
    points = alt.Chart(marks).mark_point(
        shape=style.shape,
        size=style.size,
        fill=colour,
        stroke=layers.INK["surface"],
        strokeWidth=1.5,
        opacity=1,
    )
    return [
        line.encode(x=x, y=y),
        bars.encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        points.encode(x=x, y=y, description="says:N"),
    ]
