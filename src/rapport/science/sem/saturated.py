"""The two models that a fit is held against: every moment free, and nothing related."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.sem.arrays import Floats, Places
from rapport.science.sem.data import check_covariance
from rapport.science.sem.likelihood import LN_2PI, Comparison, compare
from rapport.science.sem.objective import SaturatedObjective
from rapport.science.sem.optimise import minimise
from rapport.science.sem.sample import Sample
from rapport.science.sem.triangle import triangle

__all__ = ["Saturated", "independence_value", "saturate"]


@dataclass(frozen=True, slots=True)
class Saturated:
    """One group's moments by maximum likelihood; ``value`` is minus the log-likelihood."""

    mean: Floats
    cov: Floats
    value: float

    def compared(self, sample: Sample, *, means: bool) -> Comparison:
        """Hold the sample against its own moments."""
        return compare(self.cov, self.mean if means else None, sample)


def saturate(sample: Sample, names: tuple[str, ...]) -> Saturated:
    """Return the unrestricted moments: the sample's own, or with missing values by scoring.

    Raises
    ------
    SingularFitError
        Where the covariance matrix is not positive definite.
    NotConvergedError
        Where too few rows have two variables together to say how they are related.
    """
    if sample.complete:
        mean, cov = sample.mean[0], sample.cov[0]
        check_covariance(cov, names)
        sign_and_log = np.linalg.slogdet(cov)
        p = len(names)
        value = 0.5 * float(sample.n[0]) * (float(sign_and_log[1]) + p * (1 + LN_2PI))
        return Saturated(mean, cov, value)
    mean, variances = marginal(sample)
    low = triangle(len(names))
    start = np.concatenate([np.diag(variances)[low.row, low.col], mean])
    found, _ = minimise(SaturatedObjective(sample), lambda: start)
    cov = low.unpack(found.theta[: low.row.size])
    check_covariance(cov, names)
    return Saturated(found.theta[low.row.size :], cov, float(found.value))


def marginal(sample: Sample) -> tuple[Floats, Floats]:
    """Each variable's mean and variance from the rows that have it."""
    if sample.shown is None:
        return sample.mean[0], np.diagonal(sample.cov[0])
    weight = sample.n[:, None] * sample.shown
    weight = weight / weight.sum(axis=0)
    mean = (weight * sample.mean).sum(axis=0)
    within = np.diagonal(sample.cov, axis1=-2, axis2=-1)
    spread = within + (sample.mean - mean) ** 2
    return mean, (weight * spread).sum(axis=0)


def independence_value(sample: Sample, covariates: Places) -> float:
    """Minus the log-likelihood where all but the covariates are unrelated."""
    _, variances = marginal(sample)
    counts = sample.n if sample.shown is None else sample.n @ sample.shown
    each = 0.5 * counts * (np.log(variances) + 1 + LN_2PI)
    each[covariates] = 0.0
    return float(each.sum()) + given_value(sample, covariates)


def given_value(sample: Sample, covariates: Places) -> float:
    """Minus the log-likelihood of the covariates by themselves; they have no gaps."""
    if not covariates.size:
        return 0.0
    cov = sample.pooled()[1][np.ix_(covariates, covariates)]
    log_det = float(np.linalg.slogdet(cov)[1])
    return 0.5 * sample.rows * (log_det + covariates.size * (1 + LN_2PI))
