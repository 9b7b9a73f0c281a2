"""The engine with a practice's own model in place of a prior."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.science.assessment import Assessment, ExpectedCourse, Suggestion
from rapport.science.course_model import CourseState, FixedEffects
from rapport.science.false_alarms import NOT_KNOWN_OF_MODEL
from rapport.science.history import History, LineKey
from rapport.science.relationship import assess, input_hash
from rapport.science.timeline import timeline
from rapport.science.trajectory import BAND_TAIL, outlooks

from .histories import history
from .models import MODEL

MOOD: LineKey = ("mood", "total", "client")
ALLIANCE: LineKey = ("relationship_check", "alliance", "client")
SCORES = [24, 21, 22, None, 17, 18]


def with_model(history_: History, key: LineKey = MOOD) -> History:
    return replace(history_, models={key: MODEL})


def mood_course(found: Assessment) -> ExpectedCourse:
    return next(course for course in found.expected_course if course.construct == "depression")


def test_the_practices_own_model_draws_the_course() -> None:
    course = mood_course(assess(with_model(history(mood=SCORES)), 6))
    state = CourseState()
    for point, score in zip(course.points[1:], [*SCORES[1:], None], strict=True):
        forecast = MODEL.forecast(state, 24, point.session)
        assert point.expected == pytest.approx(forecast.mean)
        assert point.low == pytest.approx(max(0.0, forecast.mean - forecast.reach(BAND_TAIL)))
        if score is not None:
            state = MODEL.after(state, 24, point.session, score)
    assert state.n == 4


def test_it_says_which_is_in_use() -> None:
    scores = history({"alliance": [5, 5, 6]}, mood=[24, 21, 22])
    by_construct = {c.construct: c for c in assess(with_model(scores), 3).expected_course}
    assert by_construct["depression"].priors_in_use.startswith(
        "This practice's own model, fitted on 412 clients of this practice, version 2026-11-01: "
    )
    assert by_construct["alliance"].priors_in_use.startswith("An assumption, not a published norm")


def test_the_first_rating_is_intake_and_has_no_band() -> None:
    course = mood_course(assess(with_model(history(mood=[None, 24, None, 20])), 4))
    assert [point.low is None for point in course.points] == [True, True, False, False, False]
    assert course.points[2].expected == pytest.approx(MODEL.expected(24, 3))
    first = mood_course(assess(with_model(history(mood=[24])), 1))
    assert first.sentence.endswith("a band needs an earlier rating.")
    assert first.points[1].expected == pytest.approx(MODEL.expected(24, 2))


def test_a_model_is_of_one_rater() -> None:
    both = history({"alliance": [5, 5, 6]}, {"alliance": [5, 5, 6]})
    found = assess(with_model(both, ALLIANCE), 3).expected_course
    assert {c.rater: "own model" in c.priors_in_use for c in found} == {
        "client": True,
        "therapist": False,
    }


def test_the_hash_names_the_models_that_are_used() -> None:
    scores = history(mood=SCORES)
    plain, modelled = input_hash(scores, 6), input_hash(with_model(scores), 6)
    other = replace(scores, models={MOOD: replace(MODEL, version="2026-12-01")})
    moved = replace(scores, models={MOOD: replace(MODEL, fixed=FixedEffects(17, -2.5, 0.6, 0))})
    hashes = {plain, modelled, input_hash(other, 6), input_hash(moved, 6)}
    assert len(hashes) == 4
    assert input_hash(with_model(scores, ALLIANCE), 6) == plain  # nobody rated it


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 27, allow_nan=False), min_size=2, max_size=8), st.floats(0, 27))
def test_a_session_cannot_move_its_own_band(scores: list[float], other: float) -> None:
    last = len(scores)
    points = [
        mood_course(assess(with_model(history(mood=mood)), last)).points[last - 1]
        for mood in (scores, [*scores[:-1], other])
    ]
    assert (points[0].expected, points[0].low) == (points[1].expected, points[1].low)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 27, allow_nan=False), min_size=2, max_size=8), st.integers(1, 7))
def test_later_facts_change_nothing(scores: list[float], cut: int) -> None:
    cut = min(cut, len(scores))
    whole, early = (with_model(history(mood=mood)) for mood in (scores, scores[:cut]))
    assert assess(whole, cut) == assess(early, cut)
    assert input_hash(whole, cut) == input_hash(early, cut)


def test_an_assessment_by_a_model_can_be_stored() -> None:
    found = assess(with_model(history(mood=SCORES)), 6)
    assert Assessment.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def off_course(history_: History) -> Suggestion:
    suggestion = assess(history_, 4).suggestion
    assert suggestion is not None
    assert suggestion.key == "outcome_off_course"
    return suggestion


def test_a_rate_measured_for_the_priors_is_not_printed_for_the_model() -> None:
    scores = history(mood=[22, 20, 27, 27])
    strict = replace(MODEL, residual_sd=1.0)
    by_model = off_course(replace(scores, models={MOOD: strict}))
    assert by_model.false_alarm_rate == NOT_KNOWN_OF_MODEL
    assert "412 clients" in by_model.uncertainty


def test_ruptures_are_held_against_the_model() -> None:
    ratings = history({"alliance": [6, 6, 5.5, 6, 6, 2]})
    about_alliance = replace(
        MODEL,
        fixed=FixedEffects(5.5, 0.1, 0.7, -0.05),
        random=MODEL.random._replace(intercept_variance=0.2, covariance=0.0, slope_variance=0.02),
        residual_sd=0.5,
        intake_mean=5.3,
        intake_sd=0.9,
        fixed_covariance=((0.0,) * 4,) * 4,
    )
    modelled = replace(ratings, models={ALLIANCE: about_alliance})
    found = {f.rule: f for f in assess(modelled, 6).ruptures if f.session == 6}
    (outlook,) = outlooks(timeline(modelled, 6))
    assert outlook.by_own_model
    assert outlook.basis.between == pytest.approx((0.7**2 * 0.9**2 + 0.2) ** 0.5)
    forecast = outlook.by_session[6]
    assert forecast is not None
    assert found["innovation"].limit == pytest.approx(forecast.mean - 2.5 * forecast.sd, rel=1e-5)
    assert found["innovation"].false_alarm_rate == NOT_KNOWN_OF_MODEL
    assert found["classic_chart"].false_alarm_rate.per_session is not None
