"""Synchrony: a known lag is found, chance is what the surrogates say, and stillness is refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rapport.science.refusals import (
    BadColumnError,
    ConstantColumnError,
    ImpossibleArgumentError,
    TooFewError,
)
from rapport.science.synchrony import (
    Synchrony,
    WindowedSeries,
    Windowing,
    cross_correlate,
    cut,
    prepare,
    pseudo_dyads,
    segment_synchrony,
    shuffle_windows,
    synchrony,
)

Floats = NDArray[np.float64]
SHORT = Windowing(hz=10, window_s=10, step_s=10, lag_s=2)


def moving(rng: np.random.Generator, n: int, width: int = 8) -> Floats:
    return np.convolve(rng.standard_normal(n + width), np.ones(width), mode="valid")[:n]


def following(rng: np.random.Generator, n: int, delay: int, noise: float = 0.5) -> list[Floats]:
    """A, and B that does what A did ``delay`` samples before."""
    common = moving(rng, n + abs(delay))
    start = max(delay, 0)
    a, b = common[start : start + n], common[start - delay : start - delay + n]
    return [s + noise * s.std() * rng.standard_normal(n) for s in (a, b)]


def windows(series: Floats, windowing: Windowing = SHORT) -> WindowedSeries:
    return cut(prepare(series, windowing.hz), windowing)


@pytest.mark.parametrize("compatible", [False, True])
@pytest.mark.parametrize("delay", [-14, 0, 9])
def test_a_known_lag_is_found(delay: int, compatible: bool) -> None:
    a, b = following(np.random.default_rng(1), 2_000, delay)
    found = synchrony(a, b, SHORT, compatible=compatible)
    assert found.peak_lag_s == pytest.approx(delay / 10)
    assert found.z.shape == (len(found.starts_s), 41)
    if delay:
        assert (found.a_leads > found.b_leads) == (delay > 0)
    assert found.by_lag.max() > 0.5


def test_exchanging_the_two_exchanges_the_leads() -> None:
    a, b = following(np.random.default_rng(2), 1_000, 6)
    one, other = synchrony(a, b, SHORT), synchrony(b, a, SHORT)
    assert np.allclose(one.z, other.z[:, ::-1])
    assert (one.a_leads, one.at_zero) == pytest.approx((other.b_leads, other.at_zero))


def test_scale_and_level_do_not_matter() -> None:
    a, b = following(np.random.default_rng(3), 800, 3)
    assert np.allclose(synchrony(a, b, SHORT).z, synchrony(1e5 + 40 * a, -3 * b, SHORT).z * -1)


def test_the_last_window_still_fits() -> None:
    for n in (119, 120, 219, 220):
        assert SHORT.count(n) == -(-(n - 100 - 20 + 1) // 10 // 10)
    assert (SHORT.count(119), SHORT.count(120), SHORT.count(219), SHORT.count(220)) == (0, 1, 1, 2)


def test_one_who_follows_exactly_is_capped() -> None:
    a = moving(np.random.default_rng(4), 500)
    found = synchrony(a, 3 * a - 1, SHORT)
    assert found.at_zero == pytest.approx(10)
    assert np.abs(found.z).max() <= 10


def test_stillness_is_left_out_and_counted() -> None:
    rng = np.random.default_rng(5)
    a, b = np.abs(moving(rng, 1_000)), np.abs(moving(rng, 1_000))
    a[300:480] = 0.0
    found = synchrony(a, b, SHORT)
    assert found.left_out == 1
    assert found.starts_s.tolist() == [0, 10, 20, 40, 50, 60, 70, 80]
    assert np.isfinite(found.z).all()


@pytest.mark.parametrize(
    ("a", "error", "why"),
    [
        (np.ones(200), ConstantColumnError, "'A' has the same value"),
        (np.r_[np.arange(199.0), np.nan], BadColumnError, "no finite number at sample 200"),
        (np.arange(119.0), TooFewError, "at least 120 samples; there are 119"),
        (np.arange(150.0), BadColumnError, "200 samples where A has 150"),
        (["x", "y"], BadColumnError, "text"),
        (np.ones((20, 2)), BadColumnError, "2 dimensions"),
        (np.r_[np.zeros(150), np.arange(50.0)], TooFewError, "neither person stands still"),
    ],
)
def test_what_has_no_answer_is_refused(a: Floats, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        synchrony(a, moving(np.random.default_rng(6), 200), SHORT)


@pytest.mark.parametrize("sizes", [{"window_s": 0.1}, {"lag_s": 0.0}, {"step_s": -1}, {"hz": 0.0}])
def test_windows_of_no_length_are_refused(sizes: dict[str, float]) -> None:
    with pytest.raises(ImpossibleArgumentError, match="too short"):
        Windowing(**sizes)


@pytest.mark.parametrize("hz", [0.0, 1.5, -25.0, float("nan"), float("inf")])
def test_rates_that_cannot_be_smoothed_are_refused(hz: float) -> None:
    with pytest.raises(ImpossibleArgumentError, match="cannot be smoothed"):
        prepare(np.arange(50.0), hz)


def test_differently_cut_series_are_not_paired() -> None:
    a, b = following(np.random.default_rng(7), 500, 0)
    with pytest.raises(ImpossibleArgumentError, match="different windowings"):
        cross_correlate(windows(a), windows(b, Windowing(10, 10, 5, 2)))


def test_the_default_smooths_in_place_and_the_compatible_one_off_centre() -> None:
    pulse = np.zeros(101)
    pulse[50] = 1.0
    correct = prepare(pulse, 25)
    assert np.flatnonzero(correct > 0).tolist() == list(range(44, 57))
    assert correct.mean() == pytest.approx(0)
    compatible = prepare(pulse, 25, compatible=True)
    assert np.flatnonzero(compatible > 1e-9).tolist() == list(range(45, 57))
    assert not prepare(np.arange(101.0) + 5, 25, compatible=True)[-5:].any()


def test_shuffled_windows_are_windows_in_another_order() -> None:
    rng = np.random.default_rng(8)
    a, b = (windows(s) for s in following(rng, 1_000, 4))
    found = shuffle_windows(a, b, 30, np.random.default_rng(9))
    again = np.random.default_rng(9).permuted(np.tile(np.arange(9), (31, 1)), axis=1)[1:]
    plain = [grand_mean_in_order(a, b, order) for order in again]
    assert np.allclose(found.values, plain)
    assert found.observed == pytest.approx(cross_correlate(a, b).grand_mean)
    assert found.effect_size == pytest.approx(
        (found.observed - np.mean(plain)) / np.std(plain, ddof=1)
    )


def grand_mean_in_order(a: WindowedSeries, b: WindowedSeries, order: NDArray[np.intp]) -> float:
    moved = WindowedSeries(
        b.windowing,
        b.heads[order],
        b.spectra[order],
        b.head_sd[order],
        b.moved_sd[order],
        b.moves[order],
    )
    return cross_correlate(a, moved).grand_mean


def test_where_nobody_follows_p_is_uniform() -> None:
    rng = np.random.default_rng(10)
    found = [
        shuffle_windows(windows(moving(rng, 1_000)), windows(moving(rng, 1_000)), 99, rng).p
        for _ in range(300)
    ]
    assert np.mean(found) == pytest.approx(0.5, abs=3 * (1 / 12 / 300) ** 0.5 + 0.005)
    # Three binomial standard errors of a share of .05 in 300 are .038.
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.05, abs=0.038)


def test_where_one_follows_the_surrogates_say_so() -> None:
    rng = np.random.default_rng(11)
    a, b = (windows(s) for s in following(rng, 2_000, 5))
    found = shuffle_windows(a, b, 500, rng)
    assert found.p < 0.01
    assert found.effect_size > 3


def test_pseudo_dyads_are_plain_pairs_of_people_who_never_met() -> None:
    rng = np.random.default_rng(12)
    dyads = []
    for n in (1_000, 1_150, 900, 1_000):
        a, b = following(rng, n, 7)
        dyads.append((windows(a), windows(b)))
    found = pseudo_dyads(dyads, 1_000, rng)
    assert len(found.values) == 12
    assert all(i != j for i, j in found.pairs)
    plain = [cross_correlate(dyads[i][0], dyads[j][1]).grand_mean for i, j in found.pairs]
    assert np.allclose(found.values, plain)
    assert found.effect_size > 3
    assert len(pseudo_dyads(dyads, 5, rng).values) == 5


def test_segments_find_who_moved_together() -> None:
    rng = np.random.default_rng(13)
    a, b = following(rng, 3_000, 8)
    found = segment_synchrony(a, b, hz=10, segment_s=30, lag_s=3)
    assert found.pairs.shape == (10, 10)
    assert found.effect_size > 3
    apart = segment_synchrony(a, moving(rng, 3_000), hz=10)
    assert abs(apart.effect_size) < 3


def test_too_little_to_shuffle_is_refused() -> None:
    rng = np.random.default_rng(14)
    a, b = following(rng, 450, 0)
    with pytest.raises(TooFewError, match="at least 5 windows"):
        shuffle_windows(windows(a), windows(b), 10, rng)
    with pytest.raises(ImpossibleArgumentError, match="0 surrogates"):
        shuffle_windows(windows(a), windows(b), 0, rng)
    overlapping = Windowing(10, 10, 5, 2)
    with pytest.raises(ImpossibleArgumentError, match="overlap"):
        shuffle_windows(windows(a, overlapping), windows(b, overlapping), 10, rng)
    with pytest.raises(TooFewError, match="at least 3 dyads"):
        pseudo_dyads([(windows(a), windows(b))] * 2, 10, rng)
    with pytest.raises(ImpossibleArgumentError, match="at least 2"):
        pseudo_dyads([(windows(a), windows(b))] * 3, 1, rng)
    with pytest.raises(TooFewError, match="at least 3 segments"):
        segment_synchrony(a, b, hz=10, segment_s=20)
    with pytest.raises(BadColumnError, match="449 samples where A has 450"):
        segment_synchrony(a, b[:-1], hz=10)
    with pytest.raises(ImpossibleArgumentError, match="shorter than its segment"):
        segment_synchrony(a, b, hz=10, segment_s=2, lag_s=2)


def test_nothing_in_a_result_is_missing() -> None:
    a, b = following(np.random.default_rng(15), 700, 2)
    found = synchrony(a, b, SHORT)
    assert isinstance(found, Synchrony)
    summaries = (found.grand_mean, found.a_leads, found.b_leads, found.at_zero, found.peak_lag_s)
    assert np.isfinite(summaries).all()
