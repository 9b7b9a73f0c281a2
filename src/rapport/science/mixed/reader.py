"""How the columns of a design are made again from rows that the model has not seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rapport.science.columns import Columns, numbers
from rapport.science.refusals import BadColumnError, TooFewError

__all__ = ["Reader", "floats", "new_rows", "values_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reader:
    """How the same columns are made from other rows: ``parts`` are formulae's own matrices."""

    names: tuple[str, ...]
    parts: tuple[Any, ...] = field(repr=False)
    columns: frozenset[str]

    def of(self, frame: Any) -> Floats:
        """Return the design of new rows, shape (m, columns).

        Raises
        ------
        BadColumnError
            A column holds a level that was not fitted, or text for a number.
        """
        terms = [term for part in self.parts for term in part.terms.values()]
        return np.column_stack([_made(term, frame) for term in terms])


def new_rows(readers: Iterable[Reader], columns: Columns) -> Any:
    """Return a frame of all that the readers use; an intercept takes its length from there.

    Raises
    ------
    BadColumnError
        A column is absent, or has another length than the rest.
    TooFewError
        There is no row.
    """
    from pandas import DataFrame

    names = frozenset().union(*(reader.columns for reader in readers))
    values = {name: values_of(columns, name) for name in sorted(names)}
    # A model of intercepts alone reads no column: those given then only say how many rows.
    rows = _length(values or {name: np.asarray(columns[name]) for name in columns})
    return DataFrame(values, index=range(rows))


def values_of(columns: Columns, name: str) -> NDArray[np.generic]:
    """Return a column as numbers, or as objects where it holds text."""
    if name in columns and np.asarray(columns[name]).dtype.kind in "OUS":
        return np.asarray(columns[name], dtype=object)
    return numbers(columns, name)


def floats(matrix: Any) -> Floats:
    """Formulae's matrices turn into arrays, but take no type for it."""
    return np.asarray(np.asarray(matrix), dtype=np.float64)


def _length(values: dict[str, NDArray[Any]]) -> int:
    lengths = {name: found.size for name, found in values.items()}
    rows = next(iter(lengths.values()), 0)
    for name, length in lengths.items():
        if length != rows:
            raise BadColumnError(name, f"has {length:,} rows where another has {rows:,}.")
    if not rows:
        raise TooFewError("A prediction", "rows", needs=1, has=0)
    return rows


def _made(term: Any, frame: Any) -> Floats:
    try:
        with np.errstate(invalid="ignore", divide="ignore"):
            return floats(term.eval_new_data(frame))
    except (ValueError, TypeError) as error:
        names = ", ".join(sorted(term.var_names))
        raise BadColumnError(names, f"cannot be read as it was for the fit: {error}") from None
