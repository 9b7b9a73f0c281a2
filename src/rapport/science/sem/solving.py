"""Small linear systems: LAPACK itself for one matrix, NumPy for many at once.

NumPy's wrappers take longer than the arithmetic where a matrix has ten rows.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg.lapack import dgesv, dposv, dpotrf, dpotrs

from rapport.science.sem.arrays import Floats

__all__ = ["inverse", "inverse_and_log_det", "positive_solution"]


def inverse(matrix: Floats, identity: Floats) -> Floats:
    """Invert matrices of shape (..., m, m); ``LinAlgError`` where one is singular."""
    if matrix.ndim > 2:
        return np.linalg.inv(matrix)
    _, _, found, failed = dgesv(matrix, identity)
    if failed:
        raise np.linalg.LinAlgError
    inverted: Floats = found
    return inverted


def inverse_and_log_det(matrix: Floats, identity: Floats) -> tuple[Floats, Floats]:
    """Invert positive definite matrices (..., m, m); ``LinAlgError`` where one is not."""
    m = matrix.shape[-1]
    if matrix.ndim > 2:
        root = np.linalg.cholesky(matrix)
        diagonal = root.reshape(*matrix.shape[:-2], m * m)[..., :: m + 1]
        return np.linalg.inv(matrix), 2 * np.log(diagonal).sum(axis=-1)
    root, failed = dpotrf(matrix, lower=1)
    if failed:
        raise np.linalg.LinAlgError
    found, _ = dpotrs(root, identity, lower=1)
    return found, 2 * np.log(root.diagonal()).sum()


def positive_solution(matrix: Floats, right: Floats) -> Floats | None:
    """Solve a system whose matrix is positive definite; ``None`` where it is not."""
    _, found, failed = dposv(matrix, right, lower=1)
    solution: Floats = found
    return None if failed else solution
