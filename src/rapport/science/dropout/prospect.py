"""What may come: the chance of dropout by a later session, anew after every session held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rapport.science.columns import Columns
from rapport.science.dropout.hazard import (
    Baseline,
    HazardFit,
    fit_hazard_rows,
    read_sessions,
)
from rapport.science.dropout.links import Link, hazard_and_slope
from rapport.science.dropout.rows import PLANNED, Floats, Rows
from rapport.science.dropout.terms import normal_quantile
from rapport.science.refusals import BadColumnError, ExtrapolationError

__all__ = [
    "DropoutModel",
    "Prospect",
    "fit_dropout_model",
    "fit_dropout_rows",
    "prospects",
    "risk_by",
]


@dataclass(frozen=True, slots=True, eq=False)
class DropoutModel:
    """Two hazards: of dropout, and of planned ending among those who did not drop out.

    ``planned`` is None where the data know no planned ending.
    """

    dropout: HazardFit
    planned: HazardFit | None


@dataclass(frozen=True, slots=True)
class Prospect:
    """As seen after session ``session``: the chance of having dropped out by session ``by``.

    ``low`` and ``high`` bound it with 95 % as far as the estimates are uncertain. ``planned`` and
    ``staying`` are the chances of having ended as planned, and of coming to session ``by`` + 1.
    """

    session: int
    by: int
    dropout: float
    low: float
    high: float
    planned: float
    staying: float


@dataclass(slots=True, eq=False)
class _Chances:
    """Chances (n,) of still coming and of having dropped out, each with its derivatives (n, q)."""

    staying: Floats
    staying_slope: Floats
    dropout: Floats
    dropout_slope: Floats

    def pass_session(
        self, dropout: tuple[Floats, Floats], planned: tuple[Floats, Floats], held: Floats
    ) -> None:
        """Let the endings after one session happen, to those for whom ``held`` is 1."""
        (out, out_slope), (done, done_slope) = dropout, planned
        out, out_slope = out * held, out_slope * held[:, None]
        done, done_slope = done * held, done_slope * held[:, None]
        here = self.staying[:, None]
        self.dropout_slope = (
            self.dropout_slope + self.staying_slope * out[:, None] + here * out_slope
        )
        self.dropout = self.dropout + self.staying * out
        stay = (1 - out) * (1 - done)
        lost = out_slope * (1 - done)[:, None] + done_slope * (1 - out)[:, None]
        self.staying_slope = self.staying_slope * stay[:, None] - here * lost
        self.staying = self.staying * stay


def fit_dropout_model(
    columns: Columns,
    *,
    person: str,
    session: str,
    event: str,
    covariates: Sequence[str] = (),
    baseline: Baseline = "log",
    link: Link = "logit",
    cluster: str | None = None,
) -> DropoutModel:
    r"""Fit what a prediction needs; the arguments are those of ``fit_hazard``.

    Raises
    ------
    BadColumnError, ConstantColumnError, TooFewError, SingularFitError, SeparationError
        As ``fit_hazard``, for planned endings too where the data have any.

    Notes
    -----
    The likelihood of staying, dropping out or ending as planned after a session factorises into
    dropout or not, and planned ending or not among those who did not drop out: the two fits are
    independent, and their chances never sum to more than 1.
    """
    rows = read_sessions(
        columns,
        person=person,
        session=session,
        event=event,
        covariates=covariates,
        cluster=cluster,
    )
    return fit_dropout_rows(rows, baseline=baseline, link=link)


def fit_dropout_rows(rows: Rows, *, baseline: Baseline, link: Link) -> DropoutModel:
    """Fit rows that are read already."""
    dropout = fit_hazard_rows(rows, baseline=baseline, link=link)
    if not (rows.ending == PLANNED).any():
        return DropoutModel(dropout, None)
    return DropoutModel(dropout, fit_hazard_rows(rows, baseline=baseline, link=link, cause=PLANNED))


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
        The model's covariates at each session, shape (sessions, k). Where one is missing (NaN) its
        last value stands; sessions before the first complete one are left out.
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
        Covariates whose shape does not fit.

    Notes
    -----
    Given that the client came to session j, with x carried forward,
    :math:`P_j(k)=\sum_{s=j}^{k} h_1(s\mid x_j)\prod_{u=j}^{s-1}(1-h_1(u))(1-h_2(u))`. The
    interval is the delta method on the logit of P from both fits' covariances (cluster-robust if
    fitted so). That ratings will move after session j is not in it.
    """
    held = np.asarray(sessions, dtype=np.float64)
    known = np.asarray(covariates, dtype=np.float64).reshape(held.size, -1)
    if known.shape[1] != len(model.dropout.covariates):
        raise BadColumnError(
            "covariates", f"need {len(model.dropout.covariates)} values a session."
        )
    carried = _carried_forward(known)
    complete = ~np.isnan(carried).any(axis=1)
    held, carried = held[complete], carried[complete]
    chances = _chances(model, held, carried, by)
    low, high = _interval(model, chances)
    ended = 1 - chances.staying - chances.dropout
    return tuple(
        Prospect(int(at), by, *values)
        for at, *values in zip(
            held.tolist(),
            chances.dropout.tolist(),
            low.tolist(),
            high.tolist(),
            np.maximum(ended, 0.0).tolist(),
            chances.staying.tolist(),
            strict=True,
        )
    )


def risk_by(model: DropoutModel, session: Floats, covariates: Floats, by: int) -> Floats:
    """Return the chance of dropout by session ``by`` of clients who came to ``session`` (n,)."""
    return _chances(model, session, covariates, by).dropout


def _chances(model: DropoutModel, session: Floats, covariates: Floats, by: int) -> _Chances:
    if session.size and session.max() > by:
        raise ExtrapolationError(f"Session {session.max():g} comes after session {by}.")
    n, p = session.size, model.dropout.estimates.size
    q = p + (model.planned.estimates.size if model.planned else 0)
    now = _Chances(np.ones(n), np.zeros((n, q)), np.zeros(n), np.zeros((n, q)))
    for at in range(int(session.min()) if n else by + 1, by + 1):
        time, held = np.full(n, float(at)), np.asarray(session <= at, dtype=np.float64)
        out, out_slope = _hazard(model.dropout, time, covariates)
        done, done_slope = (
            _hazard(model.planned, time, covariates)
            if model.planned
            else (np.zeros(n), out_slope[:, :0])
        )
        now.pass_session(
            (out, np.hstack([out_slope, np.zeros((n, q - p))])),
            (done, np.hstack([np.zeros((n, p)), done_slope])),
            held,
        )
    return now


def _hazard(fit: HazardFit, session: Floats, covariates: Floats) -> tuple[Floats, Floats]:
    """A hazard (n,) and its derivatives by the coefficients (n, p)."""
    design = fit.design(session, covariates)
    hazard, slope = hazard_and_slope(fit.link, design @ fit.estimates)
    return hazard, slope[:, None] * design


def _interval(model: DropoutModel, chances: _Chances) -> tuple[Floats, Floats]:
    p = model.dropout.estimates.size
    variance = _quadratic(chances.dropout_slope[:, :p], model.dropout.covariance)
    if model.planned:
        variance = variance + _quadratic(chances.dropout_slope[:, p:], model.planned.covariance)
    chance = chances.dropout
    odds = chance / (1 - chance)
    reach = normal_quantile(0.975) * np.sqrt(variance) / (chance * (1 - chance))
    low, high = odds * np.exp(-reach), odds * np.exp(reach)
    return low / (1 + low), high / (1 + high)


def _quadratic(slopes: Floats, covariance: Floats) -> Floats:
    found: Floats = np.einsum("ni,ij,nj->n", slopes, covariance, slopes)
    return found


def _carried_forward(values: Floats) -> Floats:
    at = np.where(np.isnan(values), 0, np.arange(len(values))[:, None])
    return np.take_along_axis(values, np.maximum.accumulate(at, axis=0), axis=0)
