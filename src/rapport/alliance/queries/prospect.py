"""How many clients like this one end without a plan, by the practice's own model."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rapport.alliance.in_use import dropout_in_use
from rapport.alliance.queries.relationship import RelationshipView
from rapport.measures.queries import Dyad, revealed_ratings

if TYPE_CHECKING:
    from rapport.science.dropout import Prospect

SESSIONS_AHEAD = 5


def prospect_of(view: RelationshipView, *, at: datetime) -> Prospect | None:
    """Predict dropout within the next five sessions from the sessions held so far.

    None without a model in use, without ratings, after the end, and beyond the sessions that the
    model was learnt from.
    """
    in_use = dropout_in_use() if view.ended_on is None and view.sessions else None
    if in_use is None:
        return None
    from rapport.science.dropout import prospects

    (measure, scale, rater), model = in_use
    ratings = {
        rating.session: rating.value
        for rating in revealed_ratings(Dyad(view.relationship_id, view.client_id), at=at)
        if (rating.measure, rating.scale, rating.rater) == (measure, scale, rater)
    }
    held = [session.number for session in view.sessions]
    by = min(held[-1] + SESSIONS_AHEAD, model.last_session)
    if by <= held[-1]:
        return None
    values = [[_number(ratings.get(session))] for session in held]
    return next(reversed(prospects(model, held, values, by=by)), None)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
