"""Sums that stand for all rows of a two-level model: they add, and hold no client's row.

Clients who are alike in their own columns, such as those who attended the same sessions, form a
pattern. Of each pattern only sums over its clients are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.collapse import stand_ins
from rapport.science.mixed.fitting import fitted
from rapport.science.mixed.formula import INTERCEPT
from rapport.science.mixed.levels import Level, Statistics
from rapport.science.mixed.result import MixedFit
from rapport.science.refusals import BadModelError, ConstantColumnError, TooFewError

__all__ = ["LEAST_GROUPS", "Sums", "fit_sums", "merge", "suppress"]

Floats = NDArray[np.float64]
LEAST_GROUPS = 5
DIGITS = 9


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Of P patterns, over k columns of which the response is last and q vary by group.

    ``own`` (P, q, q) are a group's products among its own columns; ``groups`` and ``rows`` (P,)
    count; ``squares`` (P, qk, qk) sum, over the groups, the outer products of their products with
    all columns; ``total`` (P, k, k) sums the products of the rows. ``dropped`` rows lacked a value.
    """

    formula: str
    fixed: tuple[str, ...]
    group: str
    effects: tuple[str, ...]
    free: NDArray[np.bool_]
    columns: NDArray[np.intp]
    own: Floats
    groups: Floats
    rows: Floats
    squares: Floats
    total: Floats
    dropped: int


def merge(sums: Sequence[Sums]) -> Sums:
    """Add the sums of several sites or files, pattern by pattern.

    Raises
    ------
    BadModelError
        They are of different models.
    """
    first = sums[0]
    for other in sums[1:]:
        if (other.formula, other.fixed, other.effects) != (
            first.formula,
            first.fixed,
            first.effects,
        ):
            raise BadModelError(f"Sums of {first.formula!r} and {other.formula!r} do not add.")
    own = np.concatenate([one.own for one in sums])
    key = _rounded(own.reshape(len(own), -1))
    _, kept, which = np.unique(key, axis=0, return_index=True, return_inverse=True)

    def added(name: str) -> Floats:
        values = np.concatenate([getattr(one, name) for one in sums])
        found = np.zeros((len(kept), *values.shape[1:]))
        np.add.at(found, which.ravel(), values)
        return found

    return replace(
        first,
        own=own[kept],
        groups=added("groups"),
        rows=added("rows"),
        squares=added("squares"),
        total=added("total"),
        dropped=sum(one.dropped for one in sums),
    )


def suppress(sums: Sums) -> tuple[Sums, int]:
    """Leave out patterns of fewer than five groups; return how many groups that were.

    Raises
    ------
    TooFewError
        No pattern is left.
    """
    kept = sums.groups >= LEAST_GROUPS
    if not kept.any():
        what = f"groups of {sums.group!r} with the same {', '.join(sums.effects)}"
        raise TooFewError(
            "Sums that leave a site", what, needs=LEAST_GROUPS, has=int(sums.groups.max())
        )
    left = replace(
        sums,
        own=sums.own[kept],
        groups=sums.groups[kept],
        rows=sums.rows[kept],
        squares=sums.squares[kept],
        total=sums.total[kept],
    )
    return left, int(sums.groups[~kept].sum())


def fit_sums(sums: Sums, *, reml: bool = True) -> MixedFit:
    """Fit the model that the sums are of; the estimates are those of the rows.

    Parameters
    ----------
    sums : Sums
        Of one site, or merged.
    reml : bool
        As for :func:`rapport.science.mixed.fit`.

    Returns
    -------
    MixedFit
        Without anything that needs rows: no random effects of single groups, no prediction.

    Raises
    ------
    TooFewError, ConstantColumnError, SingularFitError, NotConvergedError
        As for :func:`rapport.science.mixed.fit`.

    Notes
    -----
    The likelihood depends on a group only through its products, and quadratically, so sums within
    a pattern lose nothing. Checked against fits of the same rows.
    """
    from rapport.science.mixed.design import refuse_collinear, refuse_few

    total, n = sums.total.sum(axis=0), int(sums.rows.sum())
    size = int(sums.groups.sum())
    refuse_few(sums.group, len(sums.effects), size, n)
    _refuse_constant(sums, total)
    refuse_collinear(sums.fixed, total[: len(sums.fixed), : len(sums.fixed)], n)
    empty = np.empty((len(sums.effects), len(total), 0))
    level = Level(
        sums.group, sums.effects, sums.free, sums.columns, empty, empty, None, (), size, None
    )
    level = stand_ins(level, sums.own.transpose(1, 2, 0), sums.groups, sums.squares)
    statistics = Statistics(n, sums.fixed, total, np.zeros(len(sums.fixed)), (level,), 1)
    return fitted(sums.formula, statistics, {}, reml=reml, dropped=sums.dropped)


def _refuse_constant(sums: Sums, total: Floats) -> None:
    """A column whose variance is nil, as far as sums of squares can tell."""
    if INTERCEPT not in sums.fixed:
        return
    ones = sums.fixed.index(INTERCEPT)
    for at, name in enumerate([*sums.fixed, sums.formula.partition("~")[0].strip()]):
        place = at if at < len(sums.fixed) else -1
        square, mean = total[place, place], total[place, ones] ** 2 / total[ones, ones]
        if place != ones and square - mean <= 1e-12 * square:
            raise ConstantColumnError(name)


def _rounded(values: Floats) -> Floats:
    """Round to significant digits: sums in another order differ in the last ones."""
    size = np.where(values == 0, 1.0, np.abs(values))
    unit = 10.0 ** (np.floor(np.log10(size)) - DIGITS + 1)
    found: Floats = np.round(values / unit) * unit
    return found
