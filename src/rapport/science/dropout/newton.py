"""Newton's method for a concave log-likelihood, which refuses what has no maximum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rapport.science.dropout.rows import Floats
from rapport.science.refusals import NotConvergedError, SeparationError, SingularFitError

__all__ = ["Peak", "Standardised", "climb", "standardise"]

Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]
"""Coefficients to log-likelihood, gradient (p,) and information (p, p)."""

STEPS = 60
HALVINGS = 30
# Squared Newton steps in standard errors, twice what the log-likelihood has yet to rise:
CLOSE = 1e-18
RISEN = 1e-6
RUNAWAY = 0.1  # by standard deviation of a column: a step so long where the rise has ended
LEAST_EIGENVALUE = 1e-10
LEAST_INFORMATION = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """A design with columns of mean 0 and SD 1; raw coefficients are ``to_raw @ ours``."""

    design: Floats
    to_raw: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Peak:
    """Where the likelihood is highest: coefficients, its value, and the inverse information."""

    at: Floats
    loglik: float
    covariance: Floats


def standardise(design: Floats, fixed: int) -> Standardised:
    """Centre and scale all but the first ``fixed`` columns, which in every row sum to 1."""
    means, sds = design.mean(axis=0), design.std(axis=0)
    means[:fixed], sds[:fixed] = 0.0, 1.0
    to_raw = np.diag(1 / sds)
    to_raw[:fixed, fixed:] = -means[fixed:] / sds[fixed:]
    scaled = np.asfortranarray((design - means) / sds)  # used column by column
    return Standardised(scaled, to_raw)


def climb(likelihood: Likelihood, names: Sequence[str], start: Floats | None = None) -> Peak:
    """Climb from ``start``, else zero, to the maximum of a concave log-likelihood.

    Raises
    ------
    SeparationError
        The log-likelihood stopped rising while an estimate kept moving: it has no maximum.
    SingularFitError
        Columns that are sums of one another, or tell nothing; names the ones involved.
    NotConvergedError
        The steps ran out.
    """
    here = np.zeros(len(names)) if start is None else start
    loglik, gradient, information = likelihood(here)
    _refuse_singular(information, names)
    for _ in range(STEPS):
        step = _step(gradient, information)
        rise = gradient @ step
        if rise < RISEN:
            _refuse_running(np.abs(step), names)
        if rise < CLOSE:
            inverse = np.asarray(np.linalg.inv(information), dtype=np.float64)
            return Peak(here, loglik, inverse)
        here, (loglik, gradient, information) = _uphill(likelihood, here, step, loglik)
    raise NotConvergedError("The maximum of the likelihood was not reached.")


def _refuse_running(step: Floats, names: Sequence[str]) -> None:
    """Refuse what still moves where nothing rises; the intercept moves with it but stands first."""
    if step.max() > RUNAWAY:
        running = np.flatnonzero(step > step.max() / 10).tolist()
        raise SeparationError(names[running[-1]])


def _refuse_singular(information: Floats, names: Sequence[str]) -> None:
    """Refuse, at the start, columns that say nothing or the same as others."""
    told = np.diag(information)
    flat = np.flatnonzero(told < LEAST_INFORMATION).tolist()
    if flat:
        raise SingularFitError(
            f"{names[flat[0]]!r} never differs between those who could have ended together."
        )
    values, vectors = np.linalg.eigh(information / np.sqrt(np.outer(told, told)))
    if values[0] < LEAST_EIGENVALUE:
        involved = np.flatnonzero(np.abs(vectors[:, 0]) > 1e-4).tolist()
        same = ", ".join(names[at] for at in involved)
        raise SingularFitError(f"These say the same in the rows used, leave one out: {same}.")


def _step(gradient: Floats, information: Floats) -> Floats:
    try:
        step = np.linalg.solve(information, gradient)
    except np.linalg.LinAlgError:
        raise SingularFitError("The information matrix cannot be inverted.") from None
    return np.asarray(step, dtype=np.float64)


def _uphill(
    likelihood: Likelihood, here: Floats, step: Floats, loglik: float
) -> tuple[Floats, tuple[float, Floats, Floats]]:
    for _ in range(HALVINGS):
        reached = likelihood(here + step)
        if reached[0] >= loglik - 1e-12 * abs(loglik):
            return here + step, reached
        step = step / 2
    raise NotConvergedError("No step along the gradient raises the likelihood.")
