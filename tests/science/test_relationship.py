"""The engine as a whole: what it says, and what it may never do."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.science import instruments
from rapport.science.assessment import Assessment, Withheld
from rapport.science.false_alarms import RATES_FILE
from rapport.science.history import (
    DuplicateFactError,
    Goal,
    GoalRating,
    History,
    HistoryError,
    ImpossibleValueError,
    Rating,
    Session,
    UnknownFactError,
)
from rapport.science.plain import PlainDataError
from rapport.science.relationship import assess, input_hash
from rapport.science.simulate import simulate_dyads
from rapport.science.wording import number, ordinal, signed, third_person

from .histories import FORM, drawn_histories, history

quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(drawn_histories(), st.integers(0, 9))
def test_later_facts_never_change_an_earlier_assessment(whole: History, as_of: int) -> None:
    cut = whole.until(as_of)
    assert assess(whole, as_of) == assess(cut, as_of)
    assert input_hash(whole, as_of) == input_hash(cut, as_of)


@quick
@given(drawn_histories(), st.data())
def test_the_order_of_facts_does_not_matter(whole: History, data: st.DataObject) -> None:
    shuffled = replace(
        whole,
        sessions=tuple(data.draw(st.permutations(whole.sessions))),
        ratings=tuple(data.draw(st.permutations(whole.ratings))),
        goals=tuple(data.draw(st.permutations(whole.goals))),
        goal_ratings=tuple(data.draw(st.permutations(whole.goal_ratings))),
        scales={key: whole.scales[key] for key in sorted(whole.scales, reverse=True)},
    )
    assert assess(shuffled, 9) == assess(whole, 9)
    assert input_hash(shuffled, 9) == input_hash(whole, 9)


@quick
@given(drawn_histories())
def test_an_assessment_survives_json(whole: History) -> None:
    found = assess(whole, 9)
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert Assessment.from_dict(json.loads(text)) == found


def test_a_changed_fact_changes_the_hash() -> None:
    before = history({"alliance": [5, 5]})
    after = history({"alliance": [5, 4]})
    assert input_hash(before, 2) != input_hash(after, 2)
    assert input_hash(before, 1) == input_hash(after, 1)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"sessions": (Session(1), Session(1))}, DuplicateFactError, "Session 1 stands twice"),
        (
            {
                "ratings": (
                    Rating(1, "client", FORM, "bond", 5),
                    Rating(1, "client", FORM, "bond", 6),
                )
            },
            DuplicateFactError,
            "client's rating of relationship_check/bond at session 1 stands twice",
        ),
        (
            {"goals": (Goal("g", "Sleep"), Goal("g", "Work"))},
            DuplicateFactError,
            "Two goals share one key",
        ),
        (
            {
                "goals": (Goal("g", "Sleep"),),
                "goal_ratings": (GoalRating(1, "g", "client", 3),) * 2,
            },
            DuplicateFactError,
            "rating of goal 'g' at session 1 stands twice",
        ),
        (
            {"ratings": (Rating(1, "client", "invented", "total", 5),)},
            UnknownFactError,
            "invented/total, which is not declared",
        ),
        (
            {"ratings": (Rating(2, "client", FORM, "bond", 5),)},
            UnknownFactError,
            "rated at session 2, which is not among the sessions held",
        ),
        (
            {"ratings": (Rating(1, "client", FORM, "bond", 8),)},
            ImpossibleValueError,
            "8 is above 7",
        ),
        (
            {"ratings": (Rating(1, "client", FORM, "bond", float("nan")),)},
            ImpossibleValueError,
            "not a finite number",
        ),
        ({"sessions": (Session(0),)}, ImpossibleValueError, "numbered from 1"),
    ],
)
def test_contradictory_facts_are_refused_by_name(
    change: dict[str, tuple[object, ...]], error: type[HistoryError], says: str
) -> None:
    base = history({"alliance": [5]})
    with pytest.raises(error, match=says):
        assess(replace(base, **change), 2)  # type: ignore[arg-type]


def test_a_duplicate_in_the_future_is_not_seen_yet() -> None:
    base = history({"alliance": [5, 5]})
    doubled = replace(base, ratings=(*base.ratings, base.ratings[-1]))
    assert assess(doubled, 1) == assess(base, 1)
    with pytest.raises(DuplicateFactError):
        assess(doubled, 2)


def test_before_the_first_session_there_is_something_to_ask() -> None:
    found = assess(History("Ben and Alice"), 0)
    assert found.headline == "You have not met yet."
    assert found.question == "What would have to happen here for you to say that it was worth it?"
    assert [slot.state for slot in found.first_five.slots] == ["upcoming"] * 5


def test_the_headline_says_who_rated_lower_and_how_often() -> None:
    found = assess(
        history(
            {"goal": [5, 4, 4], "alliance": [5, 5, 5]}, {"goal": [5, 5, 6], "alliance": [5, 5, 5]}
        ),
        3,
    )
    assert found.headline == "Your client rated goals lower than you did, for the second time."
    assert found.suggestion is not None
    assert found.suggestion.key == "apart_goal"
    assert found.suggestion.kind == "prompt"
    assert found.suggestion.sentence == (
        "Ask about goals: your client rated them lower than you did, for the second time."
    )
    assert found.question == "Are we working towards what matters most to you?"


def test_a_fall_comes_before_a_gap() -> None:
    found = assess(
        history(
            {"alliance": [6, 6, 6, 6, 6, 6, 2]},
            {"alliance": [5, 5, 5, 5, 5, 5, 5]},
        ),
        7,
    )
    assert found.headline == (
        "Your client rated the alliance 2.0, clearly lower than earlier ratings led to expect "
        "(last time 6.0)."
    )
    assert found.suggestion is not None
    assert (found.suggestion.key, found.suggestion.kind) == ("rupture_client", "attention")
    assert found.suggestion.false_alarm_rate.per_session is not None
    assert len(found.suggestion.things_to_try) == 3


def test_a_missing_rating_in_the_first_five_is_asked_about() -> None:
    found = assess(history({"alliance": [5, 5, None]}, {"alliance": [5, 5, 5]}), 3)
    assert found.headline == "There is no alliance rating from your client for session 3."
    assert found.first_five.missing == ("Session 3: your client's rating is missing.",)
    assert found.first_five.step == "Invite your client to rate session 3 before you next meet."
    assert found.suggestion is not None
    assert found.suggestion.sentence == (
        "Ask about the check-in: your client did not rate the last session."
    )


def test_where_nobody_rates_the_alliance_the_headline_speaks_of_the_outcome() -> None:
    improved = _phq9([18, 15, 10])
    assert improved.headline == (
        "Your client's depression score went from 18 to 10: a reliable improvement."
    )
    assert _phq9([18]).headline == (
        "Your client's depression score was 18 at session 1; one rating so far."
    )
    assert _phq9([18, 17, None]).headline == (
        "Your client's depression score went from 18 to 17: no more than measurement error could "
        "give."
    )


def _phq9(values: list[float | None]) -> Assessment:
    scale = instruments.scales()["phq9", "total"]
    held = range(1, len(values) + 1)
    facts = History(
        relationship="Ben and Alice",
        sessions=tuple(Session(number) for number in held),
        ratings=tuple(
            Rating(number, "client", "phq9", "total", value)
            for number, value in zip(held, values, strict=True)
            if value is not None
        ),
        scales={scale.key: scale},
    )
    return assess(facts, len(values))


def test_missed_appointments_are_counted_in_words() -> None:
    found = assess(history({"alliance": [5, 5]}, {"alliance": [5, 5]}, missed={2: 2}), 2)
    assert found.suggestion is not None
    assert found.suggestion.sentence == (
        "Ask about the 2 missed appointments before the last session."
    )


def test_first_five_slots_and_slope() -> None:
    strip = assess(history({"alliance": [3, 4, 5, 6]}, {"alliance": [4, None, 4]}), 4).first_five
    assert [s.state for s in strip.slots] == [
        "complete",
        "waiting_therapist",
        "complete",
        "waiting_therapist",
        "upcoming",
    ]
    assert not isinstance(strip.client_slope, Withheld)
    assert strip.client_slope.value == pytest.approx(1)
    assert isinstance(strip.therapist_slope, Withheld)
    assert strip.therapist_slope.sentence == "A slope needs at least 3 ratings; there are 2."
    assert strip.active


def test_slope_agrees_with_scipy() -> None:
    from scipy import stats

    values = [3.0, 4.5, 4.0, 6.5, 5.0]
    strip = assess(history({"alliance": values}), 5).first_five
    wanted = stats.linregress(range(1, 6), values)
    assert not isinstance(strip.client_slope, Withheld)
    assert strip.client_slope.value == pytest.approx(wanted.slope, rel=1e-12)
    assert strip.client_slope.se == pytest.approx(wanted.stderr, rel=1e-12)
    reach = stats.t.ppf(0.975, 3) * wanted.stderr
    assert strip.client_slope.high == pytest.approx(wanted.slope + reach, rel=1e-8)


def test_levels_keep_constructs_and_raters_apart() -> None:
    found = assess(
        history({"bond": [4, 6], "real_relationship": [3]}, {"bond": [5]}, sessions=2), 2
    )
    assert [(v.construct, v.rater, v.value, v.change) for v in found.levels] == [
        ("bond", "client", 6, 2),
        ("bond", "therapist", 5, None),
        ("real_relationship", "client", 3, None),
    ]
    assert found.levels[0].own_mean == 5
    assert not found.levels[0].validated


def test_goals_stall_slip_and_advance_by_the_stated_rule() -> None:
    goals = [Goal(k, k, "work" if k == "stuck" else "home") for k in ("stuck", "up", "down", "new")]
    given_ = {"stuck": [4, 4, 4], "up": [3, 4, 6], "down": [6, 5, 4], "new": [2]}
    found = assess(
        history(
            {"alliance": [5, 5, 5]},
            {"alliance": [5, 5, 5]},
            goals=goals,
            goal_ratings=[
                GoalRating(n, key, "client", value)
                for key, values in given_.items()
                for n, value in enumerate(values, start=1)
            ],
        ),
        3,
    )
    assert {g.key: g.state for g in found.goals.goals} == {
        "stuck": "stalled",
        "up": "advancing",
        "down": "slipping",
        "new": "new",
    }
    assert [(a.area, a.needs_focus) for a in found.goals.areas] == [("home", True), ("work", True)]
    assert found.suggestion is not None
    assert found.suggestion.sentence == "Ask about home: “down” has slipped."


def mood_of(values: list[float]) -> History:
    return history({"alliance": [5] * 8}, {"alliance": [5] * 8}, mood=values)


def test_an_outcome_twice_beyond_its_limit_is_worth_attention() -> None:
    found = assess(mood_of([14, 7, 7, 7, 7, 7, 13, 15]), 8).suggestion
    assert found is not None
    assert (found.key, found.kind) == ("outcome_off_course", "attention")
    assert found.sentence == (
        "Ask about depression: your client's score was clearly worse than expected at the last "
        "two ratings."
    )
    assert found.rule == (
        "Two ratings running lie beyond the worse edge of the 90 % band of this client's own "
        "course."
    )
    assert [i.name for i in found.inputs] == ["session 7", "session 8"]
    stored = json.loads(RATES_FILE.read_text(encoding="utf-8"))["rates"]["client"]
    wanted = stored["outcome_off_course"]["per_relationship"]
    assert found.false_alarm_rate.per_relationship == wanted < 0.1


@pytest.mark.parametrize(
    ("values", "outside"),
    [
        ([14, 7, 7, 7, 7, 7, 11, 12], ["above", "above"]),  # beyond 80 %, within 90 %
        ([14, 14, 14, 14, 14, 14, 6, 4], ["below", "below"]),  # better than expected
        ([14, 7, 7, 7, 7, 7, 7, 15], [None, "above"]),  # once only
    ],
)
def test_less_than_that_raises_no_attention(values: list[float], outside: list[str | None]) -> None:
    found = assess(mood_of(values), 8)
    course = next(c for c in found.expected_course if c.construct == "depression")
    assert [p.outside for p in course.points[6:8]] == outside
    assert found.suggestion is None or found.suggestion.key != "outcome_off_course"


def test_reliable_change_says_which_fact_is_missing() -> None:
    simulated = next(simulate_dyads(np.random.default_rng(5), 1).histories())
    found = assess(simulated, len(simulated.sessions)).changes
    assert len(found) == 1
    assert isinstance(found[0].reliable, Withheld)
    assert "lacks a reliability and a standard deviation" in found[0].reliable.sentence


def test_a_reliable_worsening_uses_the_published_threshold() -> None:
    found = assess(history({"alliance": [5] * 3}, {"alliance": [5] * 3}, mood=[8, 10, 15]), 3)
    assert found.changes[0].sentence == (
        "Your client's depression score went from 8 to 15: reliably worse."
    )
    assert found.suggestion is not None
    assert found.suggestion.key == "outcome_reliably_worse"


def test_scores_and_differences_read_as_people_write_them() -> None:
    assert [number(v) for v in (11.2761, 8.0, 0.04)] == ["11.3", "8", "0"]
    assert [signed(v) for v in (-0.04, -0.26, 1.0)] == ["0.0", "−0.3", "+1.0"]
    assert [ordinal(n) for n in (1, 12, 13, 21, 22, 111)] == [
        "first",
        "twelfth",
        "13th",
        "21st",
        "22nd",
        "111th",
    ]


def test_plain_data_of_another_shape_is_refused() -> None:
    data = assess(history({"alliance": [5]}), 1).to_dict()
    del data["headline"]
    with pytest.raises(PlainDataError, match="Assessment needs"):
        Assessment.from_dict(data)


def test_the_engine_starts_without_numpy() -> None:
    code = (
        "import sys, rapport.science.relationship; "
        "sys.exit(any(m in sys.modules for m in ('numpy', 'scipy', 'django')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_can_still_be_rated_is_not_missing() -> None:
    known = history({"alliance": [5.0, 5.0]}, {"alliance": [5.0, 5.0]}, sessions=3)
    missing = assess(known, 3)
    waiting = assess(replace(known, open_sessions=frozenset({3})), 3)
    assert missing.suggestion is not None
    assert missing.suggestion.key == "ratings_missing"
    assert waiting.suggestion is None or waiting.suggestion.key != "ratings_missing"
    assert missing.first_five.missing
    assert not waiting.first_five.missing
    assert waiting.first_five.slots[2].state == "open"
    assert "can still be rated" in waiting.headline


def test_an_open_session_to_come_changes_nothing_now() -> None:
    known = history({"alliance": [5.0, 5.0, 5.0]}, {"alliance": [5.0, 5.0, 5.0]})
    later = replace(known, open_sessions=frozenset({3}))
    assert assess(later, 2) == assess(known, 2)
    assert input_hash(later, 2) == input_hash(known, 2)


def test_a_supervisor_reads_no_you() -> None:
    for said in (
        "Your client rated goals lower than you did, for the third time.",
        "Ask about the check-in: your client did not rate the last session.",
        "Ask about the last session: your own rating of the alliance was clearly lower than "
        "earlier ratings led to expect.",
        "You and your client rated session 3 much alike.",
        "You have not met yet.",
    ):
        told = third_person(said, client="Ben", therapist="Alice")
        assert "you" not in told.lower(), told
