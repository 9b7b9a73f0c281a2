"""Ruptures: each rule by hand, repair, the past only, and the false alarms that are printed."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.science.assessment import RuptureFlag
from rapport.science.false_alarm_study import NOTHING_HAPPENS, measure_false_alarms
from rapport.science.false_alarms import NOT_KNOWN, RATES_FILE, false_alarm_rate
from rapport.science.relationship import assess
from rapport.science.rupture import RULE_TEXTS, classic_falls, larger_sd_falls

from .histories import history


def flags(values: list[float | None], rule: str, as_of: int | None = None) -> list[RuptureFlag]:
    found = assess(history({"alliance": values}), as_of or len(values)).ruptures
    return [f for f in found if f.rule == rule]


def test_a_clear_fall_alerts_once_and_says_why() -> None:
    (flag,) = flags([6, 6, 5.5, 6, 6, 3], "innovation")
    assert (flag.session, flag.rater, flag.alerting) == (6, "client", True)
    assert flag.value < flag.limit < flag.previous
    assert flag.sentence == (
        "Your client rated the alliance 3.0 at session 6, down from 6.0; it has not come back yet."
    )
    assert [i.name for i in flag.inputs] == ["expected", "limit", "earlier ratings"]


def test_only_the_innovation_chart_alerts() -> None:
    found = assess(history({"alliance": [6, 6.5, 6, 6.5, 6, 1]}), 6).ruptures
    assert {f.rule for f in found} == set(RULE_TEXTS)
    assert [f.rule for f in found if f.alerting] == ["innovation"]


def test_a_low_rating_that_rises_again_is_no_second_fall() -> None:
    assert [f.session for f in flags([6, 6, 5.5, 6, 6, 2, 2.5], "innovation")] == [6]
    assert list(classic_falls((5.0, 6.0, 5.0, 6.0, 1.0, 1.5), 0.5))[-1].at == 4


def test_a_further_fall_counts_from_where_the_first_began() -> None:
    first, second = flags([6, 6, 5.5, 6, 6, 3, 1, 3], "innovation")
    assert (first.session, second.session, second.previous) == (6, 7, 3)
    assert second.sentence == (
        "Your client rated the alliance 1.0 at session 7, down from 6.0; it has not come back yet."
    )
    back = flags([6, 6, 5.5, 6, 6, 3, 1, 6], "innovation")
    assert [(f.repair, f.repaired_at) for f in back] == [("repaired", 8)] * 2


def test_a_rise_is_no_rupture() -> None:
    assert assess(history({"alliance": [2, 2.5, 2, 2.5, 2, 7]}), 6).ruptures == ()


def test_larger_sd_takes_the_larger_and_only_earlier_ratings() -> None:
    values = (5.0, 7.0, 5.0, 7.0, 5.6)
    # Own SD of the first four: sqrt(4/3) = 1.155.
    assert [f.at for f in larger_sd_falls(values, 0.5, 1.0)] == [4]
    assert list(larger_sd_falls(values, 1.5, 1.0)) == []
    (fall,) = larger_sd_falls(values, 0.5, 1.0)
    assert fall.spread == pytest.approx((4 / 3) ** 0.5)


def test_classic_chart_by_hand() -> None:
    values = (5.0, 6.0, 5.0, 6.0, 3.0)
    # Mean 5.5, mean moving range 1, sigma 1/1.128 = .887, limit 5.5 − 1.773 = 3.727.
    (fall,) = classic_falls(values, 2.0)
    assert fall.at == 4
    assert fall.limit == pytest.approx(5.5 - 2 / 1.128)
    assert list(classic_falls((5.0,) * 5 + (1.0,), 2.0)) == []


@pytest.mark.parametrize(
    ("after", "state", "at"),
    [
        ([], "open", None),
        ([3, 3], "open", None),
        ([3, 6], "repaired", 8),
        ([3, None, 3], "not_repaired", None),
        ([3, 3, 3, 6], "not_repaired", None),
    ],
)
def test_repair_within_three_sessions(
    after: list[float | None], state: str, at: int | None
) -> None:
    base = history({"alliance": [6, 6, 5.5, 6, 6, 3, *after]})
    flag = next(f for f in assess(base, 6 + len(after)).ruptures if f.session == 6 and f.alerting)
    assert (flag.repair, flag.repaired_at) == (state, at)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1, 7, allow_nan=False), min_size=2, max_size=10), st.integers(1, 9))
def test_later_ratings_change_no_earlier_flag(values: list[float], cut: int) -> None:
    whole = history({"alliance": values})
    early = assess(whole, min(cut, len(values))).ruptures
    late = [f for f in assess(whole, len(values)).ruptures if f.session <= cut]
    assert [(f.session, f.rule, f.limit) for f in early] == [
        (f.session, f.rule, f.limit) for f in late
    ]


def test_the_printed_rates_are_the_measured_ones() -> None:
    stored = json.loads(RATES_FILE.read_text(encoding="utf-8"))
    assert stored["command"] == "python bench/bench_engine.py false-alarms --write"
    found = measure_false_alarms(np.random.default_rng(77), 400)
    assert found.keys() == stored["rates"].keys()
    for rater, rates in found.items():
        assert rates.keys() == stored["rates"][rater].keys()
        for rule, rate in rates.items():
            wanted = stored["rates"][rater][rule]["per_relationship"]
            # Four binomial standard errors of 400 relationships, and room for a rate of 0.
            band = 4 * (wanted * (1 - wanted) / 400) ** 0.5 + 0.005
            assert rate.per_relationship == pytest.approx(wanted, abs=band), (rater, rule)


def test_a_flag_carries_the_rate_of_its_own_rule_and_rater() -> None:
    stored = json.loads(RATES_FILE.read_text(encoding="utf-8"))["rates"]
    fall = [6, 6.5, 6, 6.5, 6, 1]
    found = assess(history({"alliance": fall}, {"alliance": fall}), 6).ruptures
    assert {f.rater for f in found} == {"client", "therapist"}
    for flag in found:
        wanted = stored[flag.rater][flag.rule]["per_session"]
        assert flag.false_alarm_rate.per_session == wanted
        assert "20,000 simulated relationships" in flag.false_alarm_rate.basis


def test_a_rate_that_nobody_measured_is_not_borrowed() -> None:
    assert false_alarm_rate("innovation", "interpreter") == NOT_KNOWN


def test_the_innovation_chart_raises_fewer_false_alarms_than_the_classic() -> None:
    found = measure_false_alarms(
        np.random.default_rng(78), 300, replace(NOTHING_HAPPENS, rounded=False)
    )["client"]
    assert found["innovation"].per_session < 0.0062
    assert found["classic_chart"].per_session > 5 * found["innovation"].per_session


def test_a_world_with_ruptures_is_no_place_to_count_false_alarms() -> None:
    with pytest.raises(ValueError, match="nothing happens"):
        measure_false_alarms(
            np.random.default_rng(1), 1, replace(NOTHING_HAPPENS, rupture_hazard=0.1)
        )
