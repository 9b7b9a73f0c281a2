"""Find the covariance factors that minimise the deviance, at the edge of their space too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.levels import Level, Statistics
from rapport.science.mixed.likelihood import Evaluation, evaluate
from rapport.science.mixed.parameters import Parameters
from rapport.science.refusals import NotConvergedError

__all__ = ["Convergence", "Estimate", "minimise"]

Floats = NDArray[np.float64]

LIMIT = 200
ENOUGH = 1e-12
PATIENCE, NEARLY = 40, 1e-8  # at an edge the steps may swing about the minimum for ever
EXPECTED = 20  # steps by expected derivatives, before those by differences of the gradient
STEP = 1e-6
NULL = 1e-7
TINY = 1e-5
ROUGH = 4_000
RESTARTS = 8


@dataclass(frozen=True, slots=True)
class Convergence:
    """How the fit ended.

    ``still_to_gain`` is the fall of the deviance that the last step promised; ``gradient`` the
    largest derivative of the deviance by a standardised covariance factor; ``singular`` says that
    a covariance of random effects has no full rank: a variance of 0 or a correlation of ±1.
    ``escapes`` counts the stationary points that were left because they were no minimum.
    """

    iterations: int
    evaluations: int
    gradient: float
    still_to_gain: float
    escapes: int
    singular: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """``factors`` are relative and lower, innermost level first; ``theta`` their free entries."""

    theta: Floats
    factors: tuple[Floats, ...]
    evaluation: Evaluation
    convergence: Convergence


def minimise(statistics: Statistics, *, reml: bool) -> Estimate:
    """Fit the covariance factors.

    Raises
    ------
    NotConvergedError
        The deviance has no minimum that could be found, such as where the model fits exactly.
    """
    parameters = Parameters(statistics)
    counted = 0

    def at(theta: Floats) -> tuple[tuple[Floats, ...], Evaluation] | None:
        nonlocal counted
        counted += 1
        factors = parameters.split(theta)
        try:
            return factors, evaluate(statistics, factors, reml=reml)
        except np.linalg.LinAlgError:
            return None

    theta, iterations, escapes = _start(statistics, parameters, reml=reml), 0, 0
    while True:
        theta, found, steps, gain, gradient = _descend(at, theta, parameters)
        iterations += steps
        factors, evaluation = found
        escape = _escape(parameters, factors, evaluation)
        if escape is None:
            break
        theta, escapes = escape, escapes + 1
        if escapes > RESTARTS:
            raise NotConvergedError("The fit came back to points that are no minimum.")
    theta, factors, evaluation = _at_the_edge(at, theta, (factors, evaluation))
    convergence = Convergence(
        iterations,
        counted,
        gradient,
        gain,
        escapes,
        any(map(_deficient, factors, parameters.scales)),
    )
    return Estimate(theta, factors, evaluation, convergence)


Point = tuple[tuple[Floats, ...], Evaluation]


def _start(statistics: Statistics, parameters: Parameters, *, reml: bool) -> Floats:
    """Start a large fit where that of every so-manieth of its groups ends."""
    level = statistics.levels[0]
    step = level.groups // ROUGH
    if len(statistics.levels) > 1 or level.weight is not None or step < 10:
        return parameters.start()
    some = replace(
        level,
        products=np.ascontiguousarray(level.products[:, :, ::step]),
        own=np.ascontiguousarray(level.own[:, :, ::step]),
        groups=len(range(0, level.groups, step)),
    )
    share = some.groups / level.groups
    sample = replace(
        statistics,
        n=round(statistics.n * share),
        total=statistics.total * share,
        levels=(some,),
    )
    try:
        return parameters.join(minimise(sample, reml=reml).factors)
    except NotConvergedError:
        return parameters.start()


def _descend(
    at: Callable[[Floats], Point | None], theta: Floats, parameters: Parameters
) -> tuple[Floats, Point, int, float, float]:
    """Newton's steps on the absolute curvature, so that each leads downwards, halved as needed."""
    here = at(theta)
    if here is None:
        raise NotConvergedError("The deviance cannot be computed where the fit has to start.")
    for step in range(LIMIT):
        factors, evaluation = here
        gradient = parameters.gradient(factors, evaluation.slopes)
        curvature = (
            parameters.curvature(factors, evaluation)
            if step < EXPECTED
            else _differences(at, theta, gradient, parameters)
        )
        direction = _direction(gradient, curvature)
        gain = float(-gradient @ direction)
        if gain < (ENOUGH if step < PATIENCE else NEARLY):
            return theta, here, step, gain, float(np.abs(gradient).max())
        direction *= min(1.0, float((1 + np.linalg.norm(theta)) / np.linalg.norm(direction)))
        moved = _along(at, theta, direction, here, float(-gradient @ direction))
        if moved is None and gain < 1e-6:
            return theta, here, step, gain, float(np.abs(gradient).max())
        if moved is None:
            break
        theta, here = moved
    raise NotConvergedError(
        "The fit did not settle: the model may have more random effects than the data can tell "
        "apart, or fit them exactly. Leave the smallest random effect out."
    )


def _differences(
    at: Callable[[Floats], Point | None],
    theta: Floats,
    gradient: Floats,
    parameters: Parameters,
) -> Floats:
    """The second derivatives themselves, which few and small groups need to settle."""
    found = np.zeros((len(theta), len(theta)))
    for row, step in zip(found, STEP * np.eye(len(theta)), strict=True):
        there = at(theta + step)
        if there:
            row[:] = (parameters.gradient(there[0], there[1].slopes) - gradient) / STEP
    return (found + found.T) / 2


def _at_the_edge(
    at: Callable[[Floats], Point | None], theta: Floats, here: Point
) -> tuple[Floats, tuple[Floats, ...], Evaluation]:
    """Set entries that have all but vanished to 0 where the deviance does not mind."""
    rounded = np.where(np.abs(theta) < TINY, 0.0, theta)
    there = at(rounded) if (rounded != theta).any() else None
    if there and there[1].deviance <= here[1].deviance + 1e-9:
        return rounded, *there
    return theta, *here


def _direction(gradient: Floats, curvature: Floats) -> Floats:
    """Where curvature is not positive it tells no length, so a step there stays short."""
    values, vectors = np.linalg.eigh(curvature)
    largest = np.abs(values).max() + 1e-300
    least = np.where(values > 0, 1e-8, 1e-2) * largest
    size = np.maximum(np.abs(values), least)
    found: Floats = -vectors @ ((vectors.T @ gradient) / size)
    return found


def _along(
    at: Callable[[Floats], Point | None], theta: Floats, direction: Floats, here: Point, gain: float
) -> tuple[Floats, Point] | None:
    """Go as far along the direction as the deviance falls, within the precision of its sum."""
    noise = 1e-13 * (abs(here[1].deviance) + here[1].df)
    for halvings in range(30):
        share = 0.5**halvings
        there = at(theta + share * direction)
        if there and there[1].deviance <= here[1].deviance - 1e-4 * share * gain + noise:
            return theta + share * direction, there
    return None


def _escape(
    parameters: Parameters, factors: Sequence[Floats], evaluation: Evaluation
) -> Floats | None:
    """Leave a point where the deviance falls into the null space of some D.

    There every derivative by the entries of a factor vanishes though the point is no minimum,
    because D is quadratic in them. Tell by the slope in D itself; add a little of that direction.
    """
    changed = list(factors)
    for j, (level, scale) in enumerate(zip(parameters.levels, parameters.scales, strict=True)):
        for block in _blocks(level):
            here = np.ix_(block, block)
            spread = scale[block]
            d = (factors[j] @ factors[j].T)[here] / np.outer(spread, spread)
            slope = evaluation.slopes[j][here] * np.outer(spread, spread)
            way = _falling(d, slope, level.groups)
            if way is not None:
                d = d + max(1e-3, 0.05 * np.trace(d)) * np.outer(way, way)
                changed[j] = changed[j].copy()
                root = np.linalg.cholesky(d + 1e-12 * np.eye(len(block)))
                changed[j][here] = root * spread[:, None]
    same = all(new is old for new, old in zip(changed, factors, strict=True))
    return None if same else parameters.join(changed)


def _falling(d: Floats, slope: Floats, groups: int) -> Floats | None:
    values, vectors = np.linalg.eigh(d)
    null = vectors[:, values < NULL * max(values[-1], 1.0)]
    if not null.shape[1]:
        return None
    falls, ways = np.linalg.eigh(null.T @ slope @ null)
    return null @ ways[:, 0] if falls[0] < -1e-6 * groups else None


def _blocks(level: Level) -> list[NDArray[np.intp]]:
    """The sets of effects that are correlated with one another."""
    starts = np.argmax(level.free, axis=1)
    return [np.flatnonzero(starts == start) for start in np.unique(starts)]


def _deficient(factor: Floats, scale: Floats) -> bool:
    """Whether a covariance has no full rank, after bringing its effects to one scale."""
    return bool(np.linalg.svd(factor / scale[:, None], compute_uv=False)[-1] < 1e-4)
