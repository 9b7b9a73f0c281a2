"""The simulated world keeps its own truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rapport.science.refusals import ImpossibleArgumentError
from rapport.science.relationship import assess
from rapport.science.simulate import Simulation, Truth, simulate_dyads, stationary_noise

EXACT = Truth(rounded=False, rupture_hazard=0.0, client_missing=0.0, therapist_missing=0.0)


@pytest.fixture(scope="module")
def exact() -> Simulation:
    return simulate_dyads(np.random.default_rng(2), 10_000, EXACT)


def first(exact: Simulation) -> tuple[np.ndarray, np.ndarray]:
    return exact.alliance(exact.client)[:, 0], exact.alliance(exact.therapist)[:, 0]


def test_the_two_sides_correlate_as_published(exact: Simulation) -> None:
    client, therapist = first(exact)
    # Three standard errors of r at n = 10,000 are .026.
    assert np.corrcoef(client, therapist)[0, 1] == pytest.approx(0.36, abs=0.026)


def test_clients_rate_higher_as_published(exact: Simulation) -> None:
    client, therapist = first(exact)
    d = (client - therapist).mean() / np.sqrt((client.var() + therapist.var()) / 2)
    assert d == pytest.approx(0.63, abs=0.04)


def test_the_real_relationship_correlates_with_the_alliance_as_published(exact: Simulation) -> None:
    client, _ = first(exact)
    assert np.corrcoef(client, exact.client[:, 0, 3])[0, 1] == pytest.approx(0.66, abs=0.02)


def test_the_expected_share_that_drops_out_is_calibrated(exact: Simulation) -> None:
    assert exact.dropout_probability.mean() == pytest.approx(0.197, abs=1e-9)
    # Three standard errors of a share of .197 at n = 10,000 are .012.
    assert exact.dropped_out.mean() == pytest.approx(0.197, abs=0.012)


def test_most_dropout_comes_early_and_from_lower_alliances(exact: Simulation) -> None:
    left = exact.dropped_out
    assert np.median(exact.length[left]) < np.median(exact.length[~left])
    counts = np.bincount(exact.length[left], minlength=12)
    assert counts[1] > counts[2] > counts[4] > counts[10]
    client, _ = first(exact)
    assert client[left].mean() < client[~left].mean()


def test_the_process_is_stationary_with_the_stated_lags() -> None:
    lag, stationary, noise = stationary_noise(Truth())
    assert np.allclose(lag @ stationary @ lag.T + noise, stationary)
    assert np.linalg.eigvalsh(noise).min() > 0
    assert (lag[0, 0], lag[2, 2], lag[0, 2], lag[2, 0]) == (0.35, 0.30, -0.10, -0.10)


def test_every_lag_is_recovered_when_levels_are_known() -> None:
    truth = Truth(
        rounded=False,
        construct_specific=False,
        rupture_hazard=0.0,
        within_share=0.999,
        distress_change=0.0,
        distress_change_sd=0.0,
        alliance_growth=0.0,
        cross_lag_to_alliance=-0.15,
    )
    world = simulate_dyads(np.random.default_rng(4), 2_000, truth)
    states = np.stack(
        [world.alliance(world.client), world.alliance(world.therapist), world.distress], axis=2
    )
    states = (states - states.mean(axis=(0, 1)))[:, :20]
    before, after = states[:, :-1].reshape(-1, 3), states[:, 1:].reshape(-1, 3)
    found = np.linalg.lstsq(before, after, rcond=None)[0].T
    # 38,000 steps: three standard errors are .016.
    assert found == pytest.approx(stationary_noise(truth)[0], abs=0.016)


def test_dropout_follows_alliance_and_time_as_stated(exact: Simulation) -> None:
    last = exact.length - ~exact.dropped_out  # the planned end itself is not at risk
    columns = np.arange(1, exact.distress.shape[1] + 1)
    at_risk = columns[None, :] <= last[:, None]
    event = exact.dropped_out[:, None] & (columns[None, :] == exact.length[:, None])
    deviation = (exact.alliance(exact.client) - EXACT.client_mean) / EXACT.rating_sd
    log_session = np.broadcast_to(np.log(columns), deviation.shape)
    rows = np.column_stack([np.ones(at_risk.sum()), deviation[at_risk], log_session[at_risk]])
    b = np.zeros(3)
    for _ in range(12):
        p = 1 / (1 + np.exp(-rows @ b))
        information = (rows * (p * (1 - p))[:, None]).T @ rows
        b += np.linalg.solve(information, rows.T @ (event[at_risk] - p))
    three_errors = 3 * np.sqrt(np.diag(np.linalg.inv(information)))
    assert abs(b[1] - EXACT.dropout_per_sd) < three_errors[1] < 0.1
    assert abs(b[2] - EXACT.dropout_per_log_session) < three_errors[2] < 0.12


def test_lags_that_no_stationary_process_has_are_refused() -> None:
    impossible = Truth(autoregression_alliance=0.95, cross_lag_to_alliance=-0.6)
    with pytest.raises(ImpossibleArgumentError, match="No stationary process"):
        simulate_dyads(np.random.default_rng(5), 2, impossible)


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        ({"within_share": 2.0}, "within_share must be from 0 to 1, not 2.0"),
        ({"client_missing": 2.0}, "client_missing must be from 0 to 1"),
        ({"dropout_share": -0.1}, "dropout_share must be from 0 to 1"),
        ({"side_correlation": -1.2}, "side_correlation must be from -1 to 1"),
        ({"rating_sd": -1.0}, "rating_sd must be above 0"),
        ({"distress_change_sd": -0.1}, "distress_change_sd must be 0 or more"),
        ({"client_mean": float("nan")}, "client_mean must be finite, not nan"),
        ({"rupture_depth": (3.0, 1.5)}, "rupture_depth must be 0 or more, the smaller first"),
        ({"planned_range": (0, 0)}, "planned_range must be whole, 1 or more"),
        ({"planned_range": (30, 20)}, "planned_range must be whole, 1 or more"),
    ],
)
def test_a_truth_that_cannot_be_is_refused(figures: dict[str, Any], why: str) -> None:
    with pytest.raises(ImpossibleArgumentError, match=why):
        Truth(**figures)


@pytest.mark.parametrize("n", [0, -1])
def test_at_least_one_relationship_is_simulated(n: int) -> None:
    with pytest.raises(ImpossibleArgumentError, match=f"at least one relationship, not {n}"):
        simulate_dyads(np.random.default_rng(1), n)


def test_the_same_seed_gives_the_same_world() -> None:
    one, other = (simulate_dyads(np.random.default_rng(9), 20) for _ in range(2))
    assert np.array_equal(one.client, other.client)
    assert [h.canonical() for h in one.histories()] == [h.canonical() for h in other.histories()]


def test_ruptures_dent_the_clients_ratings_and_repairs_mend_them() -> None:
    world = simulate_dyads(np.random.default_rng(6), 3_000, Truth(rounded=False))
    alliance = world.alliance(world.client)
    falls = (alliance[:, 1:] - alliance[:, :-1])[world.rupture[:, 1:]]
    rises = (alliance[:, 1:] - alliance[:, :-1])[world.repair[:, 1:]]
    assert falls.mean() == pytest.approx(-2.25, abs=0.1)
    assert rises.mean() == pytest.approx(2.25, abs=0.1)
    assert not world.rupture[:, :2].any()


@pytest.mark.parametrize("rounded", [True, False])
def test_every_history_can_be_assessed(rounded: bool) -> None:
    world = simulate_dyads(np.random.default_rng(3), 40, Truth(rounded=rounded))
    for index, history in enumerate(world.histories()):
        found = assess(history, int(world.length[index]))
        assert found.as_of == len(history.sessions)
        assert found.headline.endswith(".")
