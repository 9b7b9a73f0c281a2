"""The simulated world keeps its own truth."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_lags_are_recovered_when_levels_are_known() -> None:
    truth = Truth(
        rounded=False,
        rupture_hazard=0.0,
        within_share=0.999,
        distress_change=0.0,
        distress_change_sd=0.0,
        alliance_growth=0.0,
    )
    world = simulate_dyads(np.random.default_rng(4), 2_000, truth)
    distress = (world.distress - truth.distress_mean)[:, :20]
    now, before = distress[:, 1:].ravel(), distress[:, :-1].ravel()
    slope = np.polyfit(before, now, 1)[0]
    # Its own lag .30 and, through the alliance, −.10 × −.25.
    assert slope == pytest.approx(0.325, abs=0.02)


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
