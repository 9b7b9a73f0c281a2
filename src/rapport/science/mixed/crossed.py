"""Random terms that cross: one dense system of their effects, once nested ones are eliminated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.levels import Level

__all__ = ["Crossing", "eliminate"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crossing:
    r"""What is left of the products, and what terms within must know.

    ``columns`` (Q,) are the places of all Q effects, ``d`` (Q, Q) their relative covariance, ``f``
    (Q, k) is :math:`Z^\top V^{-1} W`.
    """

    cross: Floats
    logdet: float
    columns: NDArray[np.intp]
    d: Floats
    f: Floats

    @property
    def h(self) -> Floats:
        return self.f[:, self.columns]


def eliminate(cross: Floats, terms: Sequence[Level], factors: Sequence[Floats]) -> Crossing:
    """Take the random effects of all crossed terms out of the products."""
    from scipy.linalg import block_diag, solve_triangular

    columns = np.concatenate([term.columns.ravel() for term in terms])
    factor = block_diag(
        *(np.kron(one, np.eye(term.groups)) for one, term in zip(factors, terms, strict=True))
    )
    rows = cross[columns]
    root = np.linalg.cholesky(np.eye(len(rows)) + factor.T @ rows[:, columns] @ factor)
    u = solve_triangular(root, factor.T @ rows, lower=True)
    return Crossing(
        cross - u.T @ u,
        float(2 * np.log(np.diag(root)).sum()),
        columns,
        factor @ factor.T,
        rows - u[:, columns].T @ u,
    )
