"""Sufficient statistics of the rows: sums of products within the groups of each random term.

A *column* below is one of the distinct columns of the model: the fixed ones, the random ones that
are not among them, and the response last; k in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.design import Design, Grouping, Labels
from rapport.science.refusals import NotIdentifiedError

__all__ = ["Level", "Statistics", "gather"]

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Level:
    """One random term: for each of its N groups the products of its columns with all others.

    ``products`` is (q, k, N), ``own`` the part of it among its own columns, (q, q, N), which
    ``columns`` points to. ``weight`` counts the groups that a set of products stands for; None is
    one. ``within[j]`` says in which group of the jth level further out each group lies.
    """

    group: str
    effects: tuple[str, ...]
    free: NDArray[np.bool_]
    columns: Whole
    products: Floats
    own: Floats
    weight: Floats | None
    within: tuple[Whole, ...]
    groups: int
    labels: Labels | None

    @property
    def q(self) -> int:
        return len(self.effects)


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that a fit needs of the data.

    ``total`` (k, k) are the products of all columns over all rows; ``shift`` (p,) are the
    least-squares coefficients already taken off the response, for accuracy. ``levels`` go from
    the smallest groups outwards.
    """

    n: int
    fixed: tuple[str, ...]
    total: Floats
    shift: Floats
    levels: tuple[Level, ...]

    @property
    def p(self) -> int:
        return len(self.fixed)


def gather(design: Design) -> Statistics:
    """Sum the products of a design; its random terms must be nested in one another.

    Raises
    ------
    NotIdentifiedError
        Two terms have the same groups, or one has two of the same column.
    """
    shift = _least_squares(design)
    names, rows = _columns(design, shift)
    chain = _chain(design.groupings)
    levels = []
    for at, grouping in enumerate(chain):
        columns = np.array([names.index(effect) for effect in grouping.effects])
        products = _products(rows, columns, grouping)
        levels.append(
            Level(
                grouping.group,
                grouping.effects,
                grouping.free,
                columns,
                products,
                np.ascontiguousarray(products[:, columns]),
                None,
                tuple(_inside(grouping, outer) for outer in chain[at + 1 :]),
                grouping.size,
                grouping.labels,
            )
        )
    return Statistics(design.n, design.fixed.names, rows @ rows.T, shift, tuple(levels))


def _least_squares(design: Design) -> Floats:
    x = design.x
    return np.asarray(np.linalg.solve(x @ x.T, x @ design.y), dtype=np.float64)


def _columns(design: Design, shift: Floats) -> tuple[list[str], Floats]:
    names, rows = list(design.fixed.names), list(design.x)
    for grouping in design.groupings:
        for effect, values in zip(grouping.effects, grouping.z, strict=True):
            if effect not in names:
                names.append(effect)
                rows.append(values)
    return names, np.vstack([*rows, design.y - shift @ design.x])


def _chain(groupings: Sequence[Grouping]) -> list[Grouping]:
    ordered = sorted(groupings, key=lambda grouping: -grouping.size)
    for inner, outer in pairwise(ordered):
        if inner.size == outer.size and set(inner.effects) & set(outer.effects):
            raise NotIdentifiedError(
                f"{inner.group!r} and {outer.group!r} form the same groups: keep one of them."
            )
    return ordered


def _inside(inner: Grouping, outer: Grouping) -> Whole:
    parent = np.zeros(inner.size, dtype=np.intp)
    parent[inner.codes] = outer.codes
    return parent


def _products(rows: Floats, columns: Whole, grouping: Grouping) -> Floats:
    """Sum within groups, each pair of columns once."""
    size = grouping.size
    found = np.empty((len(columns), rows.shape[0], size))
    place = {int(column): at for at, column in enumerate(columns)}
    for at, column in enumerate(columns):
        ones = bool((rows[column] == 1).all())
        for other in range(rows.shape[0]):
            if other in place and place[other] < at:
                found[at, other] = found[place[other], column]
            else:
                terms = rows[other] if ones else rows[column] * rows[other]
                found[at, other] = np.bincount(grouping.codes, weights=terms, minlength=size)
    return found
