"""Smooth and scale a series before it is cut into windows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.science.refusals import (
    BadColumnError,
    ConstantColumnError,
    ImpossibleArgumentError,
    TooFewError,
)

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

SMOOTHED_S = 0.5
# A whole number of steps of 1 may be short of its end by rounding alone.
FUZZ = 1e-10


def checked(series: ArrayLike, name: str) -> Floats:
    """Return one person's series as floats, shape (n,), or refuse it by ``name``."""
    try:
        values = np.array(series, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadColumnError(name, "holds text where numbers are needed.") from None
    if values.ndim != 1:
        raise BadColumnError(name, f"has {values.ndim} dimensions where a series has one.")
    wrong = np.flatnonzero(~np.isfinite(values))
    if len(wrong):
        raise BadColumnError(name, f"holds no finite number at sample {wrong[0] + 1}.")
    if len(values) < 2:
        raise TooFewError("A series of movement", "samples", needs=2, has=len(values))
    if np.ptp(values) == 0:
        raise ConstantColumnError(name)
    return values


def prepare(
    series: ArrayLike, hz: float, *, compatible: bool = False, name: str = "series"
) -> Floats:
    r"""Smooth a series over half a second and scale it to a standard deviation of 1.

    Parameters
    ----------
    series : array_like of float, shape (n,)
        One value a sample, evenly spaced: motion energy, a pitch, a pulse.
    hz : float
        Samples a second.
    compatible : bool
        Smooth and scale as the common R implementation does, its oddities included.
    name : str
        What an error calls the series.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    BadColumnError
        For a value that is not a finite number; ``ConstantColumnError`` for a series that never
        varies; ``TooFewError`` for one shorter than two samples.
    ImpossibleArgumentError
        Below two samples a second, where half a second holds none.

    Notes
    -----
    By default the moving average is centred and spans the odd number of samples nearest to
    :math:`w = .5\,\text{hz}`; at the ends it averages the samples that are there. The result is
    centred and scaled. With ``compatible``, sample :math:`t` (from 1) sums the samples
    :math:`\lfloor i\rfloor` for :math:`i = \max(1, t-\tfrac{w-1}2), \dots` in steps of 1 up to
    :math:`t+\tfrac{w-1}2`, and divides by :math:`w` even where fewer than :math:`w` were summed: at
    25 Hz, 12 samples, off centre, over 12.5. Where that would reach past the end the value is 0.
    It is scaled without being centred. Checked against both rules written out in R.
    """
    if not (math.isfinite(hz) and SMOOTHED_S * hz >= 1):
        raise ImpossibleArgumentError(
            f"{hz:g} samples a second cannot be smoothed over half a second: 2 or more can."
        )
    values = checked(series, name)
    smooth = _smoothed_compatibly(values, hz) if compatible else _smoothed(values, hz)
    spread = np.std(smooth, ddof=1)
    if not spread > 0:
        raise ConstantColumnError(name)
    scaled: Floats = smooth / spread if compatible else (smooth - smooth.mean()) / spread
    return scaled


def _smoothed(values: Floats, hz: float) -> Floats:
    half = max(0, round((SMOOTHED_S * hz - 1) / 2))
    at = np.arange(len(values))
    first, last = np.maximum(at - half, 0), np.minimum(at + half, len(values) - 1)
    smooth: Floats = _sums(values, first, last) / (last - first + 1)
    return smooth


def _smoothed_compatibly(values: Floats, hz: float) -> Floats:
    width, n = SMOOTHED_S * hz, len(values)
    at = np.arange(1, n + 1)
    start = np.maximum(at - (width - 1) / 2, 1)
    steps = np.floor(at + (width - 1) / 2 - start + FUZZ).astype(np.intp)
    first = np.floor(start).astype(np.intp) - 1
    last = first + steps
    smooth = _sums(values, first, np.minimum(last, n - 1)) / width
    smooth[last >= n] = 0.0
    return smooth


def _sums(values: Floats, first: Indices, last: Indices) -> Floats:
    """Sums over ``first`` to ``last`` (both included), taken about the mean to keep digits."""
    middle = values.mean()
    running = np.concatenate(([0.0], np.cumsum(values - middle)))
    sums: Floats = running[last + 1] - running[first] + middle * (last - first + 1)
    return sums
