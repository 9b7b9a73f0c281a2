"""The expected course: against the matrix form, its coverage, and what it never knows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.science import instruments
from rapport.science.forecast import Forecast
from rapport.science.history import Scale
from rapport.science.priors import course_prior
from rapport.science.relationship import assess
from rapport.science.timeline import Line
from rapport.science.trajectory import BAND_LEVEL, forecasts

from .histories import history

BOUNDED = Scale("form", "alliance", "alliance", "relationship", True, 1, 7)
DECLARED = Scale("form", "alliance", "alliance", "relationship", True, source_sd=2.0)
BARE = Scale("form", "alliance", "alliance", "relationship", True)
values = st.lists(st.floats(1, 7, allow_nan=False), min_size=4, max_size=12)


def by_matrices(scale: Scale, given_: list[float], session: int) -> tuple[float, float, int]:
    """Mean, scale and freedom of the next rating by conjugate regression in matrix form."""
    prior = course_prior(scale)
    t = np.log(np.arange(1, len(given_) + 1))
    z = np.column_stack([np.ones_like(t), t])
    centre = given_[0] if prior.centre is None else prior.centre
    r = np.array(given_) - centre
    precision = np.diag([prior.centre_precision, prior.slope_precision]) + z.T @ z
    b = np.linalg.solve(precision, z.T @ r)
    df = prior.noise_worth + len(given_) - (prior.centre is None)
    s2 = (prior.noise_worth * (prior.noise or 0) ** 2 + r @ r - b @ z.T @ r) / df
    row = np.array([1, math.log(session)])
    return (
        float(centre + row @ b),
        float(np.sqrt(s2 * (1 + row @ np.linalg.solve(precision, row)))),
        df,
    )


@settings(max_examples=60, deadline=None)
@given(values, st.sampled_from([BOUNDED, DECLARED]))
def test_running_sums_agree_with_the_matrix_form(given_: list[float], scale: Scale) -> None:
    held = tuple(range(1, len(given_) + 1))
    line = Line(scale, "client", held, tuple(given_), {})
    found = forecasts(line, course_prior(scale), [*held, len(given_) + 1])[-1]
    assert found is not None
    assert (found.mean, found.sd, found.df) == pytest.approx(
        by_matrices(scale, given_, len(given_) + 1), rel=1e-8
    )


def test_a_bare_scale_learns_its_spread_from_earlier_sessions() -> None:
    given_ = [3.2, 3.9, 3.5, 4.1, 3.7]
    line = Line(BARE, "client", (1, 2, 3, 4, 5), tuple(given_), {})
    found = forecasts(line, course_prior(BARE), line.sessions)
    assert found[:3] == (None, None, None)
    last = found[4]
    assert isinstance(last, Forecast)
    assert (last.mean, last.sd, last.df) == pytest.approx(by_matrices(BARE, given_[:4], 5))


def test_a_bare_scale_moved_and_stretched_keeps_its_course() -> None:
    given_ = (3.2, 3.9, 3.5, 4.1, 3.7)
    moved = tuple(1e6 + 50 * v for v in given_)
    one, other = (
        forecasts(
            Line(BARE, "client", (1, 2, 3, 4, 5), v, {}), course_prior(BARE), (1, 2, 3, 4, 5)
        )[4]
        for v in (given_, moved)
    )
    assert one is not None
    assert other is not None
    assert (other.mean - 1e6) / 50 == pytest.approx(one.mean, rel=1e-6)
    assert other.sd / 50 == pytest.approx(one.sd, rel=1e-6)


def test_ratings_that_never_vary_give_a_bare_scale_no_band() -> None:
    line = Line(BARE, "client", tuple(range(1, 7)), (4.0,) * 6, {})
    assert set(forecasts(line, course_prior(BARE), line.sessions)) == {None}


def test_the_band_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    prior = course_prior(DECLARED)
    assert prior.noise is not None
    inside = total = 0
    for _ in range(1_000):
        sd = prior.noise * math.sqrt(prior.noise_worth / rng.chisquare(prior.noise_worth))
        slope = sd * rng.standard_normal() / math.sqrt(prior.slope_precision)
        sessions = np.arange(1, 13)
        drawn = rng.normal(0, 9) + slope * np.log(sessions) + sd * rng.standard_normal(12)
        line = Line(DECLARED, "client", tuple(sessions.tolist()), tuple(drawn.tolist()), {})
        for value, forecast in zip(line.values, forecasts(line, prior, line.sessions), strict=True):
            if forecast is not None:
                inside += abs(value - forecast.mean) <= forecast.reach((1 - BAND_LEVEL) / 2)
                total += 1
    # 11,000 forecasts: three standard errors are .012.
    assert inside / total == pytest.approx(BAND_LEVEL, abs=0.012)


@settings(max_examples=40, deadline=None)
@given(values, st.floats(1, 7, allow_nan=False))
def test_a_session_cannot_move_its_own_band(given_: list[float], other: float) -> None:
    last = len(given_)
    bands = [
        assess(history({"alliance": v}), last).expected_course[0].points[last - 1]
        for v in (given_, [*given_[:-1], other])
    ]
    assert (bands[0].expected, bands[0].low, bands[0].high) == (
        bands[1].expected,
        bands[1].low,
        bands[1].high,
    )


def test_the_last_point_is_the_next_session() -> None:
    course = assess(history({"alliance": [5, None, 6]}), 3).expected_course[0]
    assert [(p.session, p.observed) for p in course.points] == [
        (1, 5),
        (2, None),
        (3, 6),
        (4, None),
    ]
    assert course.points[3].expected is not None
    assert "An assumption, not a published norm" in course.priors_in_use
    assert course.level == BAND_LEVEL


def test_published_norms_are_used_and_cited() -> None:
    prior = course_prior(instruments.scales()["core10", "total"])
    assert (prior.centre, prior.between, prior.noise) == (19.7, 7.7, 3.85)
    assert "19.7 ± 7.7 (Barkham and others (2013), n = 1,835)" in prior.text
    assert "are assumptions" in prior.text
    for key in (("phq9", "total"), ("week_check", "distress_total")):
        assert course_prior(instruments.scales()[key]).text.startswith("An assumption")


def test_a_first_rating_is_not_held_against_the_middle_of_the_scale() -> None:
    found = assess(history({"alliance": [7]}, {"alliance": [7]}, mood=[27]), 1)
    assert [c.points[0].outside for c in found.expected_course] == [None] * 3
    assert all(c.points[1].low is not None for c in found.expected_course)
    assert found.expected_course[2].sentence == (
        "It is too early to say what to expect of your client's depression score: a band needs an "
        "earlier rating."
    )
    assert "expected" not in found.headline


def test_a_band_stays_on_the_scale() -> None:
    course = assess(history({"alliance": [7] * 12}), 12).expected_course[0]
    assert all(p.high is not None and p.high <= 7 for p in course.points[1:])


def test_the_course_says_where_the_last_rating_lies() -> None:
    course = assess(history({"alliance": [5, 5, 5, 5, 2]}), 5).expected_course[0]
    assert course.points[4].outside == "below"
    assert course.sentence.startswith(
        "At session 5, your client's alliance rating was lower than expected (2.0; 80 % band "
    )
