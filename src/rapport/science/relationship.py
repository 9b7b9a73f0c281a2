"""The engine: from one relationship's history to everything there is to say about it.

:func:`assess` is pure and deterministic and knows nothing later than ``as_of``.
"""

from __future__ import annotations

from rapport.science.agreement import agreements
from rapport.science.assessment import Assessment
from rapport.science.evidence import Evidence
from rapport.science.first_five import first_five
from rapport.science.gaps import gaps
from rapport.science.goal_progress import goal_progress
from rapport.science.headline import headline, question
from rapport.science.history import History, input_hash
from rapport.science.levels import levels
from rapport.science.outcomes import outcome_changes
from rapport.science.rupture import ruptures
from rapport.science.suggestion import suggest
from rapport.science.timeline import timeline
from rapport.science.trajectory import expected_course, outlooks

__all__ = ["ENGINE_VERSION", "assess", "input_hash"]

ENGINE_VERSION = "4"


def assess(history: History, as_of: int) -> Assessment:
    """Say what one relationship's history shows after session ``as_of``.

    Parameters
    ----------
    history
        Ratings must be released ones: blindness until both have submitted is kept by whoever
        gathers them. Facts later than ``as_of`` are not looked at, not even for errors.
    as_of
        Session number; 0 asks what can be said before the first session.

    Raises
    ------
    HistoryError
        Through its kinds ``DuplicateFactError``, ``UnknownFactError``, ``ImpossibleValueError``.
    """
    facts = timeline(history, as_of)
    watched = outlooks(facts)
    evidence = Evidence(
        timeline=facts,
        first_five=first_five(facts),
        changes=outcome_changes(facts),
        outlooks=watched,
        courses=tuple(expected_course(outlook) for outlook in watched),
        ruptures=ruptures(facts, watched),
        gaps=gaps(facts),
        goals=goal_progress(facts),
    )
    suggestion = suggest(evidence)
    return Assessment(
        engine_version=ENGINE_VERSION,
        relationship=history.relationship,
        as_of=as_of,
        headline=headline(evidence),
        question=question(evidence, suggestion),
        suggestion=suggestion,
        first_five=evidence.first_five,
        levels=levels(facts),
        agreement=agreements(facts),
        changes=evidence.changes,
        expected_course=evidence.courses,
        ruptures=evidence.ruptures,
        goals=evidence.goals,
    )
