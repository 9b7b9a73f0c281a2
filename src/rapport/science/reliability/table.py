"""A table of people by items or of units by raters, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.columns import Columns, numbers
from rapport.science.refusals import TooFewError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """A coefficient with its interval; ``left_out`` counts the rows with anything missing.

    ``n`` people or units were used, and ``k`` items or raters.
    """

    coefficient: float
    low: float
    high: float
    n: int
    k: int
    left_out: int


def complete_rows(columns: Columns, names: Sequence[str], what: str) -> tuple[Floats, int]:
    """The rows with nothing missing, shape (n, k), and how many others there are."""
    if len(names) < 2:
        raise TooFewError(what, "columns", needs=2, has=len(names))
    table = np.column_stack([numbers(columns, name) for name in names])
    whole = table[~np.isnan(table).any(axis=1)]
    if len(whole) < 2:
        raise TooFewError(what, "complete rows", needs=2, has=len(whole))
    return whole, len(table) - len(whole)


def f_quantiles(df_rows: float, df_error: float, level: float) -> tuple[float, float]:
    """The two values of F between which ``level`` of it lies."""
    from scipy.special import fdtri

    low, high = (fdtri(df_rows, df_error, p) for p in ((1 - level) / 2, (1 + level) / 2))
    return float(low), float(high)
