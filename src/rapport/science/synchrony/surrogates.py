"""What two people's synchrony would be if neither had followed the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.refusals import ImpossibleArgumentError, TooFewError
from rapport.science.synchrony.correlation import (
    AT_ONCE,
    cross_correlate,
    fisher_z,
    moving_together,
)
from rapport.science.synchrony.preparation import Floats
from rapport.science.synchrony.windows import WindowedSeries

# Five windows can be put in 120 orders: fewer give no distribution worth the name.
LEAST_WINDOWS = 5
# Three dyads give six pseudo-dyads.
LEAST_DYADS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Shuffled:
    """One dyad against itself in another order.

    ``values`` (n,) are grand means of surrogates; ``effect_size`` is (observed − their
    mean)/(their SD) and ``p`` the share at least as high, the observed one counted among them.
    """

    observed: float
    values: Floats
    mean: float
    sd: float
    effect_size: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class PseudoDyads:
    """Dyads against pairs of people who never met.

    ``observed`` (dyads,) and ``values`` (pseudo-dyads,) are grand means; ``effect_size`` is
    (mean observed − mean of values)/(SD of values). ``pairs`` (pseudo-dyads, 2) says whose A was
    set beside whose B.
    """

    observed: Floats
    values: Floats
    pairs: NDArray[np.intp]
    mean: float
    sd: float
    effect_size: float


def shuffle_windows(
    a: WindowedSeries, b: WindowedSeries, n: int, rng: np.random.Generator
) -> Shuffled:
    r"""Pair A's windows with B's in ``n`` random orders.

    Parameters
    ----------
    a, b : WindowedSeries
        One dyad, cut by the same windowing; windows in which one stands still are not used.
    n : int
        Number of surrogates, at least 1.
    rng : numpy.random.Generator
        The only source of chance.

    Raises
    ------
    TooFewError
        With fewer than five windows to shuffle.
    ImpossibleArgumentError
        Where ``n`` is below 1, or the windows overlap: their orders are then not exchangeable.

    Notes
    -----
    Each window keeps its own lag, so a surrogate differs from the dyad only in who moved beside
    whom. Every pair of windows is computed once, however many surrogates hold it.
    :math:`p = (1 + \#\{\text{surrogates} \ge \text{observed}\})/(n+1)`. Checked against windows
    put in another order before a plain cross-correlation.
    """
    if n < 1:
        raise ImpossibleArgumentError(f"{n} surrogates were asked for: at least 1 is needed.")
    if a.windowing.step < a.windowing.window:
        raise ImpossibleArgumentError(
            "Windows that overlap cannot be shuffled: let the step be as long as the window."
        )
    used, _ = moving_together(a, b)
    k = len(used)
    if k < LEAST_WINDOWS:
        what = "windows in which neither person stands still"
        raise TooFewError("Shuffling windows", what, needs=LEAST_WINDOWS, has=k)
    orders = rng.permuted(np.tile(np.arange(k), (n + 1, 1)), axis=1)
    orders[0] = np.arange(k)
    pairs, place = np.unique(orders + k * np.arange(k), return_inverse=True)
    means = _mean_of_each(a, b, used[pairs // k], used[pairs % k])
    observed, *values = means[place.reshape(orders.shape)].mean(axis=1)
    return _shuffled(float(observed), np.array(values))


def _shuffled(observed: float, values: Floats) -> Shuffled:
    mean, sd = float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0
    at_least = int((values >= observed * (1 - 1e-12)).sum())
    return Shuffled(
        observed, values, mean, sd, _effect(observed, mean, sd), (1 + at_least) / (1 + len(values))
    )


def pseudo_dyads(
    dyads: Sequence[tuple[WindowedSeries, WindowedSeries]], n: int, rng: np.random.Generator
) -> PseudoDyads:
    """Set each A beside another dyad's B, roles kept.

    Parameters
    ----------
    dyads : sequence of (WindowedSeries, WindowedSeries)
        At least three, all cut by the same windowing; the longer of a pseudo-dyad is cut short.
    n : int
        Pseudo-dyads to draw without replacement; all d(d − 1) where there are no more than that.
    rng : numpy.random.Generator
        The only source of chance.

    Raises
    ------
    TooFewError
        With fewer than three dyads, or with none but still windows in one of them.
    ImpossibleArgumentError
        Where ``n`` is below 2.

    Notes
    -----
    Pseudo-dyads share people, so they are not independent of one another; no p is given.
    Source: Bernieri & Rosenthal (1991). Checked against plain cross-correlations of the pairs.
    """
    d = len(dyads)
    if d < LEAST_DYADS:
        raise TooFewError("Pairing dyads anew", "dyads", needs=LEAST_DYADS, has=d)
    if n < 2:
        raise ImpossibleArgumentError(f"{n} pseudo-dyads were asked for: at least 2 are needed.")
    everyone = np.argwhere(~np.eye(d, dtype=bool))
    pairs = everyone[np.sort(rng.permutation(len(everyone))[:n])]
    observed = np.array([cross_correlate(a, b).grand_mean for a, b in dyads])
    values = np.array([_grand_mean(dyads[i][0], dyads[j][1]) for i, j in pairs])
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    return PseudoDyads(observed, values, pairs, mean, sd, _effect(float(observed.mean()), mean, sd))


def _grand_mean(a: WindowedSeries, b: WindowedSeries) -> float:
    used, _ = moving_together(a, b)
    return float(_mean_of_each(a, b, used, used).mean())


def _mean_of_each(
    a: WindowedSeries, b: WindowedSeries, of_a: NDArray[np.intp], of_b: NDArray[np.intp]
) -> Floats:
    """Mean of ``|z|`` over lags for each pair of windows, shape (pairs,)."""
    means = np.empty(len(of_a))
    for at in range(0, len(of_a), AT_ONCE):
        some = slice(at, at + AT_ONCE)
        means[some] = np.abs(fisher_z(a, b, of_a[some], of_b[some])).mean(axis=1)
    return means


def _effect(observed: float, mean: float, sd: float) -> float:
    """Difference in SDs of the surrogates; 0 where they all are alike, as with one alone."""
    return (observed - mean) / sd if sd > 0 else 0.0
