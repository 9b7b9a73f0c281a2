import math

import pytest

from rapport.science import change
from rapport.science.refusals import BadColumnError, TooFewError
from rapport.science.sample_change import change_of_each
from rapport.science.sample_gains import gains_of_each, long_series, wide_series

CORE10 = {
    "who": ["ben", "ida", "kai", "lea", "mo"],
    "pre": [24, 18, 12, 20, math.nan],
    "post": [5, 17, 20, 12, 8],
}


def test_everybody_is_judged_by_the_same_rules() -> None:
    found = change_of_each(
        CORE10, pre="pre", post="post", reliability=0.9, sd=7.7, functional=(4.7, 4.8), person="who"
    )
    assert [(one.id, one.outcome) for one in found.people] == [
        ("ben", "recovered"),
        ("ida", "unchanged"),
        ("kai", "worsened"),
        ("lea", "improved"),
    ]
    assert found.counts == {"recovered": 1, "unchanged": 1, "worsened": 1, "improved": 1}
    assert (found.n, found.left_out, found.sd) == (4, 1, 7.7)
    assert found.s_diff == change.s_diff(7.7, 0.9)


def test_the_standard_deviation_before_is_the_samples_own() -> None:
    found = change_of_each(CORE10, pre="pre", post="post", reliability=0.9)
    assert found.sd == pytest.approx(5)
    assert found.cut_offs is None
    assert [one.id for one in found.people] == ["1", "2", "3", "4"]
    assert {one.outcome for one in found.people} == {None}


def test_norms_above_turn_the_scale_round() -> None:
    up = {"pre": [10, 12, 14], "post": [26, 12, 8]}
    found = change_of_each(
        up, pre="pre", post="post", reliability=0.9, sd=4, functional=(28.0, 4.0)
    )
    assert found.higher_is_better
    assert [one.outcome for one in found.people] == ["recovered", "unchanged", "worsened"]


def test_nobody_to_judge_is_refused() -> None:
    with pytest.raises(TooFewError, match="2 people with both scores; there are 0"):
        change_of_each({"a": [1, math.nan], "b": [math.nan, 2]}, pre="a", post="b", reliability=0.8)


def test_long_and_wide_files_tell_the_same() -> None:
    long = {
        "id": ["x"] * 6 + ["y"] * 2,
        "session": [6, 1, 2, 3, 4, 5, 1, 2],
        "score": [10, 20, 20, 21, 9, 9, 5, 5],
    }
    wide = {
        f"s{at}": values
        for at, values in enumerate(
            zip([20, 20, 21, 9, 9, 10], [5, 5, *[math.nan] * 4], strict=True)
        )
    }
    from_long = gains_of_each(
        long_series(long, person="id", session="session", score="score"), cutoff=7
    )
    from_wide = gains_of_each(wide_series(wide, list(wide)), cutoff=7)
    assert (from_long.n, from_long.left_out, from_long.with_gain) == (1, 1, 1)
    assert from_long.people[0].gains == from_wide.people[0].gains
    assert from_long.people[0].gains[0].at == 2


def test_a_session_without_a_row_is_a_gap() -> None:
    series = long_series(
        {"id": ["x"] * 2, "session": [1, 3], "score": [4, 5]},
        person="id",
        session="session",
        score="score",
    )
    assert series == {"x": [4, None, 5]}


@pytest.mark.parametrize("sessions", [[1, 1], [0, 1], [1, 1.5], [1, math.nan]])
def test_sessions_that_cannot_be_are_refused(sessions: list[float]) -> None:
    with pytest.raises(BadColumnError, match="'session'"):
        long_series(
            {"id": ["x", "x"], "session": sessions, "score": [1, 2]},
            person="id",
            session="session",
            score="score",
        )


def test_a_person_twice_in_a_wide_file_is_refused() -> None:
    with pytest.raises(BadColumnError, match="names somebody twice"):
        wide_series({"id": ["x", "x"], "s1": [1, 2]}, ["s1"], person="id")


def test_nobody_with_four_ratings_is_refused() -> None:
    with pytest.raises(TooFewError, match="person with four ratings"):
        gains_of_each({"x": [1, 2, None]}, cutoff=5)
