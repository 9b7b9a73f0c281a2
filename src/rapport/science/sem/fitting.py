"""From a completed model and its samples to a fit: start, minimum, errors, measures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rapport.science.refusals import TooFewError
from rapport.science.sem.data import Missing, Rows
from rapport.science.sem.estimates import estimates_of
from rapport.science.sem.identification import degrees_of_freedom, inverted
from rapport.science.sem.measures import FitMeasures, Standing, measures, srmr
from rapport.science.sem.objective import Evaluation, Objective
from rapport.science.sem.optimise import minimise
from rapport.science.sem.parameters import Specification
from rapport.science.sem.ram import cells_of
from rapport.science.sem.result import Estimator, SemFit, notes_on
from rapport.science.sem.robust import independence_trace, sandwich, saturated_trace
from rapport.science.sem.sample import Sample
from rapport.science.sem.saturated import (
    Saturated,
    given_value,
    independence_value,
    saturate,
)
from rapport.science.sem.standardise import raw_and_standardised
from rapport.science.sem.starts import starting_values

__all__ = ["fitted", "objective_of"]

Floats = NDArray[np.float64]


def fitted(
    specification: Specification,
    samples: tuple[Sample, ...],
    labels: tuple[str | None, ...],
    *,
    missing: Missing = "listwise",
    estimator: Estimator = "ML",
    rows: tuple[Rows, ...] = (),
    left_out: int = 0,
) -> SemFit:
    """Fit; ``rows`` are needed for MLR alone."""
    df, baseline_df = degrees_of_freedom(specification)
    counts = tuple(round(sample.rows) for sample in samples)
    if sum(counts) < specification.n_unconstrained:
        raise TooFewError("The model", "rows", needs=specification.n_unconstrained, has=sum(counts))
    saturated = tuple(saturate(sample, specification.roles.observed) for sample in samples)
    objective = objective_of(specification, samples)
    start = starting_values(
        specification, tuple(s.mean for s in saturated), tuple(s.cov for s in saturated)
    )
    evaluation, steps = minimise(objective, start)
    exact = estimator == "MLR" or missing == "fiml"
    information = evaluation.observed() if exact else evaluation.expected()
    covariance, factors = inverted(information, specification), None
    if estimator == "MLR":
        values = tuple(one.values for one in rows)
        centres = tuple(one.mean for one in saturated)
        covariance, trace = sandwich(evaluation, values, centres, covariance)
        factors = _scaling(specification, samples, saturated, values, trace, (df, baseline_df))
    if specification.kernel is not None:
        covariance = specification.kernel @ covariance @ specification.kernel.T
    raw, standardised = raw_and_standardised(specification, evaluation.cells, evaluation.implied)
    estimates = estimates_of(specification, labels, raw, standardised, covariance)
    return SemFit(
        estimates=estimates,
        fit=_measured(specification, evaluation, samples, saturated, (df, baseline_df), factors),
        n=sum(counts),
        left_out=left_out,
        groups=tuple(zip(labels, counts, strict=True)),
        patterns=sum(sample.n.size for sample in samples),
        estimator=estimator,
        missing=missing,
        steps=steps,
        notes=notes_on(specification, estimates, evaluation.implied),
        specification=specification,
        theta=evaluation.theta,
        covariance=covariance,
    )


def objective_of(specification: Specification, samples: tuple[Sample, ...]) -> Objective:
    """Place the parameters of each group, with its covariates' moments as given."""
    cells = [cells_of(specification, group) for group in range(specification.groups)]
    return Objective(
        tuple(one.with_given(sample) for one, sample in zip(cells, samples, strict=True)),
        samples,
    )


def _measured(
    specification: Specification,
    evaluation: Evaluation,
    samples: tuple[Sample, ...],
    saturated: tuple[Saturated, ...],
    dfs: tuple[int, int],
    factors: tuple[float, float] | None,
) -> FitMeasures:
    given = [cells.given for cells in evaluation.cells]
    free_value = sum(one.value for one in saturated)
    alone = sum(independence_value(*pair) for pair in zip(samples, given, strict=True))
    of_covariates = sum(given_value(*pair) for pair in zip(samples, given, strict=True))
    rows = [sample.rows for sample in samples]
    residual = sum(
        count * srmr(one.cov, implied.sigma, one.mean, implied.mu)
        for count, one, implied in zip(rows, saturated, evaluation.implied, strict=True)
    )
    return measures(
        standing=Standing(max(2 * (float(evaluation.value) - free_value), 0.0), dfs[0]),
        baseline=Standing(2 * (alone - free_value), dfs[1]),
        loglik=of_covariates - float(evaluation.value),
        loglik_saturated=of_covariates - free_value,
        srmr=residual / sum(rows),
        parameters=specification.n_unconstrained,
        rows=sum(rows),
        groups=specification.groups,
        factors=factors,
    )


def _scaling(
    specification: Specification,
    samples: tuple[Sample, ...],
    saturated: tuple[Saturated, ...],
    rows: tuple[Floats, ...],
    trace: float,
    dfs: tuple[int, int],
) -> tuple[float, float]:
    """The scaling factors of the model's χ² and of the baseline's; 1 with no df."""
    names, means = specification.roles.observed, specification.means
    given = np.array([names.index(name) for name in specification.roles.covariates], dtype=np.intp)
    above = sum(
        saturated_trace(one.compared(sample, means=means), one.mean, values, given)
        for one, sample, values in zip(saturated, samples, rows, strict=True)
    )
    below = sum(independence_trace(values, given, means=means) for values in rows)
    return (
        (above - trace) / dfs[0] if dfs[0] else 1.0,
        (above - below) / dfs[1] if dfs[1] else 1.0,
    )
