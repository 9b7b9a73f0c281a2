"""The lower triangle of a symmetric matrix as a vector, by rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rapport.science.sem.arrays import Floats, Places

__all__ = ["Triangle", "triangle"]


@dataclass(frozen=True, slots=True)
class Triangle:
    r"""Places of the lower triangle of a p×p matrix.

    ``straight`` and ``crossed`` find, in a flat p²×p² product :math:`K_{(xy),(uv)}`, the entries
    :math:`(ac),(bd)` and :math:`(ad),(bc)` for each pair of places :math:`(ab)`, :math:`(cd)`;
    ``weight`` halves once for each place on the diagonal.
    """

    size: int
    row: Places
    col: Places
    multiple: Floats
    straight: Places
    crossed: Places
    weight: Floats

    def pack(self, slope: Floats) -> Floats:
        """Derivatives by the triangle, from a symmetric matrix G with dF = tr(G dΣ)."""
        packed: Floats = slope[..., self.row, self.col] * self.multiple
        return packed

    def curvature(self, product: Floats) -> Floats:
        r"""Return :math:`\tfrac12\operatorname{tr}(W E_{ab} C E_{cd})` for all pairs of places.

        ``product`` is :math:`W \otimes C`, summed and symmetric, as (..., p², p²).
        """
        flat = product.reshape(*product.shape[:-2], -1)
        found: Floats = (flat[..., self.straight] + flat[..., self.crossed]) * self.weight
        return found

    def cross(self, product: Floats) -> Floats:
        r"""Return :math:`(W E_{cd}\, q)_a` from :math:`W_{ac} q_d` of shape (..., p, p, p)."""
        both = product[..., :, self.row, self.col] + product[..., :, self.col, self.row]
        found: Floats = both * np.where(self.row == self.col, 0.5, 1.0)
        return found

    def unpack(self, values: Floats) -> Floats:
        """The symmetric matrix whose lower triangle ``values`` is."""
        matrix = np.empty((*values.shape[:-1], self.size, self.size))
        matrix[..., self.row, self.col] = values
        matrix[..., self.col, self.row] = values
        return matrix


@lru_cache(maxsize=64)
def triangle(size: int) -> Triangle:
    """Return the places for matrices of one size."""
    row, col = np.tril_indices(size)
    a, b, c, d = row[:, None], col[:, None], row[None, :], col[None, :]
    once = np.where(row == col, 0.5, 1.0)
    return Triangle(
        size,
        row,
        col,
        np.where(row == col, 1.0, 2.0),
        ((a * size + c) * size + b) * size + d,
        ((a * size + d) * size + b) * size + c,
        np.multiply.outer(once, once),
    )
