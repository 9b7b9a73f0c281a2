"""Sufficient statistics of the rows: sums of products within the groups of each random term.

A *column* below is one of the distinct columns of the model: the fixed ones, the random ones that
are not among them, one for each effect of each crossed group, and the response last; k in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.design import Design, Grouping, Labels
from rapport.science.refusals import BadModelError, NotIdentifiedError, NoVariationError

__all__ = ["Level", "Statistics", "gather"]

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

EXACT = 1e-14
MOST_CROSSED = 4_000
MOST_PRODUCTS = 200_000_000


@dataclass(frozen=True, slots=True)
class Level:
    """One random term: for each of its N groups the products of its columns with all others.

    ``products`` is (q, k, N), ``own`` the part of it among its own columns, (q, q, N), which
    ``columns`` (q,) points to. ``weight`` counts the groups that a set of products stands for;
    None is one. ``within[j]`` says in which group of the jth level further out each group lies.

    A crossed term has a column for each effect of each group instead: ``columns`` is (q, N), and
    ``products`` is empty.
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
    least-squares coefficients already taken off the response, for accuracy. The first ``nested``
    of the ``levels`` lie within one another, from the smallest groups outwards; the others cross.
    """

    n: int
    fixed: tuple[str, ...]
    total: Floats
    shift: Floats
    levels: tuple[Level, ...]
    nested: int

    @property
    def p(self) -> int:
        return len(self.fixed)


def gather(design: Design) -> Statistics:
    """Sum the products of a design.

    Raises
    ------
    NoVariationError
        The fixed effects give the response exactly.
    NotIdentifiedError
        Two terms with one effect in common have the same groups.
    BadModelError
        More crossed groups than can be held.
    """
    shift = _least_squares(design)
    chain, crossed = _arranged(design.groupings)
    names, rows = _columns(design, shift)
    _refuse_exact(rows[-1], design.y)
    spread = _Spread(crossed, len(names)) if crossed else None
    total = rows @ rows.T if spread is None else spread.total(rows)
    levels = []
    for at, grouping in enumerate(chain):
        columns = np.array([names.index(effect) for effect in grouping.effects])
        products = _products(rows, columns, grouping)
        own = np.ascontiguousarray(products[:, columns])
        if spread:
            products = spread.products(grouping, products)
        within = tuple(_parent(grouping, outer) for outer in chain[at + 1 :])
        levels.append(_level(grouping, columns, products, own, within))
    if spread:
        levels += spread.levels(total)
    return Statistics(design.n, design.fixed.names, total, shift, tuple(levels), len(chain))


def _level(
    grouping: Grouping, columns: Whole, products: Floats, own: Floats, within: tuple[Whole, ...]
) -> Level:
    return Level(
        grouping.group,
        grouping.effects,
        grouping.free,
        columns,
        products,
        own,
        None,
        within,
        grouping.size,
        grouping.labels,
    )


def _least_squares(design: Design) -> Floats:
    found = np.linalg.solve(design.squares, design.x @ design.y)
    return np.asarray(found, dtype=np.float64)


def _refuse_exact(residual: Floats, y: Floats) -> None:
    about = y - y.mean()
    if residual @ residual <= EXACT * (about @ about):
        raise NoVariationError("the fixed effects give the response exactly, in every row")


def _columns(design: Design, shift: Floats) -> tuple[list[str], Floats]:
    names, rows = list(design.fixed.names), list(design.x)
    for grouping in design.groupings:
        for effect, values in zip(grouping.effects, grouping.z, strict=True):
            if effect not in names:
                names.append(effect)
                rows.append(values)
    return names, np.vstack([*rows, design.y - shift @ design.x])


def _arranged(groupings: Sequence[Grouping]) -> tuple[list[Grouping], list[Grouping]]:
    """Find the terms that lie within one another, from the one with most groups outwards."""
    chain: list[Grouping] = []
    crossed: list[Grouping] = []
    for grouping in sorted(groupings, key=lambda grouping: -grouping.size):
        if chain and not _lies_within(chain[-1], grouping):
            crossed.append(grouping)
            continue
        if chain and chain[-1].size == grouping.size:
            _refuse_shared(chain[-1], grouping)
        chain.append(grouping)
    return chain, crossed


def _lies_within(inner: Grouping, outer: Grouping) -> bool:
    return bool((_parent(inner, outer)[inner.codes] == outer.codes).all())


def _refuse_shared(one: Grouping, other: Grouping) -> None:
    if set(one.effects) & set(other.effects):
        raise NotIdentifiedError(
            f"{one.group!r} and {other.group!r} form the same groups: keep one of them."
        )


def _parent(inner: Grouping, outer: Grouping) -> Whole:
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


class _Spread:
    """Crossed terms as sparse columns, which stand between the plain ones and the response."""

    def __init__(self, crossed: list[Grouping], plain: int) -> None:
        from scipy.sparse import hstack

        self.crossed, self.plain = crossed, plain
        size = sum(len(grouping.effects) * grouping.size for grouping in crossed)
        if size > MOST_CROSSED:
            names = ", ".join(grouping.group for grouping in crossed)
            raise BadModelError(
                f"The crossed groups of {names} have {size:,} random effects together; "
                f"no more than {MOST_CROSSED:,} can be fitted."
            )
        self.matrix = hstack([_sparse(g, z).T for g in crossed for z in g.z], format="csr")

    def total(self, rows: Floats) -> Floats:
        among, edge = rows @ rows.T, self.matrix.T @ rows.T
        own = (self.matrix.T @ self.matrix).toarray()
        at, size = self.plain, own.shape[0]
        found = np.empty((len(rows) + size, len(rows) + size))
        outer = np.r_[:at, at + size : len(found)]
        found[np.ix_(outer, outer)] = among
        found[at : at + size, outer], found[outer, at : at + size] = edge, edge.T
        found[at : at + size, at : at + size] = own
        return found

    def products(self, grouping: Grouping, plain: Floats) -> Floats:
        size = self.matrix.shape[1]
        if len(plain) * size * grouping.size > MOST_PRODUCTS:
            raise BadModelError(
                f"{grouping.size:,} groups of {grouping.group!r} crossed with {size:,} random "
                "effects are more than can be held."
            )
        inner = [(_sparse(grouping, z) @ self.matrix).toarray().T for z in grouping.z]
        return np.concatenate([plain[:, : self.plain], inner, plain[:, self.plain :]], axis=1)

    def levels(self, total: Floats) -> list[Level]:
        found, start = [], self.plain
        for grouping in self.crossed:
            q = len(grouping.effects)
            columns = start + np.arange(q * grouping.size).reshape(q, grouping.size)
            own = total[columns[:, None, :], columns[None, :, :]]
            found.append(_level(grouping, columns, np.empty((q, 0, 0)), own, ()))
            start += columns.size
        return found


def _sparse(grouping: Grouping, z: Floats) -> Any:
    """Sum a row's share of an effect into its group, as a matrix (N, n)."""
    from scipy.sparse import csr_array

    return csr_array((z, (grouping.codes, np.arange(len(z)))), shape=(grouping.size, len(z)))
