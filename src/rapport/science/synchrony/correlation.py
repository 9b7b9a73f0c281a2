"""Windowed lagged cross-correlation of two series, each window's lags from one transform."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from rapport.science.refusals import BadColumnError, ImpossibleArgumentError, TooFewError
from rapport.science.synchrony.preparation import Floats, prepare
from rapport.science.synchrony.windows import WindowedSeries, Windowing, cut

MOST_Z = 10.0
# Pairs of windows taken at a time, so that what is worked on stays in the processor's cache.
AT_ONCE = 16


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
