"""Truth and bias, and lagged effects with and without own trends."""

import math

import numpy as np
import pytest

from rapport.commands.data import read_columns
from rapport.science import dyad
from rapport.science.refusals import BadColumnError, BadModelError, NoVariationError, TooFewError
from tests.rooms.importing.files import EXAMPLES

Data = dict[str, np.ndarray]
LAGS = np.array([[0.30, -0.10], [-0.15, 0.40]])
TRUTH = {"x_after_x": 0.30, "x_after_y": -0.10, "y_after_x": -0.15, "y_after_y": 0.40}
NAMES = {"dyad": "dyad", "session": "session", "x": "x", "y": "y"}


def ratings(rng: np.random.Generator, dyads: int = 60, sessions: int = 6) -> Data:
    """Direction −.35, congruence .35, both varying between dyads."""
    level = 3.7 + 0.5 * rng.standard_normal((dyads, 1))
    client = level + 0.4 * rng.standard_normal((dyads, sessions))
    own = rng.multivariate_normal([0, 0], [[0.12, -0.01], [-0.01, 0.02]], dyads)
    rated = level - 0.35 + own[:, :1] + (0.35 + own[:, 1:]) * (client - level)
    rated += 0.25 * rng.standard_normal(client.shape)
    who = np.repeat(np.arange(dyads), sessions)
    return {"dyad": who, "c": client.ravel(), "t": rated.ravel()}


def panel(rng: np.random.Generator, dyads: int = 200, sessions: int = 5, trend: float = 0) -> Data:
    """Lagged effects ``LAGS`` about levels, and with ``trend`` about lines, of each dyad's own."""
    level = rng.multivariate_normal([5, 10], [[0.6, -0.2], [-0.2, 0.8]], dyads)
    slope = trend * rng.multivariate_normal([0, 0], [[1, -0.7], [-0.7, 1]], dyads)
    within = rng.multivariate_normal([0, 0], [[1, -0.3], [-0.3, 1]], dyads)
    rows = []
    for at in range(sessions):
        if at:
            noise = rng.multivariate_normal([0, 0], [[0.8, -0.15], [-0.15, 0.8]], dyads)
            within = within @ LAGS.T + noise
        rows.append(level + within + slope * at)
    table = np.concatenate(rows)
    return {
        "dyad": np.tile(np.arange(dyads), sessions),
        "session": np.repeat(np.arange(1.0, sessions + 1), dyads),
        "x": table[:, 0],
        "y": table[:, 1],
    }


def test_truth_and_bias_of_the_example_as_lme4_estimates_it() -> None:
    found = dyad.truth_and_bias(
        read_columns(EXAMPLES / "sim_dyads_sessions.csv"),
        dyad="dyad",
        client="alliance_client",
        therapist="alliance_therapist",
    )
    assert (found.n, found.dyads, found.at_the_edge) == (1659, 200, False)
    for ours, theirs in (
        (found.direction.estimate, -0.335680284352283),
        (found.direction.se, 0.0261213226996807),
        (found.congruence.estimate, 0.349901748627234),
        (found.congruence.se, 0.0231820968271234),
        (found.direction_sd, math.sqrt(0.125423145646017)),
        (found.congruence_sd, math.sqrt(0.020201556666884)),
        (found.residual_sd, math.sqrt(0.0590353270808426)),
    ):
        assert ours == pytest.approx(theirs, rel=1e-5)


def test_truth_and_bias_of_the_same_ratings_twice_is_refused() -> None:
    rated = np.random.default_rng(1).integers(1, 8, 120).astype(float)
    same = {"dyad": np.repeat(np.arange(20), 6), "c": rated, "t": rated}
    with pytest.raises(NoVariationError, match="exactly"):
        dyad.truth_and_bias(same, dyad="dyad", client="c", therapist="t")


def test_intervals_of_truth_and_bias_cover_the_truth() -> None:
    rng = np.random.default_rng(20_261_125)
    held = np.zeros(2)
    for _ in range(60):
        found = dyad.truth_and_bias(ratings(rng), dyad="dyad", client="c", therapist="t")
        for at, (effect, value) in enumerate(((found.direction, -0.35), (found.congruence, 0.35))):
            held[at] += effect.low < value < effect.high
    assert (held >= 53).all(), held


def test_sessions_that_only_one_rated_are_left_out() -> None:
    data = ratings(np.random.default_rng(1))
    data["t"][:5] = math.nan
    data["c"][7] = math.nan
    found = dyad.truth_and_bias(data, dyad="dyad", client="c", therapist="t")
    assert (found.n, found.left_out) == (354, 6)


def test_truth_and_bias_needs_ten_dyads() -> None:
    with pytest.raises(TooFewError, match="10 dyads; there are 9"):
        dyad.truth_and_bias(
            ratings(np.random.default_rng(2), dyads=9), dyad="dyad", client="c", therapist="t"
        )


def test_the_riclpm_recovers_what_centring_hides() -> None:
    rng = np.random.default_rng(20_261_126)
    held = dict.fromkeys(TRUTH, 0)
    estimates, centred = [], []
    for _ in range(50):
        data = panel(rng)
        within = dyad.lagged_effects(data, **NAMES).riclpm.within
        for name, value in TRUTH.items():
            held[name] += getattr(within, name).low < value < getattr(within, name).high
        estimates.append([getattr(within, name).estimate for name in TRUTH])
    for _ in range(5):
        by_means = dyad.person_mean_centred(
            panel(rng), dyad="dyad", session="session", predictor="x", outcome="y"
        )
        centred.append(by_means.autoregression.estimate)
    assert np.mean(estimates, axis=0) == pytest.approx(list(TRUTH.values()), abs=0.03)
    assert all(count >= 42 for count in held.values()), held
    assert np.mean(centred) < 0.1


def test_the_twin_takes_own_trends_out() -> None:
    found = dyad.lagged_effects(
        panel(np.random.default_rng(4), 400, 6, trend=0.6), **NAMES, sessions=6
    )
    assert found.detrended is not None
    assert found.riclpm.within.x_after_x.low > 0.3
    assert found.detrended.within.x_after_x.low < 0.3 < found.detrended.within.x_after_x.high
    assert found.detrended.chisq < found.riclpm.chisq
    assert found.detrended.df == found.riclpm.df - 7


def test_a_twin_that_cannot_be_fitted_is_refused_beside_the_model() -> None:
    data = panel(np.random.default_rng(5), 32, 4)
    found = dyad.lagged_effects(data, **NAMES, sessions=4)
    assert found.detrended is None
    assert found.detrended_refused is not None


def test_dyads_with_fewer_sessions_count_and_later_sessions_do_not() -> None:
    data = panel(np.random.default_rng(6), 100, 7)
    kept = (data["dyad"] >= 20) | (data["session"] <= 3)
    found = dyad.lagged_effects({n: v[kept] for n, v in data.items()}, **NAMES, sessions=5)
    assert (found.n, found.sessions, found.later) == (100, 5, 160)


def test_the_centred_model_says_why_not_to_trust_it() -> None:
    found = dyad.person_mean_centred(
        panel(np.random.default_rng(7), 40),
        dyad="dyad",
        session="session",
        predictor="x",
        outcome="y",
    )
    assert "badly biased" in found.warning
    assert (found.n, found.dyads, found.left_out) == (160, 40, 40)


def test_what_cannot_be_fitted_is_refused() -> None:
    data = panel(np.random.default_rng(8), 40)
    with pytest.raises(BadModelError, match="at least 4 sessions, not 3"):
        dyad.lagged_effects(data, **NAMES, sessions=3)
    with pytest.raises(TooFewError, match="30 dyads; there are 29"):
        dyad.lagged_effects(panel(np.random.default_rng(9), 29), **NAMES)
    with pytest.raises(BadColumnError, match="session of '0' twice"):
        dyad.lagged_effects({**data, "session": np.ones(200)}, **NAMES)
    with pytest.raises(BadColumnError, match=r"holds 0.5 in row 1: sessions count 1, 2, 3"):
        dyad.lagged_effects({**data, "session": data["session"] - 0.5}, **NAMES)
    with pytest.raises(TooFewError, match="two neighbouring sessions"):
        apart = {**data, "session": 2 * data["session"]}
        dyad.person_mean_centred(apart, dyad="dyad", session="session", predictor="x", outcome="y")


def test_a_rating_that_never_moves_within_a_dyad_is_refused_by_its_own_name() -> None:
    data = ratings(np.random.default_rng(10))
    data["c"] = data["dyad"] / 3.0
    with pytest.raises(BadColumnError, match="'c' does not vary within any dyad"):
        dyad.truth_and_bias(data, dyad="dyad", client="c", therapist="t")


def test_more_sessions_than_there_are_is_refused() -> None:
    with pytest.raises(TooFewError, match="'x' in session 6, to be modelled, needs at least 10"):
        dyad.lagged_effects(panel(np.random.default_rng(11)), **NAMES, sessions=6)
