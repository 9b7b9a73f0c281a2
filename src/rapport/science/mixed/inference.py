"""Standard errors and Satterthwaite's degrees of freedom of the fixed effects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.estimate import Estimate
from rapport.science.mixed.levels import Statistics
from rapport.science.mixed.likelihood import Evaluation, evaluate
from rapport.science.mixed.parameters import Parameters
from rapport.science.mixed.result import FixedEffect

__all__ = ["covariance", "fixed_effects"]

Floats = NDArray[np.float64]
STEP = 1e-6
FLAT = 1e-8


def covariance(found: Evaluation) -> Floats:
    """Return the covariance of the fixed effects, (p, p)."""
    return found.covariance * (found.residual / found.df)


def fixed_effects(
    statistics: Statistics, estimate: Estimate, *, reml: bool
) -> tuple[FixedEffect, ...]:
    r"""Return the fixed effects with their tests.

    Notes
    -----
    Satterthwaite: :math:`\nu = 2 v^2 / (g^\top A g)` for a coefficient's variance :math:`v`, its
    gradient :math:`g` by the covariance factors and σ, and :math:`A`, twice the inverse Hessian of
    the deviance in these. Directions in which the deviance is flat are left out of the inverse.
    Differences of the analytic gradient give the Hessian.
    """
    from scipy.special import stdtr

    found = estimate.evaluation
    beta = found.beta + statistics.shift
    se = np.sqrt(np.diag(covariance(found)))
    df = _satterthwaite(statistics, estimate, reml=reml)
    t = beta / se
    p = 2 * stdtr(df, -np.abs(t))
    rows = zip(statistics.fixed, beta, se, df, t, p, strict=True)
    return tuple(FixedEffect(term, *map(float, numbers)) for term, *numbers in rows)


def _satterthwaite(statistics: Statistics, estimate: Estimate, *, reml: bool) -> Floats:
    found = estimate.evaluation
    parameters = Parameters(statistics)
    slope = parameters.gradient(estimate.factors, found.slopes)
    variance = found.residual / found.df
    sigma = np.sqrt(variance)
    size = len(estimate.theta)
    hessian = np.zeros((size + 1, size + 1))
    by_residual = np.zeros(size)
    moves = np.zeros((size + 1, statistics.p))
    for at in range(size):
        step = np.zeros(size)
        step[at] = STEP * max(1.0, abs(estimate.theta[at]))
        factors = parameters.split(estimate.theta + step)
        there = evaluate(statistics, factors, reml=reml)
        hessian[at, :size] = parameters.gradient(factors, there.slopes) - slope
        by_residual[at] = there.residual - found.residual
        moves[at] = variance * np.diag(there.covariance - found.covariance)
        for change in (hessian, by_residual, moves):
            change[at] /= step[at]
    corner = 4 * found.df / variance
    edge = -2 / sigma**3 * by_residual
    hessian[:size, :size] = (hessian + hessian.T)[:size, :size] / 2 + np.outer(edge, edge) / corner
    hessian[:size, size] = hessian[size, :size] = edge
    hessian[size, size] = corner
    v = np.diag(covariance(found))
    moves[size] = 2 * v / sigma
    spread = np.einsum("ap,ab,bp->p", moves, 2 * _inverse(hessian), moves)
    return np.asarray(2 * v**2 / spread, dtype=np.float64)


def _inverse(hessian: Floats) -> Floats:
    values, vectors = np.linalg.eigh(hessian)
    kept = values > FLAT * values[-1]
    found: Floats = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    return found
