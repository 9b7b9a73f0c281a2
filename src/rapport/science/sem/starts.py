"""Where the optimiser begins: near enough that few steps are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.sem.arrays import Floats
from rapport.science.sem.parameters import Parameter, Specification

__all__ = ["Measurement", "cautious_start", "informed_start", "measurement_of"]

LEAST_SHARE = 0.1
"""Of a variable's variance that is left over at the start."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one group's text says of where to begin; variables are told by their places.

    ``factors`` are those with three observed indicators or more of which only the first is
    fixed, each with its indicators. ``regressions`` are the outcomes whose predictors are all
    observed or among these, each with its predictors. ``own`` holds, of each parameter to start,
    its column, its matrix (``L`` for loadings, else ``A``, ``S``, ``m``), row and column there,
    and a start that is written. ``related`` covary freely at the start; ``markers`` are factors
    with their first observed indicator.
    """

    size: int
    own: tuple[tuple[int, str, int, int, float | None], ...]
    factors: tuple[tuple[int, list[int]], ...]
    regressions: tuple[tuple[int, list[int]], ...]
    related: frozenset[int]
    markers: tuple[tuple[int, int], ...]


def measurement_of(specification: Specification, group: int) -> Measurement:
    """Find what can be guessed in one group."""
    roles = specification.roles
    at = {name: place for place, name in enumerate(roles.variables)}
    own = [one for one in specification.parameters if one.group == group]
    loadings: dict[int, list[Parameter]] = {}
    predictors: dict[int, list[int]] = {}
    for one in own:
        if one.op == "=~":
            loadings.setdefault(at[one.lhs], []).append(one)
        elif one.op == "~":
            predictors.setdefault(at[one.lhs], []).append(at[one.rhs])
    shown = {factor: [at[one.rhs] for one in found] for factor, found in loadings.items()}
    measured = [f for f, found in loadings.items() if _is_measured(found, len(roles.observed), at)]
    known = {*range(len(roles.observed)), *measured}
    caused = {*predictors, *(place for places in shown.values() for place in places)}
    return Measurement(
        size=len(at),
        own=tuple((one.free, *_place(one, at), one.start) for one in own if one.free >= 0),
        factors=tuple((factor, shown[factor]) for factor in measured),
        regressions=tuple(
            (outcome, causes)
            for outcome, causes in predictors.items()
            if known.issuperset((outcome, *causes))
        ),
        related=frozenset(known - caused),
        markers=tuple(
            (factor, next((place for place in places if place < len(roles.observed)), -1))
            for factor, places in shown.items()
        ),
    )


def _is_measured(loadings: list[Parameter], n_observed: int, at: dict[str, int]) -> bool:
    return (
        len(loadings) > 2
        and all(at[one.rhs] < n_observed for one in loadings)
        and loadings[0].fixed == 1.0
        and all(one.fixed is None for one in loadings[1:])
    )


def _place(one: Parameter, at: dict[str, int]) -> tuple[str, int, int]:
    match one.op:
        case "=~":
            return "L", at[one.rhs], at[one.lhs]
        case "~":
            return "A", at[one.lhs], at[one.rhs]
        case "~~":
            return "S", at[one.lhs], at[one.rhs]
        case _:
            return "m", at[one.lhs], 0


def informed_start(
    measurements: tuple[Measurement, ...],
    specification: Specification,
    means: tuple[Floats, ...],
    covs: tuple[Floats, ...],
) -> Floats:
    """Return starting values of the unconstrained parameters, from each group's moments.

    Loadings and factor variances come from the covariances of each factor's indicators by
    least squares on the first (FABIN2 of Hägglund 1982), covariances with factors from sums of
    indicators weighted by loadings, paths from regressions on those. What cannot be guessed
    so begins as in :func:`cautious_start`.
    """
    return _start(
        specification,
        [_informed(*values) for values in zip(measurements, means, covs, strict=True)],
        measurements,
    )


def cautious_start(
    measurements: tuple[Measurement, ...],
    specification: Specification,
    means: tuple[Floats, ...],
    covs: tuple[Floats, ...],
) -> Floats:
    """Return starting values in which nothing is related but by loadings of 1."""
    return _start(
        specification,
        [_unrelated(*values) for values in zip(measurements, means, covs, strict=True)],
        measurements,
    )


@dataclass(frozen=True, slots=True)
class _Guess:
    """Guesses of the matrices of one group; loadings not among ``paths`` are 1."""

    paths: dict[tuple[int, int], float]
    left: list[float]
    joint: list[list[float]]
    mean: list[float]
    related: frozenset[int]

    def of(self, matrix: str, row: int, col: int) -> float:
        """One parameter's guess."""
        if matrix == "S":
            if row == col:
                return self.left[row]
            return self.joint[row][col] if {row, col} <= self.related else 0.0
        if matrix == "m":
            return self.mean[row] if row < len(self.mean) else 0.0
        return self.paths.get((row, col), 1.0 if matrix == "L" else 0.0)


def _start(
    specification: Specification, guesses: list[_Guess], measurements: tuple[Measurement, ...]
) -> Floats:
    values: list[float | None] = [None] * specification.n_free
    for measurement, guess in zip(measurements, guesses, strict=True):
        for free, matrix, row, col, start in measurement.own:
            if values[free] is None:
                values[free] = guess.of(matrix, row, col) if start is None else start
    found = np.array(values, dtype=float)
    if specification.kernel is None:
        return found
    unconstrained: Floats = specification.kernel.T @ (found - specification.origin)
    return unconstrained


def _unrelated(measurement: Measurement, mean: Floats, cov: Floats) -> _Guess:
    """Half of each variance is left over; a factor has half of its first indicator's."""
    left = (0.5 * cov.diagonal()).tolist() + [0.5] * (measurement.size - len(cov))
    for factor, marker in measurement.markers:
        if marker >= 0:
            left[factor] = left[marker]
    return _Guess({}, left, [], mean.tolist(), frozenset())


def _informed(measurement: Measurement, mean: Floats, cov: Floats) -> _Guess:
    plain = _unrelated(measurement, mean, cov)
    p = len(cov)
    weights = np.zeros((p, measurement.size - p))
    explained = np.zeros(p)
    joint = np.zeros((measurement.size, measurement.size))
    found: set[int] = set()
    for factor, shown in measurement.factors:
        guess = _loadings(cov, shown)
        if guess is None:
            continue
        slopes, variance = guess
        found.add(factor)
        plain.left[factor] = variance
        plain.paths.update(
            ((indicator, factor), slope)
            for indicator, slope in zip(shown, slopes.tolist(), strict=True)
        )
        weights[shown, factor - p] = slopes / (slopes @ slopes)
        explained[shown] += slopes * slopes * variance
    total = cov.diagonal()
    if found:
        with_factors = cov @ weights
        joint[:p, p:], joint[p:, :p] = with_factors, with_factors.T
        joint[p:, p:] = weights.T @ with_factors
        left = np.maximum(total - explained, LEAST_SHARE * total).tolist()
        for place in np.flatnonzero(explained).tolist():
            plain.left[place] = left[place]
    joint[:p, :p] = cov
    for factor in found:
        joint[factor, factor] = plain.left[factor]
    known = found | set(range(p))
    _regress(measurement, joint, known, plain)
    return _Guess(plain.paths, plain.left, joint.tolist(), plain.mean, measurement.related & known)


def _regress(measurement: Measurement, joint: Floats, known: set[int], guess: _Guess) -> None:
    """Regress each outcome on its predictors, where all are known."""
    for outcome, causes in measurement.regressions:
        if not known.issuperset((outcome, *causes)):
            continue
        try:
            slopes = np.linalg.solve(joint[causes][:, causes], joint[causes, outcome])
        except np.linalg.LinAlgError:
            continue
        for cause, slope in zip(causes, slopes.tolist(), strict=True):
            guess.paths[outcome, cause] = slope
        total = float(joint[outcome, outcome])
        left = total - float(slopes @ joint[causes, outcome])
        guess.left[outcome] = max(left, LEAST_SHARE * total)


def _loadings(cov: Floats, shown: list[int]) -> tuple[Floats, float] | None:
    """Loadings relative to the first indicator and the factor's variance, if sensible."""
    own = cov[shown][:, shown]
    off = own - np.diag(own.diagonal())
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
