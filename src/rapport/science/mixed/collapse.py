"""Groups alike in their own columns, such as clients who attended the same sessions, as one.

Every sum over such groups is quadratic in their products. So the sums of squares and products of
these, per pattern, replace the groups: a few rows with the same sums stand in for all of them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.levels import Level, Statistics

__all__ = ["collapse", "patterns", "stand_ins"]

Floats = NDArray[np.float64]
WORTH = 4
SAMPLE = 2_000
EMPTY = 1e-15


def collapse(statistics: Statistics) -> Statistics:
    """Return statistics of equal likelihood with fewer groups, where that is worth it."""
    level = statistics.levels[0]
    if len(statistics.levels) > 1 or level.weight is not None:
        return statistics
    if level.groups > SAMPLE and patterns(level.own[:, :, :SAMPLE])[1].shape[2] > SAMPLE // 2:
        return statistics
    which, own = patterns(level.own)
    q, k = level.products.shape[:2]
    if WORTH * own.shape[2] * q * k > level.groups:
        return statistics
    products = _squares(level, which, own.shape[2])
    counts = np.bincount(which).astype(float)
    return replace(statistics, levels=(stand_ins(level, own, counts, products),))


def patterns(given: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the pattern of each group by its own products, and each pattern's, (q, q, P)."""
    entries = given[np.tril_indices(len(given))]
    mix = np.sqrt(np.arange(2, 2 + len(entries))) @ entries
    _, first, which = np.unique(mix, return_index=True, return_inverse=True)
    own = given[:, :, first]
    if not all(np.array_equal(own[at][which], given[at]) for at in np.ndindex(own.shape[:2])):
        return np.arange(given.shape[2]), given
    return which, own


def _squares(level: Level, which: NDArray[np.intp], size: int) -> Floats:
    """Sum the outer products of the groups' products within each pattern, (P, qk, qk)."""
    order = np.argsort(which, kind="stable")
    starts = np.searchsorted(which[order], np.arange(size))
    rows = level.products.reshape(-1, level.groups)[:, order]
    found = np.empty((size, len(rows), len(rows)))
    for at in range(len(rows)):
        sums = np.add.reduceat(rows[at] * rows[at:], starts, axis=1)
        found[:, at, at:] = sums.T
        found[:, at:, at] = sums.T
    return found


def stand_ins(level: Level, own: Floats, counts: Floats, squares: Floats) -> Level:
    """Make a level whose groups have the given sums; one of each pattern carries its count."""
    q, k = level.q, squares.shape[1] // level.q
    unit = np.sqrt(np.einsum("paa->a", squares))
    unit[unit == 0] = 1
    values, vectors = np.linalg.eigh(squares / np.outer(unit, unit))
    kept = values > EMPTY * values.max()
    kept[:, -1] = True
    pattern, at = np.nonzero(kept)
    roots = np.sqrt(np.maximum(values[pattern, at], 0))
    products = (vectors[pattern, :, at] * roots[:, None] * unit).T.reshape(q, k, -1)
    weight = np.where(at == q * k - 1, counts[pattern], 0.0)
    return replace(
        level,
        products=np.ascontiguousarray(products),
        own=np.ascontiguousarray(own[:, :, pattern]),
        weight=weight,
    )
