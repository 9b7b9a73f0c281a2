import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.science import instruments, safety
from rapport.science.scoring import InvalidAnswerError

ASKS = [instrument for instrument in instruments.all() if instrument.risks]
RANK = {"unanswered": 1, "present": 2, "high": 3}


def test_these_measures_ask_about_risk() -> None:
    assert [instrument.key for instrument in ASKS] == ["core10", "phq9", "week_check"]


@pytest.mark.parametrize(
    ("measure", "item", "value", "severity"),
    [
        ("phq9", "phq9_9", 1, "present"),
        ("phq9", "phq9_9", 2, "high"),
        ("phq9", "phq9_9", 3, "high"),
        ("core10", "core10_6", 1, "high"),
        ("week_check", "risk", 1, "present"),
        ("week_check", "risk", 2, "present"),
        ("week_check", "risk", 3, "high"),
        ("week_check", "risk", 4, "high"),
    ],
)
def test_a_risk_answer_is_found(measure: str, item: str, value: int, severity: str) -> None:
    (flag,) = safety.screen(instruments.load(measure), {item: value})
    assert (flag.item, flag.value, flag.severity, flag.answered) == (item, value, severity, True)
    assert flag.rule.endswith(".")


@pytest.mark.parametrize("instrument", ASKS, ids=lambda instrument: instrument.key)
def test_only_the_lowest_answer_is_no_risk(instrument: instruments.Instrument) -> None:
    item = instrument.item(instrument.risks[0].item)
    flagged = [bool(safety.screen(instrument, {item.key: o.value})) for o in item.options]
    assert flagged == [False] + [True] * (len(item.options) - 1)


@pytest.mark.parametrize("answers", [{}, {"phq9_9": None}])
def test_an_unanswered_risk_question_is_not_a_no(answers: dict[str, float | None]) -> None:
    (flag,) = safety.screen(instruments.load("phq9"), answers)
    assert (flag.value, flag.severity, flag.answered) == (None, "unanswered", False)


def test_a_measure_without_a_risk_question_raises_no_flag() -> None:
    assert safety.screen(instruments.load("gad7"), {"gad7_1": 3}) == ()


def test_an_impossible_risk_answer_is_refused() -> None:
    with pytest.raises(InvalidAnswerError, match="phq9_9: 9 is not an answer"):
        safety.screen(instruments.load("phq9"), {"phq9_9": 9})


def test_a_mistake_elsewhere_does_not_hide_a_risk_answer() -> None:
    (flag,) = safety.screen(instruments.load("phq9"), {"phq9_1": 99, "phq9_9": 3})
    assert flag.severity == "high"


@given(st.sampled_from(ASKS), st.data())
def test_missing_data_never_lowers_a_flag(
    instrument: instruments.Instrument, data: st.DataObject
) -> None:
    answers: dict[str, float | None] = {
        item.key: data.draw(st.sampled_from(item.options)).value for item in instrument.items
    }
    lost = data.draw(st.sets(st.sampled_from(sorted(answers))))
    fewer = {key: value for key, value in answers.items() if key not in lost}
    before = {flag.item: flag for flag in safety.screen(instrument, answers)}
    after = {flag.item: flag for flag in safety.screen(instrument, fewer)}
    for rule in instrument.risks:
        if rule.item in lost:
            assert RANK[after[rule.item].severity] == RANK["unanswered"]
        else:
            assert after.get(rule.item) == before.get(rule.item)
    assert before.keys() <= after.keys()
