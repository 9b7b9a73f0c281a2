"""How often each rupture rule speaks where nothing happened, as measured by simulation.

The figures stand in ``false_alarm_rates.json`` beside this file, with the command that makes
them; nothing is typed in by hand.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal

from rapport.science.assessment import FalseAlarmRate, RuptureRule

MeasuredRule = RuptureRule | Literal["outcome_twice_outside"]
RATES_FILE = Path(__file__).with_name("false_alarm_rates.json")
NOT_KNOWN = FalseAlarmRate(None, None, "Not known: nobody has measured it for this rule.")


@cache
def _measured() -> dict[str, FalseAlarmRate]:
    stored = json.loads(RATES_FILE.read_text(encoding="utf-8"))
    basis = stored["basis"]
    return {
        rule: FalseAlarmRate(rate["per_session"], rate["per_relationship"], basis)
        for rule, rate in stored["rates"].items()
    }


def false_alarm_rate(rule: MeasuredRule) -> FalseAlarmRate:
    """Return the measured rate of one rule."""
    return _measured()[rule]
