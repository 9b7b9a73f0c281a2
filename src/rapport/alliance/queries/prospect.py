"""How many clients like this one end without a plan, by the practice's own model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.alliance.in_use import dropout_in_use
from rapport.alliance.queries.relationship import RelationshipView

if TYPE_CHECKING:
    from rapport.science.dropout import Prospect

SESSIONS_AHEAD = 5


def prospect_of(view: RelationshipView) -> Prospect | None:
    """Predict dropout within the next five sessions from the sessions held so far.

    None without a model in use, without ratings, after the end, and beyond the sessions that the
    model was learnt from.
    """
    in_use = dropout_in_use() if view.ended_on is None and view.sessions else None
    if in_use is None:
        return None
    from rapport.science.dropout import prospects

    line, model = in_use
    ratings = {
        point.session: point.value
        for one in view.series
        if (one.measure, one.scale, one.rater) == line
        for point in one.points
    }
    held = [session.number for session in view.sessions]
    by = min(held[-1] + SESSIONS_AHEAD, model.last_session)
    if by <= held[-1]:
        return None
    values = [[_number(ratings.get(session))] for session in held]
    return next(reversed(prospects(model, held, values, by=by)), None)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
