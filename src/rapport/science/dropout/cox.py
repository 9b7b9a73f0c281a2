"""Cox regression with Efron's ties and covariates that change from session to session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from rapport.science.columns import Columns
from rapport.science.dropout.efron import (
    baseline_increments,
    partial_likelihood,
    risk_sets,
    score_residuals,
)
from rapport.science.dropout.newton import climb, standardise
from rapport.science.dropout.rows import Floats, Rows, Used, read_rows, refuse_thin
from rapport.science.dropout.terms import Term, report
from rapport.science.refusals import BadModelError

__all__ = ["CoxFit", "fit_cox", "fit_cox_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class CoxFit:
    """A fitted Cox model; ``covariance`` (p, p) is the one behind the intervals.

    ``baseline_hazard`` is cumulative, at ``times``, of a client at the ``means`` of the covariates.
    ``likelihood_ratio`` compares with no covariates, on as many degrees of freedom as terms.
    """

    terms: tuple[Term, ...]
    covariance: Floats
    loglik: float
    loglik_null: float
    likelihood_ratio: float
    means: tuple[float, ...]
    times: tuple[float, ...]
    baseline_hazard: tuple[float, ...]
    used: Used


def fit_cox(
    columns: Columns,
    *,
    person: str,
    stop: str,
    event: str,
    covariates: Sequence[str],
    start: str | None = None,
    cluster: str | None = None,
) -> CoxFit:
    r"""Fit Cox's model of the hazard of dropout.

    Parameters
    ----------
    columns
        One row for each session held or for each stretch (``start``, ``stop``] in which the
        covariates stand still.
    person, stop, event
        Columns of the client, of the end of the row (session number, day), and of how it ended:
        0 goes on, 1 dropped out, 2 ended as planned.
    covariates
        Columns of numbers, at least one; rows with a missing one are left out.
    start
        Column of the beginning of the row; without it, ``stop`` − 1, as for sessions.
    cluster
        Column, such as the therapist, whose clients may be alike: adds robust standard errors.

    Returns
    -------
    CoxFit

    Raises
    ------
    BadColumnError, ConstantColumnError, TooFewError, SingularFitError, SeparationError
        See :mod:`rapport.science.refusals`. Five dropouts for each term are the least.
    BadModelError
        No covariate.

    Notes
    -----
    :math:`h_i(t) = h_0(t)\exp(x_i(t)^\top\beta)`, cause-specific: a planned ending leaves the
    risk set and is no event. Log partial likelihood with d tied events at t, after Efron (1977),
    J Am Stat Assoc 72:557-565:
    :math:`\sum_{m=0}^{d-1}\{x_m^\top\beta-\log(\sum_R e^{x\beta}-\frac md\sum_D e^{x\beta})\}`.
    Risk sets are sums over event times, so an iteration costs the number of rows and not their
    product with the times. Checked against R's ``survival::coxph``.
    """
    if not covariates:
        raise BadModelError("A Cox model needs at least one covariate.")
    return fit_cox_rows(
        read_rows(
            columns,
            person=person,
            start=start,
            stop=stop,
            event=event,
            covariates=covariates,
            cluster=cluster,
        )
    )


def fit_cox_rows(rows: Rows) -> CoxFit:
    """Fit rows that are read already."""
    refuse_thin(rows, "A Cox model", len(rows.names))
    scaled = standardise(rows.covariates, fixed=0)
    sets = risk_sets(rows.start, rows.stop, rows.dropped)
    likelihood = partial(partial_likelihood, sets, scaled.design)
    peak = climb(likelihood, rows.names)
    null = likelihood(np.zeros(len(rows.names)))[0]
    scores = None if rows.cluster is None else score_residuals(sets, scaled.design, peak.at)
    terms, covariance = report(rows.names, peak, scaled, scores, rows.cluster)
    return CoxFit(
        terms=terms,
        covariance=covariance,
        loglik=peak.loglik,
        loglik_null=null,
        likelihood_ratio=2 * (peak.loglik - null),
        means=tuple(rows.covariates.mean(axis=0).tolist()),
        times=tuple(sets.times.tolist()),
        # standardised covariates are 0 at the means of the raw ones
        baseline_hazard=tuple(
            np.cumsum(baseline_increments(sets, scaled.design, peak.at)).tolist()
        ),
        used=rows.used(),
    )
