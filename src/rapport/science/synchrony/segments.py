"""Synchrony by non-overlapping segments, each held against all segments of the other person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from rapport.science.refusals import BadColumnError, ImpossibleArgumentError, TooFewError
from rapport.science.synchrony.correlation import capped_z
from rapport.science.synchrony.preparation import Floats, checked
from rapport.science.synchrony.windows import LEAST_SAMPLES, STILL

LEAST_SEGMENTS = 3


@dataclass(frozen=True, slots=True, eq=False)
class SegmentSynchrony:
    """``z`` and ``surrogate_z`` are means of ``|z|``; ``effect_size`` their distance in SDs.

    ``pairs`` (segments, segments) holds the mean ``|z|`` over lags of A's segment i with B's
    segment j: the diagonal is the dyad, all else surrogates. ``left_out`` counts segments in
    which one of the two stood still.
    """

    z: float
    surrogate_z: float
    surrogate_sd: float
    effect_size: float
    pairs: Floats
    left_out: int


def segment_synchrony(
    a: ArrayLike, b: ArrayLike, *, hz: float, segment_s: float = 30.0, lag_s: float = 3.0
) -> SegmentSynchrony:
    r"""Compare segments that happened together with all that did not.

    Parameters
    ----------
    a, b : array_like of float, shape (n,)
        Two series over the same time, as measured: nothing is smoothed.
    hz : float
        Samples a second.
    segment_s, lag_s : float
        Seconds. What is left after the last whole segment is not used.

    Raises
    ------
    BadColumnError
        Where the series differ in length, one is not finite or never varies.
    ImpossibleArgumentError
        Where the lag is shorter than a sample or reaches past the segment.
    TooFewError
        With fewer than three segments in which both move.

    Notes
    -----
    Within a segment of :math:`m` samples the cross-correlation is the biased one of time series,
    :math:`r_l = \frac{1}{m s_a s_b}\sum_t (a_t-\bar a)(b_{t+l}-\bar b)`, with the segment's own
    means and (divisor :math:`m`) standard deviations; :math:`z = \operatorname{artanh} r`, capped
    at ±10, is taken absolutely and averaged over lags.
    :math:`ES = (\bar Z_{i=j} - \bar Z_{i\ne j}) / SD(Z_{i\ne j})`. Source: Tschacher & Haken
    (2019), The Process of Psychotherapy. Checked against R's ``ccf``.
    """
    one, other = checked(a, "A"), checked(b, "B")
    if len(one) != len(other):
        raise BadColumnError("B", f"has {len(other):,} samples where A has {len(one):,}.")
    size, lag = round(segment_s * hz), round(lag_s * hz)
    if size < LEAST_SAMPLES or not 1 <= lag < size:
        raise ImpossibleArgumentError(
            f"Segments of {segment_s:g} s with lags up to {lag_s:g} s cannot be: a lag spans at "
            f"least one sample and is shorter than its segment."
        )
    first, second = _segments(one, size), _segments(other, size)
    moves = _moves(first, one) & _moves(second, other)
    used = int(moves.sum())
    if used < LEAST_SEGMENTS:
        what = "segments in which neither person stands still"
        raise TooFewError("Segment synchrony", what, needs=LEAST_SEGMENTS, has=used)
    pairs = _pairs(_standardised(first[moves]), _standardised(second[moves]), lag)
    return _compared(pairs, len(moves) - used)


def _segments(series: Floats, size: int) -> Floats:
    count = len(series) // size
    return series[: count * size].reshape(count, size)


def _moves(segments: Floats, series: Floats) -> NDArray[np.bool_]:
    moves: NDArray[np.bool_] = segments.var(axis=1) > STILL * series.var()
    return moves


def _standardised(segments: Floats) -> Floats:
    centred = segments - segments.mean(axis=1, keepdims=True)
    standardised: Floats = centred / centred.std(axis=1, keepdims=True)
    return standardised


def _pairs(a: Floats, b: Floats, lag: int) -> Floats:
    """Mean ``|z|`` over lags of every segment of A with every one of B."""
    size = a.shape[1]
    length = fft.next_fast_len(size + lag, real=True)
    heads, spectra = np.conj(fft.rfft(a, length)), fft.rfft(b, length)
    pairs = np.empty((len(a), len(b)))
    for at, head in enumerate(heads):
        products = fft.irfft(spectra * head, length) / size
        r = np.concatenate([products[:, -lag:], products[:, : lag + 1]], axis=1)
        pairs[at] = np.abs(capped_z(r)).mean(axis=1)
    return pairs


def _compared(pairs: Floats, left_out: int) -> SegmentSynchrony:
    apart = pairs[~np.eye(len(pairs), dtype=bool)]
    together, surrogate, sd = pairs.diagonal().mean(), apart.mean(), apart.std(ddof=1)
    return SegmentSynchrony(
        z=float(together),
        surrogate_z=float(surrogate),
        surrogate_sd=float(sd),
        effect_size=float((together - surrogate) / sd) if sd > 0 else 0.0,
        pairs=pairs,
        left_out=left_out,
    )
