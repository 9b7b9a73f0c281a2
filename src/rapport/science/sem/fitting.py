"""From a completed model and its samples to a fit: start, minimum, errors, measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.refusals import TooFewError
from rapport.science.sem.arrays import Floats, Places
from rapport.science.sem.data import Missing, Rows
from rapport.science.sem.estimates import estimates_of
from rapport.science.sem.identification import degrees_of_freedom, inverted
from rapport.science.sem.measures import FitMeasures, Standing, measures, srmr
from rapport.science.sem.objective import Evaluation, Objective
from rapport.science.sem.optimise import minimise
from rapport.science.sem.parameters import Specification
from rapport.science.sem.plan import Plan
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
from rapport.science.sem.starts import cautious_start, informed_start

__all__ = ["fitted", "objective_of"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a fit stands on: the model, its data, and the two models it is held against."""

    specification: Specification
    samples: tuple[Sample, ...]
    saturated: tuple[Saturated, ...]
    df: int
    baseline_df: int

    @property
    def covariates(self) -> Places:
        """Places of the covariates among the observed variables."""
        roles = self.specification.roles
        return np.array([roles.observed.index(name) for name in roles.covariates], dtype=np.intp)

    @property
    def moments(self) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        """Means and covariances of each group."""
        return tuple(one.mean for one in self.saturated), tuple(one.cov for one in self.saturated)


def fitted(
    plan: Plan,
    samples: tuple[Sample, ...],
    labels: tuple[str | None, ...],
    *,
    missing: Missing = "listwise",
    estimator: Estimator = "ML",
    rows: tuple[Rows, ...] = (),
    left_out: int = 0,
) -> SemFit:
    """Fit; ``rows`` are needed for MLR alone."""
    ground, objective = ground_of(plan, samples), objective_of(plan, samples)
    specification = ground.specification
    evaluation, steps = _minimised(plan, ground, objective)
    exact = estimator == "MLR" or missing == "fiml"
    information = evaluation.observed() if exact else evaluation.expected()
    covariance, factors = inverted(information, specification), None
    if estimator == "MLR":
        values = tuple(one.values for one in rows)
        covariance, trace = sandwich(evaluation, values, ground.moments[0], covariance)
        factors = _scaling(ground, values, trace)
    if specification.kernel is not None:
        covariance = specification.kernel @ covariance @ specification.kernel.T
    raw, standardised = raw_and_standardised(plan.scalings, evaluation.implied)
    estimates = estimates_of(specification, labels, raw, standardised, covariance)
    counts = [round(sample.rows) for sample in samples]
    return SemFit(
        estimates=estimates,
        fit=_measured(ground, evaluation, factors),
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


def _minimised(plan: Plan, ground: Ground, objective: Objective) -> tuple[Evaluation, int]:
    """Find the minimum; where the means are free, of paths and covariances before all."""
    given = plan.measurements, plan.specification, *ground.moments
    start = informed_start(*given)
    k, before = plan.n_structural, 0
    alone = objective.without_means(k) if k < len(start) else None
    if alone is not None:
        found, before = minimise(alone, lambda: start[:k], lambda: cautious_start(*given)[:k])
        start = np.concatenate([found.theta, start[k:]])
    evaluation, steps = minimise(objective, lambda: start, lambda: cautious_start(*given))
    return evaluation, before + steps


def ground_of(plan: Plan, samples: tuple[Sample, ...]) -> Ground:
    """Find the moments of each group, and refuse what gives too few."""
    specification = plan.specification
    df, baseline_df = degrees_of_freedom(specification)
    needs, has = specification.n_unconstrained, round(sum(sample.rows for sample in samples))
    if has < needs:
        raise TooFewError("The model", "rows", needs=needs, has=has)
    saturated = tuple(saturate(sample, specification.roles.observed) for sample in samples)
    return Ground(specification, samples, saturated, df, baseline_df)


def objective_of(plan: Plan, samples: tuple[Sample, ...]) -> Objective:
    """Hold the model against samples, with their covariates' moments as given."""
    cells = zip(plan.cells, samples, strict=True)
    return Objective(tuple(one.with_given(sample) for one, sample in cells), samples)


def _measured(
    ground: Ground, evaluation: Evaluation, factors: tuple[float, float] | None
) -> FitMeasures:
    given, value = ground.covariates, float(evaluation.value)
    free_value = sum(one.value for one in ground.saturated)
    alone = sum(independence_value(sample, given) for sample in ground.samples)
    of_covariates = sum(given_value(sample, given) for sample in ground.samples)
    rows = [sample.rows for sample in ground.samples]
    residual = sum(
        count * srmr(one.cov, implied.sigma, one.mean, implied.mu)
        for count, one, implied in zip(rows, ground.saturated, evaluation.implied, strict=True)
    )
    return measures(
        standing=Standing(max(2 * (value - free_value), 0.0), ground.df),
        baseline=Standing(2 * (alone - free_value), ground.baseline_df),
        loglik=of_covariates - value,
        loglik_saturated=of_covariates - free_value,
        srmr=residual / sum(rows),
        parameters=ground.specification.n_unconstrained,
        rows=sum(rows),
        groups=ground.specification.groups,
        factors=factors,
    )


def _scaling(ground: Ground, rows: tuple[Floats, ...], trace: float) -> tuple[float, float]:
    """The scaling factors of the model's χ² and of the baseline's; 1 with no df."""
    given, means = ground.covariates, ground.specification.means
    above = sum(
        saturated_trace(one.compared(sample, means=means), one.mean, values, given)
        for one, sample, values in zip(ground.saturated, ground.samples, rows, strict=True)
    )
    below = sum(independence_trace(values, given, means=means) for values in rows)
    return (
        (above - trace) / ground.df if ground.df else 1.0,
        (above - below) / ground.baseline_df if ground.baseline_df else 1.0,
    )
