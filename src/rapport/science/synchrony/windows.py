"""Windowed lagged cross-correlation, with each window's spectrum kept for every pairing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from rapport.science.refusals import BadColumnError, ImpossibleArgumentError, TooFewError
from rapport.science.synchrony.preparation import Floats, prepare

MOST_Z = 10.0
LEAST_SAMPLES = 3
# A window that varies less than this share of its series' variance stands still: what is left in
# it is rounding.
STILL = 1e-9
# Pairs of windows taken at a time, so that what is worked on stays in the processor's cache.
AT_ONCE = 16


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


@dataclass(frozen=True, slots=True, eq=False)
class Synchrony:
    """The Fisher z of every window used and every lag; no cell is missing.

    ``z`` has shape (windows used, 2·lag + 1) and a sign. At a positive lag B is read later than
    A, so that a high value there says that A leads. ``starts_s`` are the windows' beginnings and
    ``left_out`` counts those in which one of the two stood still. The summaries are of absolute
    values.
    """

    z: Floats
    lags_s: Floats
    starts_s: Floats
    left_out: int

    @property
    def by_lag(self) -> Floats:
        """Mean of ``|z|`` over windows at each lag, shape (2·lag + 1,)."""
        mean: Floats = np.abs(self.z).mean(axis=0)
        return mean

    @property
    def grand_mean(self) -> float:
        """Mean of ``|z|`` over all cells."""
        return float(self.by_lag.mean())

    @property
    def a_leads(self) -> float:
        """Mean of ``|z|`` over the positive lags."""
        return float(self.by_lag[len(self.lags_s) // 2 + 1 :].mean())

    @property
    def b_leads(self) -> float:
        """Mean of ``|z|`` over the negative lags."""
        return float(self.by_lag[: len(self.lags_s) // 2].mean())

    @property
    def at_zero(self) -> float:
        """Mean of ``|z|`` at no lag."""
        return float(self.by_lag[len(self.lags_s) // 2])

    @property
    def peak_lag_s(self) -> float:
        """The lag at which ``by_lag`` is highest."""
        return float(self.lags_s[self.by_lag.argmax()])


def synchrony(
    a: ArrayLike, b: ArrayLike, windowing: Windowing | None = None, *, compatible: bool = False
) -> Synchrony:
    r"""Return the windowed lagged cross-correlation of two series.

    Parameters
    ----------
    a, b : array_like of float, shape (n,)
        The two people's series over the same time, one value a sample.
    windowing : Windowing, optional
        Sampling rate, windows and lags; 25 Hz, 60 s and 5 s unless given.
    compatible : bool
        Prepare the series as the common R implementation does; see :func:`prepare`.

    Returns
    -------
    Synchrony

    Raises
    ------
    BadColumnError
        Where the series differ in length or one holds no finite number;
        ``ConstantColumnError`` where one never varies.
    TooFewError
        Where the series hold no window, or one of the two stands still in every window.

    Notes
    -----
    Window :math:`i` begins at sample :math:`i\cdot\text{step}` and spans window + lag samples. At
    lag :math:`l \ge 0` its :math:`r` is Pearson's, between A's first window samples and B's from
    :math:`l` on; at :math:`-l` the two are exchanged. :math:`z = \operatorname{artanh} r`, capped
    at ±10. All lags of a window come from one Fourier transform of each series and running sums.
    Source: Boker et al. (2002), Psychol Methods 7:338-355, with the aggregation of Ramseyer &
    Tschacher (2011), J Consult Clin Psychol 79:284-295. Checked against one ``cor`` a cell in R.
    """
    windowing = windowing or Windowing()
    one, other = (
        cut(prepare(series, windowing.hz, compatible=compatible, name=name), windowing)
        for series, name in ((a, "A"), (b, "B"))
    )
    if np.shape(a) != np.shape(b):
        raise BadColumnError(
            "B", f"has {np.size(b):,} samples where A has {np.size(a):,}: give the same time."
        )
    return cross_correlate(one, other)


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


def cross_correlate(a: WindowedSeries, b: WindowedSeries) -> Synchrony:
    """Pair the windows of two people in order; see :func:`synchrony`.

    Where one series is longer, its surplus windows are not used.

    Raises
    ------
    ImpossibleArgumentError
        Where the two were cut differently.
    TooFewError
        Where one of the two stands still in every window.
    """
    used, left_out = moving_together(a, b)
    windowing = a.windowing
    lags = np.arange(-windowing.lag, windowing.lag + 1)
    return Synchrony(
        z=np.concatenate(
            [fisher_z(a, b, used[at : at + AT_ONCE]) for at in range(0, len(used), AT_ONCE)]
        ),
        lags_s=lags / windowing.hz,
        starts_s=used * windowing.step / windowing.hz,
        left_out=left_out,
    )


def moving_together(a: WindowedSeries, b: WindowedSeries) -> tuple[NDArray[np.intp], int]:
    """Return the windows in which neither stands still, and how many were left out."""
    if a.windowing != b.windowing:
        raise ImpossibleArgumentError("The two series were cut by different windowings.")
    n = min(len(a.moves), len(b.moves))
    used = np.flatnonzero(a.moves[:n] & b.moves[:n])
    if not len(used):
        what = "window in which neither person stands still"
        raise TooFewError("Windowed cross-correlation", what, needs=1, has=0)
    return used, n - len(used)


def fisher_z(
    a: WindowedSeries,
    b: WindowedSeries,
    of_a: NDArray[np.intp],
    of_b: NDArray[np.intp] | None = None,
) -> Floats:
    """Fisher z of A's windows ``of_a`` with B's ``of_b``, the same ones unless given.

    Shape (pairs, 2·lag + 1), lags from −lag up. Both windows of a pair must move.
    """
    of_b = of_a if of_b is None else of_b
    lag, window = a.windowing.lag, a.windowing.window
    length = fft.next_fast_len(window + lag, real=True)
    r = np.empty((len(of_a), 2 * lag + 1))
    a_first = fft.irfft(b.spectra[of_b] * a.heads[of_a], length)[:, : lag + 1]
    b_first = fft.irfft(a.spectra[of_a] * b.heads[of_b], length)[:, 1 : lag + 1]
    r[:, lag:] = a_first / (a.head_sd[of_a] * b.moved_sd[of_b])
    r[:, :lag] = (b_first / (b.head_sd[of_b] * a.moved_sd[of_a, 1:]))[:, ::-1]
    return capped_z(r / window)


def capped_z(r: Floats) -> Floats:
    """Fisher z of correlations that rounding may have taken past ±1."""
    with np.errstate(divide="ignore"):  # of ±1 it is infinite, and then capped
        z: Floats = np.clip(np.arctanh(np.clip(r, -1.0, 1.0)), -MOST_Z, MOST_Z)
    return z
