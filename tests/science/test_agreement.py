"""Agreement: against scipy, below the minimum, without variation, and in words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rapport.science.agreement import CONGRUENCE_MINIMUM, DIRECTION_MINIMUM, congruence, direction
from rapport.science.assessment import Congruence, Estimate, Withheld
from rapport.science.relationship import assess

from .histories import history

PAIRS = [(5.0, 4.0), (6.0, 4.5), (4.0, 4.0), (6.5, 5.5), (3.0, 3.5), (5.5, 5.0)]
rating = st.floats(1, 7, allow_nan=False)


def sides(pairs: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [client for client, _ in pairs], [therapist for _, therapist in pairs]


def test_direction_agrees_with_a_paired_t_interval() -> None:
    found = direction(*sides(PAIRS))
    differences = [t - c for c, t in PAIRS]
    wanted = stats.ttest_1samp(differences, 0).confidence_interval(0.95)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(sum(differences) / len(PAIRS), rel=1e-12)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), rel=1e-8)


def test_congruence_agrees_with_least_squares_and_fisher() -> None:
    found = congruence(*sides(PAIRS))
    client, therapist = zip(*PAIRS, strict=True)
    line = stats.linregress(client, therapist)
    fisher = stats.pearsonr(client, therapist).confidence_interval(0.95)
    assert isinstance(found, Congruence)
    assert found.slope.value == pytest.approx(line.slope, rel=1e-12)
    assert found.slope.se == pytest.approx(line.stderr, rel=1e-12)
    assert found.correlation == pytest.approx(line.rvalue, rel=1e-12)
    assert (found.correlation_low, found.correlation_high) == pytest.approx(
        (fisher.low, fisher.high), rel=1e-8
    )


def test_too_few_pairs_are_refused_with_what_is_needed() -> None:
    way, together = direction(*sides(PAIRS[: DIRECTION_MINIMUM - 1])), congruence(*sides(PAIRS[:1]))
    assert isinstance(way, Withheld)
    assert way.sentence == (
        "Who rates lower needs at least 3 sessions rated by both; there are 2 such sessions."
    )
    assert isinstance(together, Withheld)
    assert (together.needs, together.has) == (CONGRUENCE_MINIMUM, 1)
    assert together.sentence == (
        "Whether the two ratings move together needs at least 5 sessions rated by both; there is "
        "1 such session."
    )
    none = direction([], [])
    assert isinstance(none, Withheld)
    assert none.sentence.endswith("there are no such sessions.")


@pytest.mark.parametrize(
    ("pairs", "who"),
    [
        ([(5.0, t) for t in (3, 4, 5, 4, 3)], "client"),
        ([(c, 0.1) for c in (3, 4, 5, 4, 3)], "therapist"),
    ],
)
def test_a_side_that_never_varies_is_named(pairs: list[tuple[float, float]], who: str) -> None:
    found = congruence(*sides(pairs))
    assert isinstance(found, Withheld)
    assert found.reason == "no_variation"
    assert f"The {who} gave the same rating each time" in found.sentence


def test_a_perfect_line_has_no_fisher_interval() -> None:
    found = congruence((1.0, 2.0, 3.0, 4.0, 5.0), (0.0, 1.0, 2.0, 3.0, 4.0))
    assert isinstance(found, Congruence)
    assert found.correlation == pytest.approx(1)
    assert found.correlation_low is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(rating, rating), max_size=12))
def test_figures_are_finite_or_withheld(pairs: list[tuple[float, float]]) -> None:
    way, together = direction(*sides(pairs)), congruence(*sides(pairs))
    assert isinstance(way, Withheld) == (len(pairs) < DIRECTION_MINIMUM)
    if isinstance(way, Estimate):
        assert way.low <= way.value <= way.high
    if isinstance(together, Congruence):
        assert all(map(math.isfinite, (together.slope.low, together.slope.high)))
        assert -1 <= together.correlation <= 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(rating, rating), min_size=3, max_size=9))
def test_swapping_the_sides_turns_the_direction(pairs: list[tuple[float, float]]) -> None:
    way, turned = direction(*sides(pairs)), direction(*reversed(sides(pairs)))
    assert isinstance(way, Estimate)
    assert isinstance(turned, Estimate)
    assert way.value == -turned.value


def test_bond_stands_apart_from_goals_and_tasks() -> None:
    client = {"goal": [5, 5, 5], "task": [3, 3, 4], "bond": [6, 6, 6]}
    therapist = {"goal": [4, 4, 4], "task": [3, 2, 3], "bond": [6, 6, 6]}
    found = {a.construct: a for a in assess(history(client, therapist), 3).agreement}
    assert list(found) == ["goals_and_tasks", "goal", "task", "bond"]
    joint = found["goals_and_tasks"].direction
    assert isinstance(joint, Estimate)
    assert joint.value == pytest.approx(-(0.5 + 1 + 1) / 3)
    assert found["bond"].sentence.startswith(
        "You and your client rated the bond the same at all 3 sessions."
    )
    assert found["goal"].sentence.startswith(
        "You rate goals lower than your client does, by 1.0 on average"
    )


def test_only_sessions_rated_by_both_count() -> None:
    found = assess(history({"bond": [5, None, 5, 6]}, {"bond": [4, 4, None, 4]}), 4).agreement
    assert found[0].n == 2


def test_agreement_is_never_worded_as_a_risk() -> None:
    found = assess(history({"bond": [1, 7, 1, 7, 1, 2]}, {"bond": [7, 1, 7, 1, 6, 7]}), 6)
    assert found.suggestion is None or found.suggestion.kind == "prompt"
    said = " ".join(a.sentence for a in found.agreement)
    assert not any(word in said.lower() for word in ("risk", "danger", "fail", "warning", "poor"))
    assert "yours falls by" in said
