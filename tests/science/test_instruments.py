import subprocess
import sys
from pathlib import Path

import pytest

from rapport.science import instruments
from rapport.science.history import RELATIONSHIP_CONSTRUCTS
from rapport.science.instruments.reading import read_instrument

OURS = [i for i in instruments.all() if i.wording == "ours"]
IMPORTED = [i for i in instruments.all() if i.wording == "imported"]
CHECKS = [
    instruments.load(f"relationship_check_{who}") for who in ("client", "therapist", "interpreter")
]

SMALL = """
key = "small"
family = "small"
title = "Small"
version = "1"
respondent = "client"
validated = false
wording = "imported"
licence = "none"
credit = "nobody"
items = [{ key = "a" }, { key = "b" }]

[answers]
minimum = 0
maximum = 3

[[scales]]
key = "total"
label = "Total"
construct = "distress"
role = "outcome"
higher_is_better = false
method = "sum"
"""


def test_every_measure_of_the_plan_ships() -> None:
    assert set(instruments.keys()) == {
        *("phq9", "gad7", "core10", "who5", "swls", "flourishing", "sparq", "wai_sr"),
        *("ors", "srs", "haq2", "arm5", "care", "week_check", "sleep_check"),
        *(check.key for check in CHECKS),
    }


def test_every_file_reads_and_is_loaded_once() -> None:
    for instrument in instruments.all():
        assert instruments.load(instrument.key) is instrument


@pytest.mark.parametrize(
    ("measure", "items", "scales"),
    [
        ("phq9", 9, {"total": (0, 27)}),
        ("gad7", 7, {"total": (0, 21)}),
        ("core10", 10, {"total": (0, 40)}),
        ("who5", 5, {"total": (0, 100)}),
        ("swls", 5, {"total": (5, 35)}),
        ("flourishing", 8, {"total": (8, 56)}),
        ("sparq", 8, {"positive_affect": (0, 16), "negative_affect": (0, 16)}),
        (
            "wai_sr",
            12,
            {"goal": (1, 5), "task": (1, 5), "bond": (1, 5), "alliance": (1, 5)},
        ),
        ("ors", 4, {"total": (0, 40)}),
        ("srs", 4, {"total": (0, 40)}),
        ("arm5", 5, {"total": (1, 7)}),
        ("care", 10, {"total": (10, 50)}),
        (
            "week_check",
            5,
            {"distress_total": (0, 24), "wellbeing": (0, 6), "life_satisfaction": (0, 6)},
        ),
    ],
)
def test_ranges_follow_from_the_items(
    measure: str, items: int, scales: dict[str, tuple[float, float]]
) -> None:
    instrument = instruments.load(measure)
    assert len(instrument.items) == items
    assert {s.key: (s.minimum, s.maximum) for s in instrument.scales} == scales


def test_loinc_codes_have_a_right_check_digit() -> None:
    codes = {
        code
        for i in instruments.all()
        for code in (
            i.loinc,
            *i.unscored_loinc,
            *(item.loinc for item in i.items),
            *(scale.loinc for scale in i.scales),
        )
        if code
    }
    assert len(codes) == 16 + 4 + 2
    for code in codes:
        digits, check = code.split("-")
        doubled = [int(d) * (2 if at % 2 == 0 else 1) for at, d in enumerate(reversed(digits))]
        assert (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10 == int(check), code


def test_bands_touch_without_overlap_and_fill_the_scale() -> None:
    banded = [s for i in instruments.all() for s in i.scales if s.bands]
    assert len(banded) == 3
    for scale in banded:
        assert scale.bands[0].minimum == scale.minimum
        assert scale.bands[-1].maximum == scale.maximum
        for lower, upper in zip(scale.bands, scale.bands[1:], strict=False):
            assert upper.minimum == lower.maximum + 1


def test_a_prorated_score_between_two_bands_is_in_the_lower() -> None:
    total = instruments.load("phq9").scale("total")
    found = [total.band(value) for value in (0, 4, 4.5, 5, 27)]
    assert [band.label if band else None for band in found] == [
        *("none or minimal", "none or minimal", "none or minimal", "mild", "severe")
    ]


def test_wording_of_others_is_not_shipped() -> None:
    for instrument in IMPORTED:
        assert instrument.licence
        assert instrument.credit
        assert not any(item.text or item.help for item in instrument.items)
        assert not any(option.label for item in instrument.items for option in item.options)


@pytest.mark.parametrize("instrument", OURS, ids=lambda instrument: instrument.key)
def test_our_own_forms_are_quick_labelled_and_borrow_nothing(
    instrument: instruments.Instrument,
) -> None:
    assert not instrument.validated
    assert len(instrument.items) <= 7
    for item in instrument.items:
        assert item.text
        assert 5 <= len(item.options) <= 7
        labels = [option.label for option in item.options]
        assert all(labels)
        assert len(set(labels)) == len(labels)
    for scale in instrument.scales:
        assert not (scale.cutoffs or scale.bands or scale.norms or scale.reliable_change)


def test_the_relationship_checks_mirror_each_other_item_for_item() -> None:
    for check in CHECKS:
        assert check.family == "relationship_check"
        assert [item.key for item in check.items] == list(RELATIONSHIP_CONSTRUCTS)
        assert list(check.history_scales()) == list(CHECKS[0].history_scales())
        assert [item.options for item in check.items] == [i.options for i in CHECKS[0].items]
    assert {check.respondent for check in CHECKS} == {"client", "therapist", "interpreter"}


def test_the_alliance_is_made_of_goal_task_and_bond_alone() -> None:
    assert CHECKS[0].scale("alliance").items == ("goal", "task", "bond")


def test_a_risk_question_of_ours_is_in_no_total() -> None:
    week = instruments.load("week_check")
    assert not any("risk" in scale.items for scale in week.scales)


def test_uncertain_figures_do_not_reach_the_engine() -> None:
    srs = instruments.load("srs").scale("total")
    assert [cutoff.certain for cutoff in srs.cutoffs] == [False]
    assert instruments.scales()["srs", "total"].clinical_cutoff is None
    assert instruments.scales()["gad7", "total"].clinical_cutoff == 10


def test_the_engine_reads_what_is_published() -> None:
    core10 = instruments.scales()["core10", "total"]
    assert (core10.minimum, core10.maximum, core10.higher_is_better) == (0, 40, False)
    assert (core10.reliability, core10.source_sd) == (0.90, 7.7)
    assert (core10.reliable_change, core10.clinical_cutoff) == (6, 11)


def test_who5_warns_that_its_wording_is_not_for_commercial_use() -> None:
    assert "non-commercial" in instruments.load("who5").licence_warning


def test_an_unknown_measure_is_named_with_those_there_are() -> None:
    with pytest.raises(instruments.InstrumentError, match=r"no measure 'phq10'; there are .*phq9"):
        instruments.load("phq10")


def test_a_key_cannot_climb_out_of_the_folder() -> None:
    with pytest.raises(instruments.InstrumentError, match="There is no measure"):
        instruments.load("../../../pyproject")


def test_unknown_items_and_scales_are_named() -> None:
    phq9 = instruments.load("phq9")
    with pytest.raises(instruments.InstrumentError, match="has no item 'phq9_10'"):
        phq9.item("phq9_10")
    with pytest.raises(instruments.InstrumentError, match="has no scale 'sum'"):
        phq9.scale("sum")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('key = "small"', 'key = "small', "small.toml is not TOML"),
        ('licence = "none"\n', "", "instrument small lacks licence"),
        ("validated = false", 'validated = "no"', "validated must be a bool, not 'no'"),
        ("validated = false", "validated = false\ncolour = 1", "does not know colour"),
        ("validated = false", 'validated = false\nnotes = "x"', "notes must be a list of texts"),
        ('respondent = "client"', 'respondent = "cat"', "respondent is 'cat'; it may be client"),
        ('{ key = "b" }', '{ key = "a" }', "two items have the same key"),
        ('{ key = "b" }', '{ key = "b", text = "Well?" }', "wording that is not ours to ship"),
        ('wording = "imported"', 'wording = "ours"', "item a lacks its text"),
        ("maximum = 3", "maximum = 0", "item a has minimum 0.0 >= 0.0"),
        ("maximum = 3", 'maximum = 3\nlabels = ["x"]', "item a has 1 labels for 4"),
        ('method = "sum"', 'method = "sum"\nitems = ["c"]', "names c, which is no item of it"),
        ('method = "sum"', 'method = "sum"\nreverse = ["c"]', "names c, which is no item of it"),
        ('method = "sum"', 'method = "median"', "method is 'median'; it may be sum, mean"),
        ('method = "sum"', 'method = "sum"\nmissing = { at_most = 1 }', "names no source"),
        (
            'method = "sum"',
            'method = "sum"\ncutoffs = [{ value = 9, kind = "clinical", meaning = "x" }]',
            "runs from 0 to 6; 9 lies outside",
        ),
        (
            'method = "sum"',
            'method = "sum"\ncutoffs = [{ value = 3, kind = "odd", meaning = "x" }]',
            "kind_of_cutoff is 'odd'",
        ),
        (
            "[answers]",
            '[[risks]]\nitem = "c"\nat_least = 1\nseverity = "high"\nwords = "x"\n[answers]',
            "a risk rule names c, which is no item",
        ),
        (
            "[answers]",
            '[[risks]]\nitem = "a"\nat_least = 4\nseverity = "high"\nwords = "x"\n[answers]',
            "the risk rule of a can never be met",
        ),
    ],
)
def test_a_wrong_file_is_refused_saying_what_and_where(old: str, new: str, message: str) -> None:
    assert old in SMALL
    with pytest.raises(instruments.InstrumentError) as refused:
        read_instrument(SMALL.replace(old, new), name="small.toml")
    assert message in str(refused.value)
    assert str(refused.value).startswith("small.toml")


def test_starting_up_loads_no_numerical_library_and_no_django() -> None:
    program = (
        "import sys\n"
        "from rapport.science import change, instruments, safety, scoring\n"
        "instruments.all()\n"
        "print(sorted({'numpy', 'scipy', 'django', 'statistics'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
