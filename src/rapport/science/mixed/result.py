"""What a fitted mixed model says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.estimate import Convergence, Estimate
from rapport.science.mixed.levels import Statistics
from rapport.science.mixed.reader import Reader

__all__ = ["FIXED", "FixedEffect", "MixedFit", "RandomEffects"]

Floats = NDArray[np.float64]
FIXED = ""
"""Where ``readers`` keeps the reader of the fixed effects."""


@dataclass(frozen=True, slots=True)
class FixedEffect:
    """One coefficient with its Wald standard error; ``df`` are Satterthwaite's, ``p`` two-sided."""

    term: str
    estimate: float
    se: float
    df: float
    t: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class RandomEffects:
    """How the groups of one factor vary: ``covariance`` (q, q) in the response's squared units.

    ``correlated`` (q, q) marks the pairs whose correlation was estimated.
    """

    group: str
    effects: tuple[str, ...]
    covariance: Floats
    correlated: NDArray[np.bool_]

    @property
    def sd(self) -> dict[str, float]:
        return dict(zip(self.effects, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    @property
    def correlations(self) -> dict[tuple[str, str], float | None]:
        """Of each estimated pair; None where a standard deviation is 0."""
        sd = np.sqrt(np.diag(self.covariance))
        return {
            (self.effects[a], self.effects[b]): float(self.covariance[a, b] / (sd[a] * sd[b]))
            if sd[a] * sd[b] > 0
            else None
            for b in range(len(sd))
            for a in range(b)
            if self.correlated[b, a]
        }


@dataclass(frozen=True, slots=True, eq=False)
class MixedFit:
    """A fitted linear mixed model.

    Attributes
    ----------
    n, dropped : int
        Rows used, and rows left out because a value was missing.
    groups : mapping of str to int
        How many groups each random term has.
    fixed : tuple of FixedEffect
        In the order of the formula; ``vcov`` (p, p) is their covariance.
    random : tuple of RandomEffects
        From the smallest groups outwards.
    residual_sd : float
        In units of the response.
    loglik, aic, bic : float
        Of the REML criterion where ``reml``, as lme4 reports them; ``parameters`` were counted.
    convergence : Convergence
        How the optimiser ended, and whether a covariance is at the edge of its space.
    """

    formula: str
    reml: bool
    n: int
    dropped: int
    groups: Mapping[str, int]
    fixed: tuple[FixedEffect, ...]
    vcov: Floats = field(repr=False)
    random: tuple[RandomEffects, ...]
    residual_sd: float
    loglik: float
    parameters: int
    convergence: Convergence
    statistics: Statistics = field(repr=False)
    estimate: Estimate = field(repr=False)
    readers: Mapping[str, Reader] = field(repr=False)

    @property
    def aic(self) -> float:
        return -2 * self.loglik + 2 * self.parameters

    @property
    def bic(self) -> float:
        return -2 * self.loglik + float(np.log(self.n)) * self.parameters

    @property
    def coefficients(self) -> dict[str, float]:
        return {effect.term: effect.estimate for effect in self.fixed}

    def term(self, name: str) -> FixedEffect:
        """Return the fixed effect of that name, such as ``(Intercept)``; KeyError if absent."""
        for effect in self.fixed:
            if effect.term == name:
                return effect
        raise KeyError(name)

    def group(self, name: str) -> RandomEffects:
        """Return the random effects of that grouping factor; KeyError if absent."""
        for random in self.random:
            if random.group == name:
                return random
        raise KeyError(name)
