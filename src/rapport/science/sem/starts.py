"""Where the optimiser begins: near enough that few steps are left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rapport.science.sem.arrays import Floats
from rapport.science.sem.parameters import Parameter, Specification

__all__ = ["cautious_start", "informed_start"]

LEAST_SHARE = 0.1
"""Of a variable's variance that is left over at the start."""


def informed_start(
    specification: Specification, means: tuple[Floats, ...], covs: tuple[Floats, ...]
) -> Floats:
    """Return starting values of the unconstrained parameters, from each group's moments.

    Loadings and factor variances come from the covariances of each factor's indicators by
    least squares on the first (FABIN2 of Hägglund 1982), covariances with factors from sums of
    indicators weighted by loadings, paths from regressions on those. Where a factor has not
    three observed indicators of which only the first is fixed, its paths begin at 0.
    """
    groups = [
        _Guess(specification, group, mean, cov)
        for group, (mean, cov) in enumerate(zip(means, covs, strict=True))
    ]
    return _start(specification, [guess.of for guess in groups])


def cautious_start(
    specification: Specification, means: tuple[Floats, ...], covs: tuple[Floats, ...]
) -> Floats:
    """Return starting values in which nothing is related but by loadings of 1."""
    guesses = [_Unrelated(specification, mean, cov) for mean, cov in zip(means, covs, strict=True)]
    return _start(specification, [guess.of for guess in guesses])


def _start(specification: Specification, guesses: list[Callable[[Parameter], float]]) -> Floats:
    values = np.zeros(specification.n_free)
    filled: set[int] = {-1}
    for one in specification.parameters:
        if one.free not in filled:
            values[one.free] = guesses[one.group](one) if one.start is None else one.start
            filled.add(one.free)
    if specification.kernel is None:
        return values
    unconstrained: Floats = specification.kernel.T @ (values - specification.origin)
    return unconstrained


class _Unrelated:
    """One group's guesses from means and variances alone."""

    def __init__(self, specification: Specification, mean: Floats, cov: Floats) -> None:
        roles = specification.roles
        self.at = {name: place for place, name in enumerate(roles.variables)}
        self.n_observed = len(roles.observed)
        self.mean: list[float] = mean.tolist()
        self.variances: list[float] = np.diagonal(cov).tolist()
        self.factors = dict.fromkeys(roles.factors, 0.5)
        for one in reversed(specification.parameters):
            if one.op == "=~" and one.rhs not in self.factors:
                self.factors[one.lhs] = 0.5 * self.variances[self.at[one.rhs]]

    def of(self, one: Parameter) -> float:
        """The guess for one parameter."""
        match one.op:
            case "=~":
                return 1.0
            case "~1":
                return self.mean[self.at[one.lhs]] if self.at[one.lhs] < self.n_observed else 0.0
            case "~~" if one.lhs == one.rhs:
                return self.factors.get(one.lhs) or 0.5 * self.variances[self.at[one.lhs]]
        return 0.0


class _Guess:
    """One group's guesses from the covariances of its observed variables with factors."""

    def __init__(self, specification: Specification, group: int, mean: Floats, cov: Floats) -> None:
        self.plain = _Unrelated(specification, mean, cov)
        self.at = self.plain.at
        self.left: dict[str, float] = {}
        self.paths: dict[tuple[str, str, str], float] = {}
        own = [one for one in specification.parameters if one.group == group]
        self.known = set(specification.roles.observed)
        self.joint = np.zeros((len(self.at), len(self.at)))
        self.joint[: len(cov), : len(cov)] = cov
        self._measure(own, cov)
        self._regress(own)
        self.caused = {one.lhs for one in own if one.op == "~"}
        self.caused |= {one.rhs for one in own if one.op == "=~"}

    def of(self, one: Parameter) -> float:
        """The guess for one parameter."""
        if one.op in ("=~", "~"):
            return self.paths.get((one.lhs, one.op, one.rhs), self.plain.of(one))
        if one.op == "~~" and one.lhs == one.rhs:
            return self.left.get(one.lhs) or self.plain.of(one)
        if one.op == "~~" and {one.lhs, one.rhs} <= self.known - self.caused:
            return float(self.joint[self.at[one.lhs], self.at[one.rhs]])
        return self.plain.of(one)

    def _measure(self, own: list[Parameter], cov: Floats) -> None:
        """Put the factors that can be measured into the joint covariances."""
        p = len(cov)
        weights = np.zeros((p, len(self.at) - p))
        explained = np.zeros(p)
        by_factor: dict[str, list[Parameter]] = {}
        for one in own:
            if one.op == "=~":
                by_factor.setdefault(one.lhs, []).append(one)
        for factor, loadings in by_factor.items():
            shown = [self.at[one.rhs] for one in loadings]
            found = _loadings(cov, shown) if _is_measured(loadings, shown, p) else None
            if found is None:
                continue
            slopes, variance = found
            self.known.add(factor)
            self.left[factor] = variance
            for one, slope in zip(loadings, slopes.tolist(), strict=True):
                self.paths[factor, "=~", one.rhs] = slope
            weights[shown, self.at[factor] - p] = slopes / (slopes @ slopes)
            explained[shown] += slopes * slopes * variance
            self.joint[self.at[factor], self.at[factor]] = variance
        with_factors = cov @ weights
        among = weights.T @ with_factors
        np.fill_diagonal(among, np.diagonal(self.joint)[p:])
        self.joint[:p, p:], self.joint[p:, :p] = with_factors, with_factors.T
        self.joint[p:, p:] = among
        total = np.diagonal(cov)
        left = np.maximum(total - explained, LEAST_SHARE * total)
        for name, place in self.at.items():
            if place < p and explained[place]:
                self.left[name] = float(left[place])

    def _regress(self, own: list[Parameter]) -> None:
        """Regress each outcome on its predictors, where all are known."""
        predictors: dict[str, list[str]] = {}
        for one in own:
            if one.op == "~":
                predictors.setdefault(one.lhs, []).append(one.rhs)
        for name, causes in predictors.items():
            if not self.known.issuperset((name, *causes)):
                continue
            at, of = self.at[name], [self.at[cause] for cause in causes]
            try:
                slopes = np.linalg.solve(self.joint[of][:, of], self.joint[of, at])
            except np.linalg.LinAlgError:
                continue
            for cause, slope in zip(causes, slopes.tolist(), strict=True):
                self.paths[name, "~", cause] = slope
            total = float(self.joint[at, at])
            left = total - float(slopes @ self.joint[of, at])
            self.left[name] = max(left, LEAST_SHARE * total)


def _is_measured(loadings: list[Parameter], shown: list[int], n_observed: int) -> bool:
    return (
        len(loadings) > 2
        and max(shown) < n_observed
        and loadings[0].fixed == 1.0
        and all(one.fixed is None for one in loadings[1:])
    )


def _loadings(cov: Floats, shown: list[int]) -> tuple[Floats, float] | None:
    """Loadings relative to the first indicator and the factor's variance, if sensible."""
    own = cov[shown][:, shown]
    off = own - np.diag(np.diagonal(own))
    marker = off[0]
    power = marker @ marker - marker * marker
    power[0] = 1.0
    if power.min() <= 0:
        return None
    slopes = (off @ marker) / power
    slopes[0] = 1.0
    rest = slopes[1:]
    variance = float(marker[1:] @ rest) / float(rest @ rest)
    if not 0 < variance < float(own[0, 0]) or float(np.abs(slopes).max()) > 10:
        return None
    return slopes, variance
