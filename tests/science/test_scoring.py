import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.science import instruments, scoring
from rapport.science.instruments import Instrument

MEASURES = st.sampled_from(instruments.all())


@st.composite
def forms(draw: st.DrawFn) -> tuple[Instrument, dict[str, float | None]]:
    """A measure and answers to it, some of them missing."""
    instrument = draw(MEASURES)
    answers: dict[str, float | None] = {}
    for item in instrument.items:
        steps = round((item.maximum - item.minimum) / item.step)
        step = draw(st.none() | st.integers(0, steps))
        answers[item.key] = None if step is None else item.minimum + step * item.step
    return instrument, answers


def all_at(instrument: Instrument, value: float) -> dict[str, float | None]:
    return {item.key: value for item in instrument.items}


def test_phq9_adds_up() -> None:
    phq9 = instruments.load("phq9")
    answers = {f"phq9_{n}": value for n, value in enumerate([1, 2, 3, 0, 1, 2, 3, 0, 1], 1)}
    total = scoring.score(phq9, answers)["total"]
    assert (total.value, total.missing, total.prorated, total.reason) == (13, (), False, "")


def test_up_to_two_missing_items_of_the_phq9_are_prorated() -> None:
    phq9 = instruments.load("phq9")
    answers = {f"phq9_{n}": 2 for n in range(1, 8)}
    total = scoring.score(phq9, answers)["total"]
    assert (total.value, total.missing, total.prorated) == (18, ("phq9_8", "phq9_9"), True)


def test_too_many_missing_items_leave_no_score() -> None:
    phq9 = instruments.load("phq9")
    total = scoring.score(phq9, {f"phq9_{n}": 2 for n in range(1, 7)})["total"]
    assert total.value is None
    assert total.reason == "not scorable: 3 of 9 items missing; at most 2 allowed"


def test_without_a_published_rule_nothing_may_be_missing() -> None:
    gad7 = instruments.load("gad7")
    total = scoring.score(gad7, {f"gad7_{n}": 1 for n in range(1, 7)})["total"]
    assert total.value is None
    assert total.reason == "not scorable: 1 of 7 items missing; none may be missing"


def test_no_answers_are_not_a_zero() -> None:
    for instrument in instruments.all():
        assert [s.value for s in scoring.score(instrument, {}).scores] == [None] * len(
            instrument.scales
        )


def test_core10_turns_its_two_items_round() -> None:
    core10 = instruments.load("core10")
    assert scoring.score(core10, all_at(core10, 4))["total"].value == 8 * 4
    assert scoring.score(core10, all_at(core10, 0))["total"].value == 2 * 4


def test_who5_runs_to_a_hundred() -> None:
    who5 = instruments.load("who5")
    assert scoring.score(who5, all_at(who5, 5))["total"].value == 100


def test_ors_takes_marks_to_the_millimetre() -> None:
    ors = instruments.load("ors")
    answers = {"ors_1": 3.4, "ors_2": 5.1, "ors_3": 0.3, "ors_4": 10}
    assert scoring.score(ors, answers)["total"].value == pytest.approx(18.8, abs=1e-12)


def test_week_check_counts_each_item_in_its_scales_own_direction() -> None:
    week = instruments.load("week_check")
    answers = {"distress": 5, "functioning": 1, "wellbeing": 2, "life_satisfaction": 6, "risk": 4}
    form = scoring.score(week, answers)
    assert form["distress_total"].value == 5 + (6 - 1) + (6 - 2) + (6 - 6)
    assert form["wellbeing"].value == 2
    assert form["life_satisfaction"].value == 6


@pytest.mark.parametrize(
    ("measure", "answers", "message"),
    [
        ("phq9", {"phq9_3": 4}, "phq9_3: 4 is not an answer; allowed are 0, 1, 2 or 3"),
        ("phq9", {"phq9_3": 1.5}, "phq9_3: 1.5 is not an answer"),
        ("phq9", {"phq9_3": True}, "phq9_3: True is not an answer"),
        ("phq9", {"phq9_3": float("nan")}, "phq9_3: nan is not an answer"),
        ("phq9", {"phq9_3": "2"}, "phq9_3: '2' is not an answer"),
        ("phq9", {"phq9_10": 1}, "phq9_10: 1 is not an answer; the measure has no such item"),
        ("phq9", {"phq9_10": None}, "no such item, only phq9_1, phq9_2, phq9_3"),
        ("ors", {"ors_1": 10.1}, "allowed is a number from 0 to 10 in steps of 0.1"),
        ("ors", {"ors_1": 5.05}, "allowed is a number from 0 to 10 in steps of 0.1"),
        ("ors", {"ors_1": float("inf")}, "allowed is a number from 0 to 10 in steps of 0.1"),
    ],
)
def test_an_impossible_answer_is_refused_by_name(
    measure: str, answers: dict[str, float | None], message: str
) -> None:
    with pytest.raises(scoring.InvalidAnswerError) as refused:
        scoring.score(instruments.load(measure), answers)
    assert message in str(refused.value)
    assert refused.value.item == next(iter(answers))


def test_asking_for_a_scale_that_is_not_there_names_it() -> None:
    form = scoring.score(instruments.load("phq9"), {})
    with pytest.raises(instruments.InstrumentError, match="phq9 has no scale 'sum'"):
        form["sum"]


@given(forms())
def test_values_stay_in_range_and_have_a_reason_when_absent(
    form: tuple[Instrument, dict[str, float | None]],
) -> None:
    instrument, answers = form
    for scored in scoring.score(instrument, answers).scores:
        scale = instrument.scale(scored.scale)
        assert (scored.value is None) == bool(scored.reason)
        assert set(scored.missing) == {key for key in scale.items if answers[key] is None}
        if scored.value is not None:
            assert scale.minimum - 1e-9 <= scored.value <= scale.maximum + 1e-9
            assert len(scored.missing) <= scale.missing.at_most


@given(forms(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(
    form: tuple[Instrument, dict[str, float | None]], shuffle: random.Random
) -> None:
    instrument, answers = form
    entries = list(answers.items())
    shuffle.shuffle(entries)
    assert scoring.score(instrument, dict(entries)) == scoring.score(instrument, answers)


@given(forms(), st.randoms(use_true_random=False))
def test_swapping_answers_within_a_scale_keeps_its_total(
    form: tuple[Instrument, dict[str, float | None]], shuffle: random.Random
) -> None:
    instrument, answers = form
    for scale in instrument.scales:
        alike = [key for key in scale.items if key not in scale.reverse]
        values = [answers[key] for key in alike]
        shuffle.shuffle(values)
        swapped = {**answers, **dict(zip(alike, values, strict=True))}
        before = scoring.score(instrument, answers)[scale.key].value
        after = scoring.score(instrument, swapped)[scale.key].value
        assert after == pytest.approx(before) if before is not None else after is None


@given(forms())
def test_turning_an_answer_round_twice_gives_it_back(
    form: tuple[Instrument, dict[str, float | None]],
) -> None:
    instrument, answers = form
    for item in instrument.items:
        answer = answers[item.key]
        if answer is not None:
            assert item.reversed(item.reversed(answer)) == pytest.approx(answer, abs=1e-12)
            assert item.minimum <= item.reversed(answer) <= item.maximum
