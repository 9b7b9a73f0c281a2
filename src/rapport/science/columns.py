"""Data as named columns: what every model takes in, and how a column is read or refused."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.science.refusals import BadColumnError

__all__ = ["Columns", "codes", "numbers"]

Columns = Mapping[str, ArrayLike]
"""Column name to values, all of one length; missing is NaN, or ``None`` in a column of text."""


def numbers(columns: Columns, name: str) -> NDArray[np.float64]:
    """Return one column as floats, NaN where missing; shape (n,).

    Raises
    ------
    BadColumnError
        The column is absent, is not numeric, or holds an infinite value.
    """
    values = _column(columns, name)
    try:
        found = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadColumnError(name, "holds text where numbers are needed.") from None
    if np.isinf(found).any():
        raise BadColumnError(name, f"holds an infinite value in row {_first(np.isinf(found))}.")
    return found


def codes(columns: Columns, name: str) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return whose row each is: an index into the sorted labels, and the labels.

    A missing label is coded −1. Whole numbers read as floats are labelled without ``.0``.

    Raises
    ------
    BadColumnError
        The column is absent.
    """
    values = np.asarray(_column(columns, name))
    if values.dtype.kind == "f":
        missing = np.isnan(values)
    else:
        missing = np.array([value is None for value in values], dtype=bool)
    kept, inverse = np.unique(
        values[~missing] if values.dtype.kind != "O" else values[~missing].astype(str),
        return_inverse=True,
    )
    found = np.full(values.shape[0], -1, dtype=np.intp)
    found[~missing] = inverse
    return found, tuple(_label(value) for value in kept.tolist())


def _column(columns: Columns, name: str) -> ArrayLike:
    if name not in columns:
        some = ", ".join(list(columns)[:12])
        raise BadColumnError(name, f"is not among the columns: {some}.")
    return columns[name]


def _label(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _first(which: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(which)[0]) + 1
