"""Where the optimiser begins: near enough that few steps are left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rapport.science.sem.parameters import Parameter, Specification

__all__ = ["starting_values"]

Floats = NDArray[np.float64]


def starting_values(
    specification: Specification, means: tuple[Floats, ...], covs: tuple[Floats, ...]
) -> Floats:
    """Return starting values of the unconstrained parameters, from each group's moments.

    Loadings and factor variances come from the covariances of each factor's indicators by
    least squares on the first (Hägglund's FABIN2 with all other indicators as instruments),
    intercepts are means, residual variances what is left, and all other paths 0.
    """
    values = np.zeros(specification.n_free)
    filled = np.zeros(specification.n_free, dtype=bool)
    groups = [
        _Guess(specification, group, mean, cov)
        for group, (mean, cov) in enumerate(zip(means, covs, strict=True))
    ]
    for one in specification.parameters:
        if one.free >= 0 and not filled[one.free]:
            values[one.free] = groups[one.group].of(one) if one.start is None else one.start
            filled[one.free] = True
    if specification.kernel is None:
        return values
    unconstrained: Floats = specification.kernel.T @ (values - specification.origin)
    return unconstrained


class _Guess:
    """One group's guesses."""

    def __init__(self, specification: Specification, group: int, mean: Floats, cov: Floats) -> None:
        self.at = {name: place for place, name in enumerate(specification.roles.observed)}
        self.mean, self.variances = mean.tolist(), np.diagonal(cov).tolist()
        self.loadings: dict[tuple[str, str], float] = {}
        self.factors: dict[str, float] = {}
        self.shares: dict[str, float] = {}
        by_factor: dict[str, list[Parameter]] = {}
        for one in specification.parameters:
            if one.op == "=~" and one.group == group:
                by_factor.setdefault(one.lhs, []).append(one)
        for factor, loadings in by_factor.items():
            self._measure(factor, loadings, cov)

    def of(self, one: Parameter) -> float:
        """The guess for one parameter."""
        match one.op:
            case "=~":
                return self.loadings.get((one.lhs, one.rhs), 1.0)
            case "~1":
                return self.mean[self.at[one.lhs]] if one.lhs in self.at else 0.0
            case "~~" if one.lhs == one.rhs:
                return self._variance(one.lhs)
        return 0.0

    def _variance(self, name: str) -> float:
        if name in self.at:
            return self.variances[self.at[name]] * (1 - min(self.shares.get(name, 0.5), 0.8))
        return self.factors.get(name, 0.5)

    def _measure(self, factor: str, loadings: list[Parameter], cov: Floats) -> None:
        """The factor's scale is that of its first indicator."""
        shown = [self.at[one.rhs] for one in loadings if one.rhs in self.at]
        if not shown or len(shown) < len(loadings):
            self.factors[factor] = 0.5
            return
        first = loadings[0]
        variance = 0.5 * self.variances[shown[0]]
        found = _loadings(cov[np.ix_(shown, shown)]) if len(shown) > 2 else None
        if first.fixed != 1.0 or found is None or loadings[1].fixed is not None:
            self.factors[factor] = variance
            return
        slopes, common = found
        self.factors[factor] = common
        for one, place, slope in zip(loadings, shown, slopes, strict=True):
            self.loadings[one.lhs, one.rhs] = slope
            share = slope * slope * common / self.variances[place]
            self.shares[one.rhs] = self.shares.get(one.rhs, 0.0) + share


def _loadings(cov: Floats) -> tuple[list[float], float] | None:
    """Loadings relative to the first indicator and the factor's variance, if sensible."""
    size = len(cov)
    off = cov * (1 - np.eye(size))
    marker = off[0]
    power = float(marker @ marker)
    slopes = np.ones(size)
    crossed = off[1:] @ marker
    own = power - marker[1:] ** 2
    if not (own > 0).all():
        return None
    slopes[1:] = crossed / own
    common = float(marker[1:] @ slopes[1:]) / float(slopes[1:] @ slopes[1:])
    if not (0 < common < float(cov[0, 0])) or np.abs(slopes).max() > 10:
        return None
    return slopes.tolist(), common
