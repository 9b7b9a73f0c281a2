"""Where the two ratings of the latest session lie notably apart, and how often they have.

"Notably" is a sixth of the scale's range (one answer on a seven-point form), else half of a
declared standard deviation, else the client's own earlier standard deviation: a threshold for
what is worth a word, not a test. A gap is something to talk about, never a risk.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rapport.science.history import ALLIANCE_CONSTRUCTS, Scale
from rapport.science.timeline import Line, Timeline, both_sides

MINIMUM_OWN = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """One construct rated apart at ``session``; ``times`` counts sessions with the same side."""

    construct: str
    session: int
    client: float
    therapist: float
    notable: float
    times: int

    @property
    def client_lower(self) -> bool:
        return self.client < self.therapist


def notable(scale: Scale, client: Line) -> float | None:
    """Return the smallest difference worth a word, in scale units; ``None`` if not known yet."""
    if scale.minimum is not None and scale.maximum is not None:
        return (scale.maximum - scale.minimum) / 6
    if scale.source_sd is not None:
        return scale.source_sd / 2
    earlier = client.values[:-1]
    if len(earlier) < MINIMUM_OWN:
        return None
    mean = math.fsum(earlier) / len(earlier)
    return math.sqrt(math.fsum((v - mean) ** 2 for v in earlier) / (len(earlier) - 1)) or None


def gaps(timeline: Timeline) -> tuple[Gap, ...]:
    """Return the gaps at the last session held: client lower first, then the widest."""
    found = [
        gap
        for construct in (*ALLIANCE_CONSTRUCTS, "alliance")
        for line in timeline.lines.values()
        if line.rater == "client"
        and line.scale.construct == construct
        and line.scale.role == "relationship"
        and (gap := _gap(line, timeline)) is not None
    ]
    return tuple(
        sorted(found, key=lambda g: (not g.client_lower, -abs(g.client - g.therapist) / g.notable))
    )


def _gap(client: Line, timeline: Timeline) -> Gap | None:
    threshold = notable(client.scale, client)
    if threshold is None or timeline.last not in client.given:
        return None
    both = both_sides(timeline, client.scale.key)
    if not both.sessions or both.sessions[-1] != timeline.last:
        return None
    mine, yours = both.client[-1], both.therapist[-1]
    if abs(mine - yours) < threshold:
        return None
    side = math.copysign(1, mine - yours)
    times = sum(
        side * (c - t) >= threshold for c, t in zip(both.client, both.therapist, strict=True)
    )
    return Gap(client.scale.construct, timeline.last, mine, yours, threshold, times)
