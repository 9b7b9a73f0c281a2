"""How often each rule speaks on one side's ratings where nothing happened, as simulated.

The figures stand in ``false_alarm_rates.json`` beside this file, with the command that makes
them; nothing is typed in by hand.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal

from rapport.science.assessment import FalseAlarmRate, RuptureRule
from rapport.science.history import Rater

MeasuredRule = RuptureRule | Literal["outcome_off_course"]
RATES_FILE = Path(__file__).with_name("false_alarm_rates.json")
# It looks at nothing but the ratings, so a model changes nothing about it.
WITHOUT_A_COURSE: RuptureRule = "classic_chart"
NOT_KNOWN = FalseAlarmRate(None, None, "Not known: nobody has measured it for this rule and rater.")
NOT_KNOWN_OF_MODEL = FalseAlarmRate(
    None,
    None,
    "Not known: the measured rates are of the engine's own priors, and this practice's own model "
    "is in use.",
)


@cache
def _measured() -> dict[tuple[str, str], FalseAlarmRate]:
    stored = json.loads(RATES_FILE.read_text(encoding="utf-8"))
    return {
        (rule, rater): FalseAlarmRate(
            rate["per_session"], rate["per_relationship"], stored["basis"]
        )
        for rater, rates in stored["rates"].items()
        for rule, rate in rates.items()
    }


def false_alarm_rate(
    rule: MeasuredRule, rater: Rater, *, own_model: bool = False
) -> FalseAlarmRate:
    """Return the rate of one rule on one side's ratings, or that nobody has measured it."""
    if own_model and rule != WITHOUT_A_COURSE:
        return NOT_KNOWN_OF_MODEL
    return _measured().get((rule, rater), NOT_KNOWN)
