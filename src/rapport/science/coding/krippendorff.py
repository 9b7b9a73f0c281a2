"""Krippendorff's alpha: any number of coders, any scale, gaps allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rapport.science.coding.ratings import (
    Floats,
    by_category,
    enough_units,
    labelled,
    numbered,
)
from rapport.science.columns import Columns
from rapport.science.refusals import BadColumnError, NoVariationError, TooFewError

Scale = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True, slots=True)
class KrippendorffAlpha:
    """One minus observed over expected disagreement, with a bootstrap interval if asked for.

    ``units`` have at least two ratings, ``ratings`` counts theirs, ``left_out`` the other units.
    ``draws`` counts the resamples in which anything varied; the interval comes from them.
    """

    alpha: float
    low: float | None
    high: float | None
    observed: float
    expected: float
    units: int
    ratings: int
    coders: int
    left_out: int
    draws: int


def krippendorff_alpha(
    columns: Columns,
    coders: Sequence[str],
    scale: Scale,
    *,
    draws: int = 0,
    rng: np.random.Generator | None = None,
    level: float = 0.95,
) -> KrippendorffAlpha:
    r"""Compare coders on any scale, each unit rated by some of them.

    Parameters
    ----------
    columns : Columns
        One row a unit; numbers, or for a nominal scale also text; missing where not rated.
    coders : sequence of str, length 2 or more
        The coders' columns.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        What a difference between two values means.
    draws : int
        Resamples of units for the percentile interval; none without ``rng``.
    rng : numpy.random.Generator, optional
        Draws the resamples.
    level : float
        Of the interval.

    Returns
    -------
    KrippendorffAlpha
        On the units with at least two ratings.

    Raises
    ------
    TooFewError
        Fewer than two coders, or than two units with two ratings.
    NoVariationError
        One value throughout: there is no disagreement to expect.
    BadColumnError
        Text, or for a ratio scale a value below 0.

    Notes
    -----
    With :math:`n_{uc}` ratings of value :math:`c` among the :math:`m_u` of unit :math:`u` and
    :math:`n` in all, :math:`\alpha = 1 - D_o/D_e` where
    :math:`D_o = \frac1n \sum_u \frac{1}{m_u-1}\sum_{c,k} n_{uc} n_{uk} \delta_{ck}` and
    :math:`D_e = \frac1{n(n-1)} \sum_{c,k} n_c n_k \delta_{ck}`. The difference
    :math:`\delta_{ck}` is :math:`[c \ne k]`, the squared distance of mean ranks,
    :math:`(c-k)^2`, or :math:`((c-k)/(c+k))^2`. Source: Krippendorff (2019), Content Analysis,
    4th ed., ch. 12. Checked against sums over all pairs of ratings, written apart, in R.
    """
    if len(coders) < 2:
        raise TooFewError("Krippendorff's alpha", "coders", needs=2, has=len(coders))
    counts, values = _counts(columns, coders, scale)
    paired = counts[counts.sum(axis=1) >= 2]
    enough_units(len(paired), "Krippendorff's alpha", "units with two ratings")
    observed, expected = _disagreement(paired, values, scale)
    if expected == 0:
        raise NoVariationError("every rating that can be paired has the same value")
    resampled = [] if rng is None else _resampled(paired, values, scale, draws, rng)
    tails = ((1 - level) / 2, (1 + level) / 2)
    low, high = np.quantile(resampled, tails).tolist() if resampled else (None, None)
    return KrippendorffAlpha(
        alpha=1 - observed / expected,
        low=low,
        high=high,
        observed=observed,
        expected=expected,
        units=len(paired),
        ratings=int(paired.sum()),
        coders=len(coders),
        left_out=len(counts) - len(paired),
        draws=len(resampled),
    )


def _counts(columns: Columns, coders: Sequence[str], scale: Scale) -> tuple[Floats, Floats]:
    """Units by values, and the values; a nominal scale's are only places in a list."""
    if scale == "nominal":
        places, size = labelled(columns, coders)
        return by_category(places, size), np.arange(float(size))
    places, values = numbered(columns, coders)
    if scale == "ratio" and (values < 0).any():
        below = next(name for name in coders if min(numbered(columns, [name])[1], default=0) < 0)
        raise BadColumnError(below, "holds a value below 0, which a ratio scale does not have.")
    return by_category(places, len(values)), values


def _disagreement(counts: Floats, values: Floats, scale: Scale) -> tuple[float, float]:
    total = counts.sum(axis=0)
    n = total.sum()
    delta = _differences(total, values, scale)
    within = counts.T @ (counts / (counts.sum(axis=1) - 1)[:, None])
    return float((delta * within).sum() / n), float(total @ delta @ total / (n * (n - 1)))


def _differences(total: Floats, values: Floats, scale: Scale) -> Floats:
    at = np.cumsum(total) - total / 2 if scale == "ordinal" else values
    apart = at[:, None] - at[None, :]
    if scale == "nominal":
        apart = np.sign(apart)
    if scale == "ratio":
        sums = at[:, None] + at[None, :]
        apart = apart / np.where(sums == 0, 1.0, sums)
    squared: Floats = apart**2
    return squared


def _resampled(
    counts: Floats, values: Floats, scale: Scale, draws: int, rng: np.random.Generator
) -> list[float]:
    """Alpha of each draw of units with replacement; a draw without variation has none."""
    found = []
    for _ in range(draws):
        drawn = counts[rng.integers(len(counts), size=len(counts))]
        observed, expected = _disagreement(drawn, values, scale)
        if expected > 0:
            found.append(1 - observed / expected)
    return found
