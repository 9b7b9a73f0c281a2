"""Where the parameters of a group stand in its matrices."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rapport.science.sem.arrays import Floats, Places
from rapport.science.sem.parameters import Parameter, Specification
from rapport.science.sem.sample import Sample

__all__ = ["Cells", "cells_of"]


@dataclass(frozen=True, slots=True)
class Cells:
    r"""The places of one group's parameters in :math:`A`, :math:`S` and :math:`m`.

    The cells' values are :math:`R\theta + r` for the unconstrained parameters :math:`\theta`:
    ``chain`` is :math:`R`, ``None`` for the identity, and ``offset`` is :math:`r`. ``fixed`` holds
    :math:`A`, :math:`S` and :math:`m` flat, one after another, with all that is fixed; ``into``
    and ``taken`` say which value fills which place of it. ``row`` and ``col`` are of the cells of
    :math:`A` (``n_paths`` of them), then of :math:`S`. ``sides``, ``exchanged`` and
    ``halves`` serve the derivatives, ``given`` are the covariates.
    """

    n_observed: int
    size: int
    means: bool
    fixed: Floats
    identity: Floats
    chain: Floats | None
    offset: Floats
    into: Places
    taken: Places
    row: Places
    col: Places
    n_paths: int
    m_row: Places
    sides: Places
    exchanged: Places
    halves: Floats
    given: Places

    def without_means(self, k: int) -> Cells | None:
        """Return the same without :math:`m`, if all means are free and its parameters follow k.

        ``None`` where means are restricted, or share a parameter with paths or covariances.
        """
        size, p = self.row.size, self.n_observed
        if not np.array_equal(np.sort(self.m_row), np.arange(p)):
            return None
        chain = np.eye(size, k) if self.chain is None else self.chain
        if chain[:size, k:].any() or (self.chain is not None and chain[size:, :k].any()):
            return None
        of_matrices = self.taken < size
        return replace(
            self,
            means=False,
            chain=None if self.chain is None else chain[:size, :k],
            offset=self.offset[:size],
            into=self.into[of_matrices],
            taken=self.taken[of_matrices],
            m_row=self.m_row[:0],
        )

    def with_given(self, sample: Sample) -> Cells:
        """Return the same with the covariates' moments put in, for each replicate."""
        if not self.given.size:
            return self
        mean, cov = sample.pooled()
        square, given = self.size * self.size, self.given
        fixed = np.broadcast_to(self.fixed, (*mean.shape[:-1], self.fixed.size)).copy()
        places = square + np.add.outer(given * self.size, given).ravel()
        moments = cov[..., given[:, None], given]
        fixed[..., places] = moments.reshape(*mean.shape[:-1], -1)
        if self.means:
            fixed[..., 2 * square + given] = mean[..., given]
        return replace(self, fixed=fixed)


def cells_of(specification: Specification, group: int) -> Cells:
    """Place the parameters of one group."""
    roles = specification.roles
    at = {name: place for place, name in enumerate(roles.variables)}
    size = len(at)
    fixed = np.zeros(size * (2 * size + 1))
    found: tuple[list[tuple[int, int, int]], ...] = ([], [], [])
    for one in specification.parameters:
        if one.group == group:
            matrix, row, col = _cell(one, at)
            if one.free >= 0:
                found[matrix].append((one.free, row, col))
            elif one.fixed:
                fixed[_flat(matrix, row, col, size)] = one.fixed
                if matrix == 1:
                    fixed[_flat(matrix, col, row, size)] = one.fixed
    cells = np.array([cell for matrix in found for cell in matrix], dtype=np.intp)
    free, rows, cols = cells.reshape(-1, 3).T
    paths, end = len(found[0]), len(found[0]) + len(found[1])
    into = [_flat(matrix, *cell[1:], size) for matrix in range(3) for cell in found[matrix]]
    mirrored = [_flat(1, col, row, size) for _, row, col in found[1]]
    return Cells(
        n_observed=len(roles.observed),
        size=size,
        means=specification.means,
        fixed=fixed,
        identity=np.eye(size),
        chain=_chain(specification, free),
        offset=specification.origin[free],
        into=np.array(into + mirrored, dtype=np.intp),
        taken=np.concatenate([np.arange(free.size), np.arange(paths, end)]),
        row=rows[:end],
        col=cols[:end],
        n_paths=paths,
        m_row=rows[end:],
        sides=np.concatenate([rows[:end], size + cols[:paths], cols[paths:end]]),
        exchanged=np.roll(np.arange(2 * end), end),
        halves=np.where(np.arange(2 * end) < end + paths, 1.0, _halved(rows[:end], cols[:end])),
        given=np.array([at[name] for name in roles.covariates], dtype=np.intp),
    )


def _halved(rows: Places, cols: Places) -> Floats:
    """Two sides of each cell; the second counts half on the diagonal."""
    return np.tile(np.where(rows == cols, 0.5, 1.0), 2)


def _flat(matrix: int, row: int, col: int, size: int) -> int:
    return matrix * size * size + (row if matrix == 2 else row * size + col)


def _cell(parameter: Parameter, at: dict[str, int]) -> tuple[int, int, int]:
    """Matrix (0 is A, 1 is S, 2 is m), row and column."""
    match parameter.op:
        case "=~":
            return 0, at[parameter.rhs], at[parameter.lhs]
        case "~":
            return 0, at[parameter.lhs], at[parameter.rhs]
        case "~~":
            return 1, at[parameter.lhs], at[parameter.rhs]
        case _:
            return 2, at[parameter.lhs], 0


def _chain(specification: Specification, free: Places) -> Floats | None:
    if specification.kernel is not None:
        kernel: Floats = specification.kernel[free]
        return kernel
    if free.size == specification.n_free and bool((free == np.arange(free.size)).all()):
        return None
    return np.eye(specification.n_free)[free]
