"""Falls in the alliance and the limits they pass, on series of ratings from 1 to 7."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from rapport.science.rupture import INNOVATION_TAIL, falls
from rapport.science.timeline import timeline
from rapport.science.trajectory import Outlook, outlooks
from tests.science.histories import history


def outlook(data: Path, series: str) -> Outlook:
    with data.open(encoding="utf-8", newline="") as rows:
        ratings = [row["rating"] for row in csv.DictReader(rows) if row["series"] == series]
    given = [float(rating) if rating else None for rating in ratings]
    (found,) = outlooks(timeline(history({"alliance": given}), len(given)))
    return found


def rupture_falls(data: Path, series: str, rule: str) -> list[dict[str, float]]:
    read = outlook(data, series)
    return [
        {"session": read.line.sessions[fall.at], "limit": fall.limit, "spread": fall.spread}
        for by, fall in falls(read)
        if by == rule
    ]


def innovation_limits(data: Path, series: str) -> list[float]:
    forecasts = (one for one in outlook(data, series).at_ratings() if one is not None)
    return [one.mean - one.reach(INNOVATION_TAIL) for one in forecasts]


CALLS: dict[str, Callable[..., object]] = {
    "rupture_falls": rupture_falls,
    "innovation_limits": innovation_limits,
}
