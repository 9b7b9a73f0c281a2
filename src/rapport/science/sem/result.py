"""What a fit returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rapport.science.sem.arrays import Floats
from rapport.science.sem.data import Missing
from rapport.science.sem.estimates import Estimate
from rapport.science.sem.measures import FitMeasures
from rapport.science.sem.parameters import Specification
from rapport.science.sem.ram import Implied

__all__ = ["Estimator", "SemFit", "notes_on"]

Estimator = Literal["ML", "MLR"]


@dataclass(frozen=True, slots=True)
class SemFit:
    """A fitted model.

    ``n`` rows were used and ``left_out`` not; ``groups`` gives label and rows of each (label
    ``None`` with one group). ``covariance`` is of the free parameters, ``theta`` holds the
    unconstrained ones, both in the order of ``specification``. ``notes`` says what is
    doubtful, such as a variance below 0.
    """

    estimates: tuple[Estimate, ...]
    fit: FitMeasures
    n: int
    left_out: int
    groups: tuple[tuple[str | None, int], ...]
    patterns: int
    estimator: Estimator
    missing: Missing
    steps: int
    notes: tuple[str, ...]
    specification: Specification
    theta: Floats
    covariance: Floats

    def estimate(self, lhs: str, op: str, rhs: str = "", *, group: str | None = None) -> Estimate:
        """Return one estimate; of the first group unless one is named.

        Raises
        ------
        KeyError
            Where there is none.
        """
        for one in self.estimates:
            if (one.lhs, one.op, one.rhs) == (lhs, op, rhs) and group in (None, one.group):
                return one
        raise KeyError((lhs, op, rhs, group))


def notes_on(
    specification: Specification, estimates: tuple[Estimate, ...], implied: tuple[Implied, ...]
) -> tuple[str, ...]:
    """Heywood cases: variances below 0, and correlations of factors beyond 1."""
    notes = [
        f"Heywood case: the variance of {one.lhs!r} is estimated below 0 ({one.est:.4g})."
        for one in estimates
        if one.op == "~~" and one.lhs == one.rhs and one.est < 0
    ]
    observed, factors = len(specification.roles.observed), specification.roles.factors
    for group in implied:
        phi = group.phi[observed:, observed:]
        variances = np.maximum(np.diagonal(phi), 0.0)
        beyond = np.triu(phi**2 > np.multiply.outer(variances, variances) * (1 + 1e-9), 1)
        notes += [
            f"Heywood case: the factors {factors[row]!r} and {factors[col]!r} correlate beyond 1."
            for row, col in np.argwhere(beyond).tolist()
        ]
    return tuple(notes)
