"""A fitted course: one client against matrices, many against one, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.science.course_batch import forecast_all, gather_states
from rapport.science.course_model import (
    CourseState,
    ExpectedCourseModel,
    FixedEffects,
    RandomEffects,
)
from rapport.science.failure_boundary import failure_boundary
from rapport.science.neighbours import nearest_clients, neighbour_course
from rapport.science.refusals import (
    BadColumnError,
    ConstantColumnError,
    ImpossibleArgumentError,
    TooFewError,
)
from rapport.science.student import t_quantile

from .models import CERTAIN, MODEL

sessions = st.lists(st.integers(2, 40), min_size=1, max_size=12, unique=True)


def state_of(model: ExpectedCourseModel, intake: float, rated: dict[int, float]) -> CourseState:
    state = CourseState()
    for session, score in rated.items():
        state = model.after(state, intake, session, score)
    return state


def by_matrices(
    model: ExpectedCourseModel, intake: float, rated: dict[int, float], session: int
) -> tuple[float, float]:
    """Mean and standard deviation from V = ZDZᵀ + σ²I."""
    s = intake - model.intake_mean

    def rows(at: np.ndarray) -> np.ndarray:
        t = np.log(at)
        return np.column_stack([np.ones_like(t), t, np.full_like(t, s), s * t])

    a, b, c = model.random
    d, beta = np.array([[a, b], [b, c]]), np.array(model.fixed)
    x, x_next = rows(np.array(list(rated), float)), rows(np.array([session], float))[0]
    z, z_next = x[:, :2], x_next[:2]
    v = z @ d @ z.T + model.residual_sd**2 * np.eye(len(rated))
    k = d @ z.T @ np.linalg.inv(v)
    mean = x_next @ beta + z_next @ k @ (np.array(list(rated.values())) - x @ beta)
    left = x_next - z_next @ k @ x
    variance = (
        z_next @ (d - k @ z @ d) @ z_next
        + model.residual_sd**2
        + left @ np.array(model.fixed_covariance) @ left
    )
    return float(mean), float(np.sqrt(variance))


@settings(max_examples=60, deadline=None)
@given(sessions, st.floats(0, 40), st.integers(1, 60), st.randoms(use_true_random=False))
def test_five_sums_agree_with_the_whole_matrix(
    at: list[int], intake: float, ahead: int, random: object
) -> None:
    rated = {session: random.uniform(0, 40) for session in at}  # type: ignore[attr-defined]
    found = MODEL.forecast(state_of(MODEL, intake, rated), intake, ahead)
    assert (found.mean, found.sd) == pytest.approx(by_matrices(MODEL, intake, rated, ahead))
    assert found.df == math.inf


def test_a_new_client_has_all_three_uncertainties() -> None:
    intake, t = 25.0, math.log(5)
    s = intake - MODEL.intake_mean
    x = np.array([1, t, s, s * t])
    a, b, c = MODEL.random
    parts = (
        a + 2 * t * b + t * t * c,
        MODEL.residual_sd**2,
        x @ np.array(MODEL.fixed_covariance) @ x,
    )
    found = MODEL.forecast(CourseState(), intake, 5)
    assert found.mean == pytest.approx(x @ np.array(MODEL.fixed))
    assert found.sd == pytest.approx(math.sqrt(sum(parts)))


def test_many_ratings_outweigh_what_clients_share() -> None:
    rated = dict.fromkeys(range(2, 400), 9.0)
    found = MODEL.forecast(state_of(MODEL, 30.0, rated), 30.0, 400)
    assert found.mean == pytest.approx(9.0, abs=0.25)
    assert found.sd == pytest.approx(MODEL.residual_sd, rel=0.01)


def test_clients_without_slopes_of_their_own_are_no_trouble() -> None:
    flat = replace(MODEL, random=RandomEffects(9.0, 0.0, 0.0))
    rated = {2: 12.0, 3: 18.0, 7: 11.0}
    state = state_of(flat, 20.0, rated)
    found = flat.forecast(state, 20.0, 8)
    assert (found.mean, found.sd) == pytest.approx(by_matrices(flat, 20.0, rated, 8))
    assert flat.client_effects(state).slope == 0
    nobody_differs = replace(MODEL, random=RandomEffects(0.0, 0.0, 0.0))
    assert nobody_differs.client_effects(state) == (0, 0)


def test_the_order_of_ratings_does_not_matter() -> None:
    rated = {2: 12.0, 3: 18.0, 7: 11.0}
    backwards = dict(reversed(rated.items()))
    assert state_of(MODEL, 20.0, rated) == pytest.approx(state_of(MODEL, 20.0, backwards))


def test_the_band_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(21)
    clients, last = 4_000, 8
    intake = rng.normal(CERTAIN.intake_mean, CERTAIN.intake_sd, clients)
    a, b, c = CERTAIN.random
    u = rng.multivariate_normal([0, 0], [[a, b], [b, c]], clients)
    t = np.log(np.arange(2, last + 1))
    shared = np.array([[CERTAIN.expected(i, s) for s in range(2, last + 1)] for i in intake])
    y = shared + u[:, :1] + u[:, 1:] * t + rng.normal(0, CERTAIN.residual_sd, shared.shape)
    inside = 0
    for session in range(2, last + 1):
        before = np.arange(2, session)
        states = gather_states(
            CERTAIN,
            np.repeat(np.arange(clients), len(before)),
            intake,
            np.tile(before, clients),
            y[:, : len(before)].ravel(),
        )
        found = forecast_all(CERTAIN, states, intake, np.full(clients, session))
        inside += (np.abs(y[:, session - 2] - found.mean) <= 1.2816 * found.sd).sum()
    # 28,000 predictions of 4,000 clients: three standard errors are under .01.
    assert inside / y.size == pytest.approx(0.80, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(sessions, st.floats(0, 40)), min_size=1, max_size=8))
def test_many_clients_at_once_agree_with_one_at_a_time(
    clients: list[tuple[list[int], float]],
) -> None:
    rated = [{s: (7.3 * s + i) % 40 for s in at} for i, (at, _) in enumerate(clients)]
    intake = np.array([first for _, first in clients])
    rows = [(i, s, y) for i, own in enumerate(rated) for s, y in own.items()]
    rows.append((0, 5, math.nan))
    client, session, score = map(np.array, zip(*rows, strict=True))
    states = gather_states(MODEL, client, intake, session, score)
    one_by_one = [state_of(MODEL, i, own) for i, own in zip(intake, rated, strict=True)]
    assert np.allclose(states, one_by_one)
    ahead = np.array([max(own) + 1 for own in rated])
    found = forecast_all(MODEL, states, intake, ahead)
    alone = [
        MODEL.forecast(state, i, at) for state, i, at in zip(one_by_one, intake, ahead, strict=True)
    ]
    assert found.mean == pytest.approx([one.mean for one in alone])
    assert found.sd == pytest.approx([one.sd for one in alone])


def test_the_failure_boundary_lies_on_the_worse_side() -> None:
    at = range(2, 20)
    curve = [MODEL.expected(25.0, session) for session in at]
    above = failure_boundary(MODEL, 25.0, at, higher_is_better=False)
    below = failure_boundary(MODEL, 25.0, at, higher_is_better=True)
    assert all(low < middle < high for low, middle, high in zip(below, curve, above, strict=True))
    first = MODEL.forecast(CourseState(), 25.0, 2)
    assert above[0] == pytest.approx(first.mean + t_quantile(0.9, math.inf) * first.sd)
    stricter = failure_boundary(MODEL, 25.0, at, higher_is_better=False, level=0.84)
    assert all(a < b for a, b in zip(stricter, above, strict=True))
    with pytest.raises(ImpossibleArgumentError, match="level"):
        failure_boundary(MODEL, 25.0, at, higher_is_better=False, level=1.0)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"residual_sd": 0.0}, "above 0"),
        ({"intake_sd": -1.0}, "above 0"),
        ({"fixed": FixedEffects(math.nan, 0, 0, 0)}, "not finite"),
        ({"random": RandomEffects(1.0, 2.0, 1.0)}, "random effects is no covariance"),
        ({"random": RandomEffects(0.0, 0.5, 1.0)}, "random effects is no covariance"),
        ({"fixed_covariance": ((1, 2, 0, 0), (2, 1, 0, 0), (0,) * 4, (0,) * 4)}, "fixed effects"),
        ({"fixed_covariance": ((1, 0, 0, 0), (1, 1, 0, 0), (0,) * 4, (0,) * 4)}, "fixed effects"),
        ({"clients": 0}, "0 clients"),
    ],
)
def test_an_impossible_model_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(ImpossibleArgumentError, match=why):
        replace(MODEL, **wrong)


def test_a_perfect_correlation_of_effects_is_a_covariance() -> None:
    assert replace(MODEL, random=RandomEffects(4.0, -2.0, 1.0)).random.covariance == -2


def test_what_cannot_be_gathered_is_refused() -> None:
    with pytest.raises(BadColumnError, match="below 1"):
        gather_states(MODEL, [0], [20.0], [0], [5.0])
    with pytest.raises(BadColumnError, match="outside 0 to 0"):
        gather_states(MODEL, [1], [20.0], [2], [5.0])
    with pytest.raises(BadColumnError, match="length"):
        gather_states(MODEL, [0], [20.0], [2, 3], [5.0])
    with pytest.raises(ImpossibleArgumentError, match="same clients"):
        forecast_all(MODEL, np.zeros((2, 5)), [20.0], [2])
    with pytest.raises(ImpossibleArgumentError, match="1 or later"):
        forecast_all(MODEL, np.zeros((1, 5)), [20.0], [0])


def test_neighbours_are_nearest_in_standard_deviations() -> None:
    rng = np.random.default_rng(22)
    others = np.column_stack([rng.normal(20, 6, 300), rng.normal(0.5, 0.1, 300)])
    others[7] = (20.0, 0.5)
    others[9, 1] = np.nan
    found = nearest_clients([20.0, 0.5], others)
    assert len(found.index) == 25
    assert (found.index[0], found.distance[0]) == (7, 0)
    assert 9 not in found.index
    assert (np.diff(found.distance) >= 0).all()
    stretched = nearest_clients([2e4, 0.5], others * [1e3, 1])
    assert stretched.index.tolist() == found.index.tolist()


def test_too_few_neighbours_are_refused() -> None:
    others = np.arange(24.0)[:, None]
    with pytest.raises(TooFewError, match=r"at least 25 earlier clients .* there are 24"):
        nearest_clients([3.0], others)
    with pytest.raises(ImpossibleArgumentError, match="at least 20"):
        nearest_clients([3.0], others, k=10)
    with pytest.raises(ConstantColumnError, match="intake variable 2"):
        nearest_clients([3.0, 1.0], np.column_stack([np.arange(30.0), np.ones(30)]))
    with pytest.raises(BadColumnError, match="other variables"):
        nearest_clients([3.0, 1.0], others)
    with pytest.raises(BadColumnError, match="no finite number"):
        nearest_clients([np.nan], others)


def test_a_course_of_neighbours_stops_where_too_few_are_left() -> None:
    ratings = np.full((20, 4), np.nan)
    ratings[:, 0], ratings[:, 1] = np.arange(20.0), 3.0
    ratings[:10, 2], ratings[:9, 3] = np.arange(10.0), 1.0
    found = neighbour_course(ratings)
    assert found.sessions.tolist() == [1, 2, 3]
    assert found.mean.tolist() == [9.5, 3.0, 4.5]
    assert found.sd == pytest.approx([np.std(np.arange(20), ddof=1), 0, np.std(range(10), ddof=1)])
    assert found.n.tolist() == [20, 20, 10]
    with pytest.raises(TooFewError, match="at least 10"):
        neighbour_course(ratings[:9])
