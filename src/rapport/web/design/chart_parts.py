"""What charts are drawn from: plain facts by session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from rapport.web.design.parts import Role

SHORTEST: Final = 5  # sessions along the bottom, so that a first point is not a whole picture


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


@dataclass(frozen=True, slots=True)
class Facts:
    """What one chart shows, before it has a width."""

    title: str
    axis: Axis
    series: tuple[Series, ...]
    bands: tuple[Band, ...] = ()
    events: tuple[Event, ...] = ()
    levels: tuple[Level, ...] = ()

    @property
    def last(self) -> int:
        drawn = [point.session for one in self.series for point in one.points]
        drawn += [bounds.session for one in self.bands for bounds in one.bounds]
        drawn += [event.session for event in self.events]
        return max(SHORTEST, *drawn) if drawn else SHORTEST
