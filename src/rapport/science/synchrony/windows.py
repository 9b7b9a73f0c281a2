"""How a series is cut into windows, and what of each window is kept for every pairing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft

from rapport.science.refusals import ImpossibleArgumentError, TooFewError
from rapport.science.synchrony.preparation import Floats

LEAST_SAMPLES = 3
# A window that varies less than this share of its series' variance stands still: what is left in
# it is rounding.
STILL = 1e-9


@dataclass(frozen=True, slots=True)
class Windowing:
    """How two series are cut: ``hz`` samples a second, the rest in seconds.

    Windows of ``window_s`` begin every ``step_s``; one of the two is moved by up to ``lag_s``
    against the other, either way. The usual figures are 60 s windows and 5 s.
    """

    hz: float = 25.0
    window_s: float = 60.0
    step_s: float = 60.0
    lag_s: float = 5.0

    def __post_init__(self) -> None:
        for name, least in (("window", LEAST_SAMPLES), ("step", 1), ("lag", 1)):
            seconds = getattr(self, f"{name}_s")
            if not (math.isfinite(self.hz * seconds) and round(self.hz * seconds) >= least):
                raise ImpossibleArgumentError(
                    f"A {name} of {seconds:g} s at {self.hz:g} samples a second is too short: "
                    f"it must span at least {least} sample{'s' if least > 1 else ''}."
                )

    @property
    def window(self) -> int:
        return round(self.hz * self.window_s)

    @property
    def step(self) -> int:
        return round(self.hz * self.step_s)

    @property
    def lag(self) -> int:
        return round(self.hz * self.lag_s)

    def count(self, samples: int) -> int:
        """How many windows a series holds: ceil((n − window − lag + 1)/step), or 0."""
        return max(0, -((self.window + self.lag - 1 - samples) // self.step))


@dataclass(frozen=True, slots=True, eq=False)
class WindowedSeries:
    """One person's windows and what every pairing of them needs.

    ``heads`` (windows, frequencies) are the conjugate spectra of the windows' first
    ``windowing.window`` samples, ``spectra`` those of the windows with their lag; ``head_sd``
    (windows, 1) and ``moved_sd`` (windows, lag + 1) the standard deviations at no lag and at each.
    ``moves`` (windows,) is false where the person stands still at some lag.
    """

    windowing: Windowing
    heads: NDArray[np.complex128]
    spectra: NDArray[np.complex128]
    head_sd: Floats
    moved_sd: Floats
    moves: NDArray[np.bool_]


def cut(prepared: Floats, windowing: Windowing) -> WindowedSeries:
    """Cut a prepared series into windows, ready to be paired with any other.

    Parameters
    ----------
    prepared : ndarray, shape (n,)
        As :func:`prepare` returns it.
    windowing : Windowing
        Must be the same for both of a pair.

    Raises
    ------
    TooFewError
        Where the series is shorter than one window and its lag.
    """
    window, lag = windowing.window, windowing.lag
    count = windowing.count(len(prepared))
    if not count:
        raise TooFewError(
            "Windowed cross-correlation", "samples", needs=window + lag, has=len(prepared)
        )
    rows = sliding_window_view(prepared, window + lag)[:: windowing.step][:count]
    rows = rows - rows.mean(axis=1, keepdims=True)
    heads = rows[:, :window] - rows[:, :window].mean(axis=1, keepdims=True)
    length = fft.next_fast_len(window + lag, real=True)
    moved = _variances(rows, window, lag)
    return WindowedSeries(
        windowing=windowing,
        heads=np.conj(fft.rfft(heads, length)),
        spectra=fft.rfft(rows, length),
        head_sd=np.sqrt(moved[:, :1]),
        moved_sd=np.sqrt(moved),
        moves=(moved > STILL * prepared.var()).all(axis=1),
    )


def _variances(rows: Floats, window: int, lag: int) -> Floats:
    """Variance of each row's samples l to l + window for every lag l; shape (rows, lag + 1)."""
    sums, squares = (
        np.concatenate([np.zeros((len(rows), 1)), np.cumsum(values, axis=1)], axis=1)
        for values in (rows, rows * rows)
    )
    mean = (sums[:, window:] - sums[:, : lag + 1]) / window
    square = (squares[:, window:] - squares[:, : lag + 1]) / window
    variances: Floats = np.maximum(square - mean * mean, 0.0)
    return variances
