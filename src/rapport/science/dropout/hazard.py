"""Discrete-time hazard: the chance that this session is the last, among those who came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from rapport.science.columns import Columns
from rapport.science.dropout.links import (
    Link,
    bernoulli,
    expected_curve,
    hazard_and_slope,
    of_share,
)
from rapport.science.dropout.newton import Peak, climb, standardise
from rapport.science.dropout.rows import DROPOUT, Floats, Rows, Used, read_rows, refuse_thin
from rapport.science.dropout.terms import Term, report
from rapport.science.refusals import (
    ConstantColumnError,
    ExtrapolationError,
    TooFewError,
)

__all__ = ["Baseline", "HazardFit", "fit_hazard", "fit_hazard_rows"]

Baseline = Literal["log", "each"]

BLOCK = 16_384  # rows at a time, so that what is computed of them stays in the cache


@dataclass(frozen=True, slots=True, eq=False)
class HazardFit:
    """A fitted discrete-time hazard; ``covariance`` (p, p) is the one behind the intervals.

    ``sessions`` are those with data.
    """

    link: Link
    baseline: Baseline
    covariates: tuple[str, ...]
    sessions: tuple[int, ...]
    terms: tuple[Term, ...]
    covariance: Floats
    loglik: float
    aic: float
    used: Used

    @property
    def estimates(self) -> Floats:
        """The coefficients in the order of ``terms``, shape (p,)."""
        return np.array([term.estimate for term in self.terms])

    def design(self, session: Floats, covariates: Floats) -> Floats:
        """Return the design of sessions (n,) with covariates (n, k), shape (n, p).

        Raises
        ------
        ExtrapolationError
            A session that the model saw no data for.
        """
        first, last = self.sessions[0], self.sessions[-1]
        beyond = (session < first) | (session > last)
        if self.baseline == "each":
            beyond = ~np.isin(session, self.sessions)
        if beyond.any():
            raise ExtrapolationError(
                f"Session {session[beyond][0]:g} is not among the sessions that were fitted "
                f"({first} to {last})."
            )
        return np.column_stack([_time(session, self.baseline, self.sessions), covariates])

    def hazard(self, session: Floats, covariates: Floats) -> Floats:
        """Return the chance that each session is the last by this cause, shape (n,)."""
        eta = self.design(session, covariates) @ self.estimates
        return hazard_and_slope(self.link, eta)[0]


def fit_hazard(
    columns: Columns,
    *,
    person: str,
    session: str,
    event: str,
    covariates: Sequence[str] = (),
    baseline: Baseline = "log",
    link: Link = "logit",
    cluster: str | None = None,
) -> HazardFit:
    r"""Fit the hazard of dropout after each session held.

    Parameters
    ----------
    columns
        One row for each session held.
    person, session
        Columns of the client and of the session number, whole and from 1.
    event
        Column of how the row ended: 0 goes on, 1 dropped out, 2 ended as planned.
    covariates
        Columns of numbers, as known at that session; rows with a missing one are left out.
    baseline
        ``log``: intercept and slope on log(session). ``each``: one level for every session.
    link
        ``logit``: ratios of odds. ``cloglog``: ratios of hazards, as Cox would have them.
    cluster
        Column, such as the therapist, whose clients may be alike: adds robust standard errors.

    Returns
    -------
    HazardFit

    Raises
    ------
    BadColumnError, ConstantColumnError, TooFewError, SingularFitError, SeparationError
        See :mod:`rapport.science.refusals`. Five dropouts for each term are the least.

    Notes
    -----
    :math:`g(h_{it}) = \alpha_0 + \alpha_1\log t + x_{it}^\top\beta` where :math:`h_{it}` is the
    chance of dropout after session t among those who came to it. A planned ending is no dropout
    and leaves the risk set: the hazard is cause-specific. Maximum likelihood by Newton's
    method, standard errors from the expected information.
    Sources: Singer & Willett (1993), J Educ Stat 18:155-195; Prentice & Gloeckler (1978),
    Biometrics 34:57-67. Checked against R's ``glm``.
    """
    rows = read_rows(
        columns,
        person=person,
        stop=session,
        event=event,
        covariates=covariates,
        cluster=cluster,
    )
    return fit_hazard_rows(rows, baseline=baseline, link=link)


def fit_hazard_rows(
    rows: Rows, *, baseline: Baseline = "log", link: Link = "logit", cause: int = DROPOUT
) -> HazardFit:
    """Fit rows already read; ``cause`` 2 fits planned endings among those not dropped out."""
    if cause != DROPOUT:
        rows = rows.only(~rows.dropped)
    sessions = tuple(int(at) for at in np.unique(rows.stop))
    names = (*_time_names(baseline, sessions), *rows.names)
    refuse_thin(rows, "A hazard", len(names) - 1, cause=cause)
    if baseline == "log" and len(sessions) == 1:
        raise ConstantColumnError("session")
    raw = np.column_stack([_time(rows.stop, baseline, sessions), rows.covariates])
    fixed = 1 if baseline == "log" else len(sessions)
    scaled = standardise(raw, fixed)
    happened = np.asarray(rows.ending == cause, dtype=np.float64)
    if happened.all():
        raise TooFewError("A hazard", "rows without an ending", needs=1, has=0)
    start = np.zeros(len(names))
    start[:fixed] = of_share(link, float(happened.mean()))
    peak = _peak(link, scaled.design, happened, names, start)
    score = bernoulli(link, scaled.design @ peak.at, happened)[1]
    terms, covariance = report(names, peak, scaled, scaled.design * score[:, None], rows.cluster)
    return HazardFit(
        link=link,
        baseline=baseline,
        covariates=rows.names,
        sessions=sessions,
        terms=terms,
        covariance=covariance,
        loglik=peak.loglik,
        aic=2 * len(names) - 2 * peak.loglik,
        used=rows.used(cause),
    )


def _peak(
    link: Link, design: Floats, happened: Floats, names: tuple[str, ...], start: Floats
) -> Peak:
    """Climb, then replace the observed information by the expected one, as is usual."""

    blocks = [
        (design[at : at + BLOCK], happened[at : at + BLOCK])
        for at in range(0, happened.size, BLOCK)
    ]

    def likelihood(beta: Floats) -> tuple[float, Floats, Floats]:
        loglik, gradient, information = 0.0, np.zeros(beta.size), np.zeros((beta.size, beta.size))
        for rows, ended in blocks:
            value, score, curve = bernoulli(link, rows @ beta, ended)
            loglik += float(value.sum())
            gradient += rows.T @ score
            information += rows.T @ (rows * curve[:, None])
        return loglik, gradient, information

    peak = climb(likelihood, names, start)
    expected = design.T @ (design * expected_curve(link, design @ peak.at)[:, None])
    return replace(peak, covariance=np.asarray(np.linalg.inv(expected), dtype=np.float64))


def _time(session: Floats, baseline: Baseline, sessions: tuple[int, ...]) -> Floats:
    if baseline == "log":
        return np.column_stack([np.ones(session.size), np.log(session)])
    return np.asarray(session[:, None] == np.array(sessions), dtype=np.float64)


def _time_names(baseline: Baseline, sessions: tuple[int, ...]) -> tuple[str, ...]:
    if baseline == "log":
        return "(Intercept)", "log(session)"
    return tuple(f"session {at}" for at in sessions)
