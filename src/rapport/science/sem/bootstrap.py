"""Percentile intervals by resampling rows: for indirect effects, whose errors are not normal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from rapport.science.columns import Columns
from rapport.science.refusals import NotConvergedError, TooFewError
from rapport.science.sem.arrays import Floats
from rapport.science.sem.data import Missing, Rows, rows_of
from rapport.science.sem.fitting import fitted, objective_of
from rapport.science.sem.optimise import minimise
from rapport.science.sem.parameters import Equal, Specification
from rapport.science.sem.plan import Plan, plan, roles_in
from rapport.science.sem.sample import Sample, sample_of_moments, sample_of_rows
from rapport.science.sem.triangle import triangle

__all__ = ["Bootstrap", "BootstrapInterval", "bootstrap"]

CELLS_AT_ONCE = 2_000_000
"""Rows times replicates that are held in memory together."""
MOST_TOGETHER = 6
"""Variables up to which replicates are scored together: their products grow as p⁴."""
MOST_SCORINGS = 40
CONVERGED = 1e-9
LEAST_SAMPLES = 100


@dataclass(frozen=True, slots=True)
class BootstrapInterval:
    """One free or defined parameter: its estimate, and spread and percentiles of replicates."""

    lhs: str
    op: str
    rhs: str
    group: str | None
    label: str
    est: float
    se: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Intervals at ``level`` from ``samples`` replicates; ``failed`` more did not converge."""

    intervals: tuple[BootstrapInterval, ...]
    samples: int
    failed: int
    level: float

    def interval(self, name: str) -> BootstrapInterval:
        """Return that of a label or of a defined parameter; ``KeyError`` where there is none."""
        for one in self.intervals:
            if one.label == name:
                return one
        raise KeyError(name)


def bootstrap(
    model: str,
    columns: Columns,
    *,
    rng: np.random.Generator,
    samples: int = 1000,
    level: float = 0.95,
    missing: Missing = "listwise",
    group: str | None = None,
    equal: Collection[Equal] = (),
) -> Bootstrap:
    r"""Resample rows with replacement, within groups, and fit each replicate.

    Parameters
    ----------
    model, columns, missing, group, equal
        As in :func:`~rapport.science.sem.fit.fit_sem`.
    rng : numpy.random.Generator
        Source of the draws.
    samples : int
        Replicates, at least 100; 1,000 or more for intervals that are reported.
    level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    Bootstrap
        Free parameters in the model's order, then the defined ones. ``se`` is the standard
        deviation over replicates, the bounds are percentiles.

    Raises
    ------
    RefusedFitError
        As ``fit_sem``, and ``NotConvergedError`` where more than one replicate in ten fails.

    Notes
    -----
    Complete data: each replicate's moments are :math:`\sum_i c_i z_i / n` with :math:`c_i` the
    times row :math:`i` was drawn, and all replicates take Fisher scoring steps together from the
    estimate of the whole sample. With gaps they are fitted one by one. Source: Efron &
    Tibshirani (1993), An Introduction to the Bootstrap; for indirect effects Shrout & Bolger
    (2002), Psychol Methods 7:422-445. Checked by refitting replicates one at a time.
    """
    if samples < LEAST_SAMPLES:
        raise TooFewError("A percentile interval", "replicates", needs=LEAST_SAMPLES, has=samples)
    rows, left_out = rows_of(columns, roles_in(model), missing=missing, group=group)
    means = missing == "fiml" or len(rows) > 1
    planned = plan(model, means=means, groups=len(rows), equal=frozenset(equal))
    whole = fitted(
        planned,
        tuple(sample_of_rows(one.values) for one in rows),
        tuple(one.group for one in rows),
        missing=missing,
        rows=rows,
        left_out=left_out,
    )
    found = list(_replicates(planned, rows, whole.theta, rng, samples))
    theta = np.concatenate([one for one in found if one is not None])
    failed = samples - len(theta)
    if failed > samples / 10:
        raise NotConvergedError(
            f"{failed} of {samples} replicates did not converge: the intervals would be those of "
            "easy samples only."
        )
    tails = [(1 - level) / 2, (1 + level) / 2]
    drawn = _values(planned.specification, theta)
    intervals = tuple(
        BootstrapInterval(
            one.lhs,
            one.op,
            one.rhs,
            one.group,
            one.label,
            one.est,
            float(values.std(ddof=1)),
            *np.quantile(values, tails).tolist(),
        )
        for one, values in zip(whole.estimates, drawn, strict=True)
        if values is not None
    )
    return Bootstrap(intervals, len(theta), failed, level)


def _replicates(
    planned: Plan, rows: tuple[Rows, ...], start: Floats, rng: np.random.Generator, samples: int
) -> Iterator[Floats | None]:
    """Unconstrained parameters of replicates, some at a time; ``None`` for one that failed."""
    total = sum(len(one.values) for one in rows)
    gaps = any(np.isnan(one.values).any() for one in rows)
    at_once = 1 if gaps else max(1, CELLS_AT_ONCE // total)
    for begun in range(0, samples, at_once):
        size = min(at_once, samples - begun)
        if gaps:
            drawn = tuple(_drawn(one.values, rng) for one in rows)
            yield _one(planned, tuple(sample_of_rows(values) for values in drawn), start)
        else:
            together = tuple(_together(one.values, size, rng) for one in rows)
            scored = _scored(planned, together, start, size)
            if scored is not None:
                yield scored
                continue
            for at in range(size):
                yield _one(planned, tuple(_single(one, at) for one in together), start)


def _drawn(values: Floats, rng: np.random.Generator) -> Floats:
    found: Floats = values[rng.integers(0, len(values), len(values))]
    return found


def _together(values: Floats, size: int, rng: np.random.Generator) -> Sample:
    """The moments of ``size`` replicates, from how often each row is drawn."""
    n, p = values.shape
    draws = rng.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
    counts = np.bincount(draws.ravel(), minlength=size * n).reshape(size, n).astype(float)
    low, centre = triangle(p), values.mean(axis=0)
    off = values - centre
    sums = counts @ np.concatenate([off, off[:, low.row] * off[:, low.col]], axis=1) / n
    shift = sums[:, :p]
    cov = low.unpack(sums[:, p:]) - shift[:, :, None] * shift[:, None, :]
    return sample_of_moments(centre + shift, cov, n)


def _single(together: Sample, at: int) -> Sample:
    return sample_of_moments(together.mean[at, 0], together.cov[at, 0], float(together.n[at, 0]))


def _scored(planned: Plan, together: tuple[Sample, ...], start: Floats, size: int) -> Floats | None:
    """Score all replicates at once; ``None`` where that is no gain, or leaves the possible."""
    if together[0].mean.shape[-1] > MOST_TOGETHER:
        return None
    objective = objective_of(planned, together)
    theta = np.tile(start, (size, 1))
    for _ in range(MOST_SCORINGS):
        try:
            current = objective.at(theta)
            step = np.linalg.solve(current.expected(), -current.gradient[..., None])[..., 0]
        except np.linalg.LinAlgError:
            return None
        theta = theta + step
        if float((-current.gradient * step).sum(axis=-1).max()) < CONVERGED:
            return theta
    return None


def _one(planned: Plan, samples: tuple[Sample, ...], start: Floats) -> Floats | None:
    try:
        found, _ = minimise(objective_of(planned, samples), lambda: start)
    except NotConvergedError:
        return None
    return found.theta[None, :]


def _values(specification: Specification, theta: Floats) -> list[Floats | None]:
    """Replicates of each parameter, then of each definition; ``None`` for what is not free."""
    kernel = specification.kernel
    free = theta if kernel is None else theta @ kernel.T + specification.origin
    found: list[Floats | None] = []
    known: dict[str, Floats | float] = {}
    for one in specification.parameters:
        found.append(free[:, one.free] if one.free >= 0 else None)
        if one.label:
            known[one.label] = free[:, one.free] if one.free >= 0 else float(one.fixed or 0.0)
    for definition in specification.definitions:
        known[definition.name] = definition.expression.value(known)
        found.append(np.broadcast_to(known[definition.name], len(theta)))
    return found
