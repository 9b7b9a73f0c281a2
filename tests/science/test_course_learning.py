"""A practice's own expected course: learnt, judged on clients it never saw, or refused."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from rapport.science.course_learning import LearntCourse, learn_course, why_not_adopted
from rapport.science.history import Scale
from rapport.science.refusals import ConstantColumnError, TooFewError
from rapport.science.timeline import Line

SCALE = Scale(
    "sim", "distress", "distress", "outcome", higher_is_better=False, minimum=0, maximum=40
)
SLOPE, SPREAD, NOISE = -3.0, 4.0, 2.5


def clients(n: int, seed: int, sessions: int = 8) -> list[Line]:
    """Clients whose courses are straight lines in log(session), each their own, with noise."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(1, sessions + 1)
    level, slope = rng.normal(22, SPREAD, n), rng.normal(SLOPE, 1.5, n)
    noise = rng.normal(0, NOISE, (n, sessions))
    values = level[:, None] + slope[:, None] * np.log(numbers) + noise
    return [
        Line(SCALE, "client", tuple(numbers.tolist()), tuple(row.tolist()), {}) for row in values
    ]


@cache
def learnt() -> LearntCourse:
    return learn_course(clients(200, seed=5), version="3", data_hash="d")


def test_it_finds_the_course_that_the_clients_took() -> None:
    model = learnt().model
    assert model.residual_sd == pytest.approx(NOISE, abs=0.15)
    assert model.fixed.log_session == pytest.approx(SLOPE, abs=0.6)
    assert (model.clients, model.version, model.data_hash) == (200, "3", "d")
    assert learnt().ratings == 200 * 7


def test_forecasts_of_clients_it_never_saw_hold() -> None:
    judged = learnt().judgement
    assert judged.clients == 200
    assert judged.inside == pytest.approx(0.8, abs=0.03)
    assert judged.below + judged.inside + judged.above == pytest.approx(1)
    assert sum(judged.deciles) == pytest.approx(1)
    assert judged.gain > 2 * judged.gain_se
    assert why_not_adopted(judged) == ""


def test_a_course_that_does_not_hold_is_not_adopted() -> None:
    """Noise that differs tenfold between clients: one band cannot fit them all."""
    rng = np.random.default_rng(2)
    lines = [
        line
        if at % 4
        else Line(SCALE, "client", line.sessions, tuple(20 + rng.normal(0, 25, 8)), {})
        for at, line in enumerate(clients(120, seed=7))
    ]
    judged = learn_course(lines, version="1", data_hash="").judgement
    assert re.search("band held|not forecast clearly", why_not_adopted(judged))


def test_too_few_clients_or_ratings_are_refused_with_what_is_needed() -> None:
    with pytest.raises(TooFewError, match="at least 50 clients with two ratings; there are 49"):
        learn_course(clients(49, seed=1), version="1", data_hash="")
    with pytest.raises(TooFewError, match="at least 200 ratings after the first; there are 60"):
        learn_course(clients(60, seed=1, sessions=2), version="1", data_hash="")


def test_a_first_rating_that_never_varies_is_refused() -> None:
    alike = [
        Line(SCALE, "client", line.sessions, (20.0, *line.values[1:]), {})
        for line in clients(60, seed=3)
    ]
    with pytest.raises(ConstantColumnError, match="intake"):
        learn_course(alike, version="1", data_hash="")
