"""What may come: the chance of dropout by a later session, anew after every session held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rapport.science.dropout.chances import Seen, chances_by, interval_of_dropout
from rapport.science.dropout.model import DropoutModel
from rapport.science.dropout.rows import Floats, Ints
from rapport.science.refusals import BadColumnError

__all__ = ["Prospect", "prospects", "risk_by"]


@dataclass(frozen=True, slots=True)
class Prospect:
    """As seen after session ``session``: the chance of having dropped out by session ``by``.

    ``rated`` is the session of the newest complete ratings. ``low`` and ``high`` are a 95 %
    interval of the chance. ``planned`` and ``staying`` are the chances of having ended as planned,
    and of coming to session ``by`` + 1.
    """

    session: int
    rated: int
    by: int
    dropout: float
    low: float
    high: float
    planned: float
    staying: float


def prospects(
    model: DropoutModel, sessions: Sequence[int], covariates: Sequence[Sequence[float]], *, by: int
) -> tuple[Prospect, ...]:
    r"""Predict one client's course anew after every session held.

    Parameters
    ----------
    model
        From :func:`fit_dropout_model`.
    sessions
        Numbers of the sessions held, rising, none after ``by``.
    covariates
        The model's covariates at each session, shape (sessions, k). Where one is missing (NaN) the
        last complete ratings are used, as old as they are then; sessions before the first
        complete ones are left out.
    by
        The session by whose end dropout is predicted; the model must have seen it.

    Returns
    -------
    tuple of Prospect
        One for each session from the first complete one on; each uses that session and those
        before it only.

    Raises
    ------
    ExtrapolationError
        A session beyond the data, or after ``by``.
    BadColumnError
        Covariates whose shape does not fit, or sessions that do not rise.

    Notes
    -----
    Given that the client came to session j, with x the newest ratings,
    :math:`P_j(k)=\sum_{s=j}^{k} h_1(s\mid x)\prod_{u=j}^{s-1}(1-h_1(u\mid x))(1-h_2(u\mid x))`.
    The interval is the delta method on the logit of P from both fits' covariances. It is of the
    chance among clients with such ratings, not of what this client will do.
    """
    held = np.asarray(sessions, dtype=np.float64)
    if held.size == 0:
        return ()
    if (np.diff(held) <= 0).any():
        raise BadColumnError("sessions", "must rise.")
    known = np.asarray(covariates, dtype=np.float64).reshape(held.size, -1)
    if known.shape[1] != len(model.covariates):
        raise BadColumnError("covariates", f"need {len(model.covariates)} values a session.")
    newest = _newest_complete(known)
    held, newest = held[newest >= 0], newest[newest >= 0]
    rated = np.asarray(sessions, dtype=np.float64)[newest]
    chances = chances_by(model, Seen(held, rated, known[newest]), by)
    low, high = interval_of_dropout(model, chances)
    return tuple(
        Prospect(int(at), int(then), by, *values)
        for at, then, *values in zip(
            held.tolist(),
            rated.tolist(),
            chances.dropout.tolist(),
            low.tolist(),
            high.tolist(),
            np.maximum(1 - chances.staying - chances.dropout, 0.0).tolist(),
            chances.staying.tolist(),
            strict=True,
        )
    )


def risk_by(model: DropoutModel, session: Floats, covariates: Floats, by: int) -> Floats:
    """Return the chance of dropout by session ``by`` of clients rated at ``session`` (n,)."""
    return chances_by(model, Seen(session, session, covariates), by).dropout


def _newest_complete(values: Floats) -> Ints:
    """For each row the index of the newest row up to it without a NaN, else -1."""
    at = np.where(np.isnan(values).any(axis=1), -1, np.arange(len(values)))
    return np.maximum.accumulate(at)
