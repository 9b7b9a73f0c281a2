"""At most one thing worth attention now, in a fixed order of priority.

1. the client's outcome is reliably worse than at the start;
2. the client's outcome lay beyond the worse edge of its 90 % band twice running;
3. the client's alliance rating broke the limit of the alerting rupture rule;
4. the therapist's did;
5. the client's ratings are missing;
6. an appointment was missed before the last session, within the first five;
7. a sudden gain;
8. the two ratings lie notably apart, the client's lower, not for the first time;
9. a target area needs more focus.

The first two and the third may become alerts ("attention"); the rest are prompts. Evidence on
agreement is contested, so a gap is only ever a prompt. Risk answers do not pass through here.
"""

from __future__ import annotations

from collections.abc import Callable

from rapport.science.assessment import Suggestion
from rapport.science.attention import outcome_off_course, reliably_worse, rupture_seen_by
from rapport.science.evidence import Evidence
from rapport.science.prompts import (
    appointment_missed,
    area_needs_focus,
    ratings_apart,
    ratings_missing,
    sudden_gain,
)

PRIORITY: tuple[Callable[[Evidence], Suggestion | None], ...] = (
    reliably_worse,
    outcome_off_course,
    rupture_seen_by("client"),
    rupture_seen_by("therapist"),
    ratings_missing,
    appointment_missed,
    sudden_gain,
    ratings_apart,
    area_needs_focus,
)


def suggest(evidence: Evidence) -> Suggestion | None:
    """Return the first suggestion that applies, or ``None``."""
    return next((said for rule in PRIORITY if (said := rule(evidence)) is not None), None)
