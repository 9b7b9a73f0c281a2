"""A rating taken apart into its dyad's own mean and the deviation from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rapport.science.refusals import BadColumnError

__all__ = ["taken_apart"]

Floats = NDArray[np.float64]
NOISE = 1e-12


def taken_apart(values: Floats, whose: NDArray[np.intp], name: str) -> tuple[Floats, Floats]:
    """Each row's dyad mean over what is given, and the deviation; ``whose`` counts from 0.

    Raises
    ------
    BadColumnError
        Nothing deviates from any dyad's mean; ``name`` is the column's.
    """
    given = ~np.isnan(values)
    size = int(whose.max(initial=-1)) + 1
    counts = np.bincount(whose[given], minlength=size)
    sums = np.bincount(whose[given], values[given], minlength=size)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)[whose]
    deviations = values - means
    largest = np.abs(values[given]).max(initial=0.0)
    if np.abs(deviations[given]).max(initial=0.0) <= NOISE * largest:
        raise BadColumnError(name, "does not vary within any dyad in the rows used.")
    return means, deviations
