"""Where each construct stands, as each rater sees it."""

from __future__ import annotations

from rapport.science.assessment import Level
from rapport.science.history import RELATIONSHIP_CONSTRUCTS
from rapport.science.timeline import Line, Timeline

PLACES = {name: at for at, name in enumerate(("alliance", *RELATIONSHIP_CONSTRUCTS))}


def levels(timeline: Timeline) -> tuple[Level, ...]:
    """Return the latest level of every line, relationship constructs first, each drawn apart."""
    # Lines come in the order of measure, scale and rater, which sorting by place keeps.
    found = [_level(line) for line in timeline.lines.values() if line.values]
    return tuple(sorted(found, key=lambda level: _place(level.construct)))


def _place(construct: str) -> int:
    return PLACES.get(construct, len(PLACES))


def _level(line: Line) -> Level:
    values, scale = line.values, line.scale
    previous = values[-2] if len(values) > 1 else None
    return Level(
        construct=scale.construct,
        measure=scale.measure,
        scale=scale.scale,
        label=line.scale.name,
        rater=line.rater,
        session=line.sessions[-1],
        value=values[-1],
        previous=previous,
        change=None if previous is None else values[-1] - previous,
        own_mean=sum(values) / len(values),
        n=len(values),
        minimum=scale.minimum,
        maximum=scale.maximum,
        higher_is_better=scale.higher_is_better,
        validated=scale.validated,
    )
