"""Whether the data can tell a model's parameters apart."""

from __future__ import annotations

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from rapport.science.refusals import NotIdentifiedError
from rapport.science.sem.arrays import Floats
from rapport.science.sem.parameters import Specification

__all__ = ["degrees_of_freedom", "inverted"]


LEAST_PIVOT = 1e-9
"""1 − R² of a parameter on those before it, below which it is no parameter of its own."""
SHARE = 0.2
"""Of the largest weight in the direction that cannot be seen, for a parameter to be named."""


def degrees_of_freedom(specification: Specification) -> tuple[int, int]:
    """Return those of the model and of independence.

    Raises
    ------
    NotIdentifiedError
        With more free parameters than moments.
    """
    p, q = len(specification.roles.observed), len(specification.roles.covariates)
    moments = (p * (p + 1) - q * (q + 1)) // 2 + (p - q if specification.means else 0)
    df = specification.groups * moments - specification.n_unconstrained
    if df < 0:
        raise NotIdentifiedError(
            f"The model has {specification.n_unconstrained} free parameters, but the data give "
            f"only {specification.groups * moments} moments: fix or equate some."
        )
    baseline = (p * (p + 1) - q * (q + 1)) // 2 - (p - q)
    return df, specification.groups * baseline


def inverted(information: Floats, specification: Specification) -> Floats:
    """Invert the information of the unconstrained parameters.

    Raises
    ------
    NotIdentifiedError
        Where it is singular; names the parameters that cannot be told apart.
    """
    diagonal = np.diagonal(information)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = information / np.multiply.outer(scale, scale)
    root, failed = dpotrf(scaled, lower=1)
    if failed or root.diagonal().min() ** 2 < LEAST_PIVOT:
        raise NotIdentifiedError(
            "The model is not identified: the data cannot tell apart "
            f"{_entangled(scaled, scale, specification)}. Fix or equate some of them."
        )
    found: Floats = dpotrs(root, np.eye(len(root)), lower=1)[0] / np.multiply.outer(scale, scale)
    return found


def _entangled(scaled: Floats, scale: Floats, specification: Specification) -> str:
    """The free parameters in the direction along which the likelihood is flat."""
    direction = np.linalg.eigh(scaled)[1][:, 0] / scale
    if specification.kernel is not None:
        direction = specification.kernel @ direction
    heavy = np.flatnonzero(np.abs(direction) >= SHARE * np.abs(direction).max())
    names = {
        one.free: f"{one.lhs} {one.op} {one.rhs}".strip()
        for one in reversed(specification.parameters)
    }
    return ", ".join(names[at] for at in heavy.tolist())
