"""Least squares with one design for one or several outcomes, each row a dyad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.columns import Columns, codes, numbers
from rapport.science.refusals import (
    BadColumnError,
    ConstantColumnError,
    NoVariationError,
    SingularFitError,
    TooFewError,
)

__all__ = ["Regression", "regress", "rows_of_dyads"]

Floats = NDArray[np.float64]
LEAST_RECIPROCAL = 1e-10


@dataclass(frozen=True, slots=True)
class Regression:
    """``coefficients`` is (p, m) for m outcomes, ``unscaled`` the inverse of X'X, (p, p).

    ``residual`` is their covariance, (m, m), with divisor ``df``; ``r2`` one for each outcome.
    """

    coefficients: Floats
    unscaled: Floats
    residual: Floats
    r2: tuple[float, ...]
    df: int


def rows_of_dyads(
    columns: Columns, names: Sequence[str], *, dyad: str | None, model: str, least: int
) -> tuple[dict[str, Floats], int]:
    """The rows that have every column named, and how many have not.

    Raises
    ------
    TooFewError
        Fewer rows than ``least``.
    ConstantColumnError
        A column that never varies in them.
    BadColumnError
        A dyad in more than one of them, so that rows are not independent.
    """
    table = np.column_stack([numbers(columns, name) for name in names])
    whole = np.flatnonzero(~np.isnan(table).any(axis=1))
    used = table[whole]
    if len(used) < least:
        raise TooFewError(model, "complete rows", needs=least, has=len(used))
    for name, values in zip(names, used.T, strict=True):
        if np.ptp(values) == 0:
            raise ConstantColumnError(name)
    if dyad is not None:
        _once_each(columns, dyad, whole)
    return dict(zip(names, used.T, strict=True)), len(table) - len(used)


def regress(design: Floats, outcomes: Floats, predictors: Sequence[str]) -> Regression:
    """Fit outcomes (n, m) on a design (n, p); ``predictors`` are what it is made of.

    Raises
    ------
    SingularFitError
        A column of the design follows from the others.
    NoVariationError
        An outcome follows exactly from the design.
    """
    scale = np.sqrt((design**2).sum(axis=0))
    q, r = np.linalg.qr(design / scale)
    if 1 / np.linalg.cond(r) < LEAST_RECIPROCAL:
        raise SingularFitError(
            f"The terms of {' and '.join(predictors)} cannot be told apart in these rows."
        )
    inverse = np.linalg.inv(r) / scale[:, None]
    coefficients = inverse @ (q.T @ outcomes)
    left = outcomes - design @ coefficients
    df = len(design) - design.shape[1]
    residual = left.T @ left / df
    about = ((outcomes - outcomes.mean(axis=0)) ** 2).sum(axis=0)
    r2 = 1 - df * np.diag(residual) / about
    if (1 - r2 < 1e-14).any():
        raise NoVariationError("an outcome follows exactly from its predictors")
    return Regression(coefficients, inverse @ inverse.T, residual, tuple(r2.tolist()), df)


def _once_each(columns: Columns, dyad: str, whole: NDArray[np.intp]) -> None:
    who, names = codes(columns, dyad)
    used = who[whole]
    seen = np.bincount(used[used >= 0], minlength=len(names))
    if (seen > 1).any():
        twice = names[int(np.argmax(seen > 1))]
        why = f"has {twice!r} in several rows: choose one session, or fit a model for sessions."
        raise BadColumnError(dyad, why)
