"""Measure how often each rule speaks in simulated relationships where nothing happened."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from rapport.science.attention import twice_beyond
from rapport.science.false_alarms import MeasuredRule
from rapport.science.history import Rater
from rapport.science.rupture import RULE_TEXTS, falls
from rapport.science.simulate import simulate_dyads
from rapport.science.simulation import Truth
from rapport.science.timeline import timeline
from rapport.science.trajectory import Outlook, outlooks

# Nobody ruptures, nobody's distress changes for good, every session is rated: every flag is a
# false alarm.
NOTHING_HAPPENS = Truth(
    rupture_hazard=0.0,
    distress_change=0.0,
    distress_change_sd=0.0,
    client_missing=0.0,
    therapist_missing=0.0,
)


MEASURED: dict[Rater, tuple[MeasuredRule, ...]] = {
    "client": (*RULE_TEXTS, "outcome_off_course"),
    "therapist": (*RULE_TEXTS,),
}
Mark = tuple[Rater, MeasuredRule]


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    """Flags per rated session after the first, and the share of relationships ever flagged."""

    per_session: float
    per_relationship: float
    flags: int
    sessions: int
    relationships: int


Rates = dict[Rater, dict[MeasuredRule, MeasuredRate]]


def measure_false_alarms(
    rng: np.random.Generator, relationships: int, truth: Truth = NOTHING_HAPPENS
) -> Rates:
    """Return the false-alarm rate of every rule on each side's ratings.

    Raises
    ------
    ValueError
        If ``truth`` holds ruptures or lasting change, so that a flag may be right.
    """
    if truth.rupture_hazard or truth.distress_change or truth.distress_change_sd:
        raise ValueError("A false alarm needs a world where nothing happens: set its changes to 0.")
    flags: Counter[Mark] = Counter()
    ever: Counter[Mark] = Counter()
    rated: Counter[Rater] = Counter()
    for history in simulate_dyads(rng, relationships, truth).histories():
        watched = outlooks(timeline(history, len(history.sessions)))
        found = [mark for outlook in watched for mark in _marks(outlook)]
        flags.update(found)
        ever.update(set(found))
        for outlook in watched:
            if outlook.line.scale.role == "relationship":
                rated[outlook.line.rater] += max(0, len(outlook.line.values) - 1)
    return {
        rater: {
            rule: MeasuredRate(
                flags[rater, rule] / rated[rater],
                ever[rater, rule] / relationships,
                flags[rater, rule],
                rated[rater],
                relationships,
            )
            for rule in rules
        }
        for rater, rules in MEASURED.items()
    }


def _marks(outlook: Outlook) -> list[Mark]:
    """One mark for each rating at which a rule would have spoken."""
    rater = outlook.line.rater
    if outlook.line.scale.role == "relationship":
        return [(rater, rule) for rule, _ in falls(outlook)]
    ends = range(1, len(outlook.line.values) + 1)
    return [(rater, "outcome_off_course") for n in ends if twice_beyond(outlook, n)]


def write_rates(path: Path, seed: int, relationships: int, command: str) -> None:
    """Measure, and store the rates with what makes them again."""
    rates = measure_false_alarms(np.random.default_rng(seed), relationships)
    sessions = rates["client"]["innovation"].sessions
    stored = {
        "command": command,
        "seed": seed,
        "basis": (
            f"Measured on {relationships:,} simulated relationships of "
            f"{1 + sessions / relationships:.0f} sessions on average, rated in whole answers from "
            "1 to 7, in which nothing happened; real relationships may differ."
        ),
        "truth": asdict(NOTHING_HAPPENS),
        "rates": {
            rater: {rule: asdict(rate) for rule, rate in measured.items()}
            for rater, measured in rates.items()
        },
    }
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
