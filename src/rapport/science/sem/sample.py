"""What is kept of the data: for each pattern of missingness its rows, means and covariances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.sem.arrays import Floats, Places

__all__ = ["Sample", "sample_of_moments", "sample_of_rows"]


AT_ONCE = 32
"""Columns whose gaps are read as one number."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sufficient statistics of one group by pattern; divisor n, zeros where not seen.

    ``n`` and ``observed`` (how many variables are seen) have shape (..., patterns), ``mean``
    (..., patterns, p), ``cov`` (..., patterns, p, p). With missing values ``shown`` is 1 where
    a variable is seen and ``seen`` where both are.
    """

    n: Floats
    mean: Floats
    cov: Floats
    observed: Floats
    identity: Floats
    shown: Floats | None = None
    seen: Floats | None = None

    @property
    def rows(self) -> float:
        """How many rows all patterns have together."""
        return float(self.n.sum(axis=-1).flat[0])

    def pooled(self) -> tuple[Floats, Floats]:
        """Means (..., p) and covariances (..., p, p) over all patterns, where nothing is missing
        of the variables asked about."""
        share = (self.n / self.n.sum(axis=-1, keepdims=True))[..., None]
        mean = (share * self.mean).sum(axis=-2)
        off = self.mean - mean[..., None, :]
        spread = self.cov + off[..., :, None] * off[..., None, :]
        return mean, (share[..., None] * spread).sum(axis=-3)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.shown is None


def sample_of_moments(mean: Floats, cov: Floats, n: float) -> Sample:
    """Return complete data known by means (..., p) and covariances (..., p, p), divisor n."""
    lead = cov.shape[:-2]
    counts = np.full((*lead, 1), float(n))
    p = cov.shape[-1]
    return Sample(counts, mean[..., None, :], cov[..., None, :, :], np.full(1, float(p)), np.eye(p))


def sample_of_rows(rows: Floats) -> Sample:
    """Sum up rows of shape (n, p), NaN where missing; each has at least one value."""
    missing = np.isnan(rows)
    if not missing.any():
        mean = rows.mean(axis=0)
        off = rows - mean
        return sample_of_moments(mean, off.T @ off / len(rows), len(rows))
    which, first, counts = _patterns(missing)
    shown = (~missing[first]).astype(float)
    filled = np.where(missing, 0.0, rows)
    order = np.argsort(which, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    mean = np.add.reduceat(filled[order], starts, axis=0) / counts[:, None]
    cov = np.stack(
        [
            _covariance(filled[chosen], centre, seen)
            for chosen, centre, seen in zip(np.split(order, starts[1:]), mean, shown, strict=True)
        ]
    )
    seen = shown[:, :, None] * shown[:, None, :]
    return Sample(
        counts.astype(float), mean, cov, shown.sum(axis=1), np.eye(shown.shape[1]), shown, seen
    )


def _patterns(missing: NDArray[np.bool_]) -> tuple[Places, Places, Places]:
    """Each row's pattern, and of each pattern its first row and how many rows have it.

    Columns are read as digits of one number, some at a time: sorting rows would take longer
    than the fit.
    """
    which = np.zeros(len(missing), dtype=np.intp)
    for begin in range(0, missing.shape[1], AT_ONCE):
        digits = missing[:, begin : begin + AT_ONCE]
        code = digits @ (2 ** np.arange(digits.shape[1])) + which * 2**AT_ONCE
        _, first, which, counts = np.unique(
            code, return_index=True, return_inverse=True, return_counts=True
        )
    return which, first, counts


def _covariance(rows: Floats, mean: Floats, shown: Floats) -> Floats:
    off = (rows - mean) * shown
    return off.T @ off / len(rows)
