"""What may come: the chance of dropout by a later session, anew after every session held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from rapport.science.columns import Columns
from rapport.science.dropout.hazard import (
    Baseline,
    HazardFit,
    fit_hazard_rows,
    read_sessions,
)
from rapport.science.dropout.landmark import aged, landmark_rows
from rapport.science.dropout.links import Link, hazard_and_slope
from rapport.science.dropout.rows import PLANNED, Floats, Ints, Rows
from rapport.science.dropout.terms import normal_quantile
from rapport.science.refusals import BadColumnError, ExtrapolationError, TooFewError

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
    """Two hazards given ratings of earlier sessions: of dropout, and of planned ending otherwise.

    ``covariates`` are the ratings' names; both fits know them aged. ``planned`` is None where the
    data know no planned ending.
    """

    covariates: tuple[str, ...]
    dropout: HazardFit
    planned: HazardFit | None

    @property
    def last_session(self) -> int:
        """The last session by whose end dropout can be predicted."""
        fits = (self.dropout, self.planned) if self.planned else (self.dropout,)
        return min(fit.sessions[-1] for fit in fits)


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


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Clients (n,) at a session, and the session (n,) and values (n, k) of their newest ratings."""

    session: Floats
    rated: Floats
    covariates: Floats


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
        As ``fit_hazard``, for planned endings too where the data have any. The terms are more:
        each covariate twice, and one for the lag.

    Notes
    -----
    Ratings to come are not known, and the newest ones do not stay: carried forward as they are
    they predict too extremely. So each rating is paired with every session its client held from
    then on, and its weight may fade: for a session s after a rating of session r,
    :math:`g(h_s) = \alpha_0+\alpha_1\log s+\alpha_2\ell+x_r^\top(\beta+\gamma\ell)` with
    :math:`\ell=\log(1+s-r)`. A landmark model: van Houwelingen (2007), Scand J Stat 34:70-85.
    Standard errors are robust by ``cluster``, else by client.

    The likelihood of staying, dropping out or ending as planned after a session factorises into
    dropout or not, and planned ending or not among those who did not drop out. Their chances
    never sum to more than 1; they are taken as independent in the interval.
    """
    read = partial(
        read_sessions, columns, person=person, session=session, event=event, cluster=cluster
    )
    return fit_dropout_rows(
        read(covariates=covariates), read(covariates=()), baseline=baseline, link=link
    )


def fit_dropout_rows(rated: Rows, held: Rows, *, baseline: Baseline, link: Link) -> DropoutModel:
    """Fit rows that are read already; ``held`` are all, ``rated`` the complete ones."""
    if rated.stop.size == 0:
        raise TooFewError("A prediction of dropout", "complete rows", needs=1, has=0)
    pairs = landmark_rows(rated, held)
    fit = partial(fit_hazard_rows, pairs, baseline=baseline, link=link)
    planned = fit(cause=PLANNED) if (pairs.ending == PLANNED).any() else None
    return DropoutModel(rated.names, fit(), planned)


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
    chances = _chances(model, _Seen(held, rated, known[newest]), by)
    low, high = _interval(model, chances)
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
    return _chances(model, _Seen(session, session, covariates), by).dropout


def _chances(model: DropoutModel, seen: _Seen, by: int) -> _Chances:
    session = seen.session
    if (session > by).any():
        raise ExtrapolationError(f"Session {session.max():g} comes after session {by}.")
    n, p = session.size, model.dropout.estimates.size
    q = p + (model.planned.estimates.size if model.planned else 0)
    now = _Chances(np.ones(n), np.zeros((n, q)), np.zeros(n), np.zeros((n, q)))
    none = np.zeros(n), np.zeros((n, 0))
    for at in range(int(session.min(initial=by + 1)), by + 1):
        out, out_slope = _hazard(model.dropout, seen, at)
        done, done_slope = _hazard(model.planned, seen, at) if model.planned else none
        now.pass_session(
            (out, np.hstack([out_slope, np.zeros((n, q - p))])),
            (done, np.hstack([np.zeros((n, p)), done_slope])),
            np.asarray(session <= at, dtype=np.float64),
        )
    return now


def _hazard(fit: HazardFit, seen: _Seen, at: int) -> tuple[Floats, Floats]:
    """The hazard after session ``at`` (n,) and its derivatives by the coefficients (n, p)."""
    lag = np.maximum(at - seen.rated, 0.0)
    design = fit.design(np.full(lag.size, float(at)), aged(seen.covariates, lag))
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


def _newest_complete(values: Floats) -> Ints:
    """For each row the index of the newest row up to it without a NaN, else -1."""
    at = np.where(np.isnan(values).any(axis=1), -1, np.arange(len(values)))
    return np.maximum.accumulate(at)
