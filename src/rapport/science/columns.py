"""Data as named columns: what every model takes in, and how a column is read or refused."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.science.refusals import BadColumnError

__all__ = ["Columns", "codes", "distinct", "labels", "numbers", "session_numbers"]

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


def session_numbers(columns: Columns, name: str) -> NDArray[np.float64]:
    """Return a column of session numbers as floats, NaN where missing; shape (n,).

    Raises
    ------
    BadColumnError
        As :func:`numbers`, or a session that is not 1, 2, 3 ….
    """
    found = numbers(columns, name)
    wrong = (found < 1) | (found % 1 > 0)
    if wrong.any():
        why = f"holds {found[wrong][0]:g} in row {_first(wrong)}: sessions count 1, 2, 3 …."
        raise BadColumnError(name, why)
    return found


def codes(columns: Columns, name: str) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return whose row each is: an index into the sorted labels, and the labels.

    A missing label is coded −1. Whole numbers read as floats are labelled without ``.0``.

    Raises
    ------
    BadColumnError
        The column is absent.
    """
    found, kept = distinct(columns, name)
    return found, labels(kept)


def distinct(columns: Columns, name: str) -> tuple[NDArray[np.intp], NDArray[np.generic]]:
    """Return the codes of :func:`codes` and the sorted values, which ``labels`` turns into text."""
    values = np.asarray(_column(columns, name))
    if values.dtype.kind == "f":
        missing = np.isnan(values)
    elif values.dtype.kind == "O":
        missing = np.array([value is None for value in values], dtype=bool)
    else:
        missing = np.zeros(values.shape[0], dtype=bool)
    kept, inverse = _distinct(
        values[~missing] if values.dtype.kind != "O" else values[~missing].astype(str)
    )
    found = np.full(values.shape[0], -1, dtype=np.intp)
    found[~missing] = inverse
    return found, kept


def _column(columns: Columns, name: str) -> ArrayLike:
    if name not in columns:
        some = ", ".join(list(columns)[:12])
        raise BadColumnError(name, f"is not among the columns: {some}.")
    return columns[name]


def _distinct(values: NDArray[np.generic]) -> tuple[NDArray[np.generic], NDArray[np.intp]]:
    """Sort out the values; numbers such as 1 to n are counted, which is faster than sorting."""
    if values.size and values.dtype.kind in "iuf":
        low, high = values.min(), values.max()
        if float(high) - float(low) < 4 * values.size and (
            values.dtype.kind != "f" or bool(np.all(values == np.floor(values)))
        ):
            places = (values - low).astype(np.intp)
            present = np.bincount(places) > 0
            kept = (np.flatnonzero(present) + low).astype(values.dtype)
            return kept, (np.cumsum(present) - 1)[places]
    kept, inverse = np.unique(values, return_inverse=True)
    return kept, inverse


def labels(kept: NDArray[np.generic]) -> tuple[str, ...]:
    """Return values as text, whole numbers without ``.0``."""
    return tuple(map(_label, kept.tolist()))


def _label(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _first(which: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(which)[0]) + 1
