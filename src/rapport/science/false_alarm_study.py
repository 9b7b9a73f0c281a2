"""Measure how often each rule speaks in simulated relationships where nothing happened."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from rapport.science.assessment import ExpectedCourse
from rapport.science.attention import twice_outside
from rapport.science.false_alarms import MeasuredRule
from rapport.science.rupture import RULE_TEXTS, falls
from rapport.science.simulate import simulate_dyads
from rapport.science.simulation import Truth
from rapport.science.timeline import Line, Timeline, timeline
from rapport.science.trajectory import expected_course, outlooks

# Nobody ruptures, nobody's distress changes for good, every session is rated: every flag is a
# false alarm.
NOTHING_HAPPENS = Truth(
    rupture_hazard=0.0, distress_change=0.0, distress_change_sd=0.0, client_missing=0.0
)


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    """Flags per rated session after the first, and the share of relationships ever flagged."""

    per_session: float
    per_relationship: float
    flags: int
    sessions: int
    relationships: int


def measure_false_alarms(
    rng: np.random.Generator, relationships: int, truth: Truth = NOTHING_HAPPENS
) -> dict[MeasuredRule, MeasuredRate]:
    """Return the false-alarm rate of every rule on the client's ratings.

    Raises
    ------
    ValueError
        If ``truth`` holds ruptures or lasting change, so that a flag may be right.
    """
    if truth.rupture_hazard or truth.distress_change or truth.distress_change_sd:
        raise ValueError("A false alarm needs a world where nothing happens: set its changes to 0.")
    flags: Counter[MeasuredRule] = Counter()
    ever: Counter[MeasuredRule] = Counter()
    sessions = 0
    for history in simulate_dyads(rng, relationships, truth).histories():
        facts = timeline(history, len(history.sessions))
        found = _flags(facts)
        flags.update(found)
        ever.update(set(found))
        sessions += max(0, len(_client_alliance(facts).values) - 1)
    rules: list[MeasuredRule] = [*RULE_TEXTS, "outcome_twice_outside"]
    return {
        rule: MeasuredRate(
            flags[rule] / sessions, ever[rule] / relationships, flags[rule], sessions, relationships
        )
        for rule in rules
    }


def _client_alliance(facts: Timeline) -> Line:
    return facts.lines["relationship_check", "alliance", "client"]


def _flags(facts: Timeline) -> list[MeasuredRule]:
    found: list[MeasuredRule] = []
    for outlook in outlooks(facts):
        if outlook.line.scale.role == "outcome":
            found += _twice_outside(expected_course(outlook))
        elif outlook.line.rater == "client":
            found += [rule for rule, _ in falls(outlook)]
    return found


def _twice_outside(course: ExpectedCourse) -> list[MeasuredRule]:
    """One flag for each session at which the rule would have spoken."""
    rated = [p for p in course.points if p.observed is not None]
    return [
        "outcome_twice_outside"
        for end in range(2, len(rated) + 1)
        if twice_outside(replace(course, points=tuple(rated[:end])), rated[end - 1].session)
    ]


def write_rates(path: Path, seed: int, relationships: int, command: str) -> None:
    """Measure, and store the rates with what makes them again."""
    rates = measure_false_alarms(np.random.default_rng(seed), relationships)
    sessions = next(iter(rates.values())).sessions
    stored = {
        "command": command,
        "seed": seed,
        "basis": (
            f"Measured on {relationships:,} simulated relationships ({sessions:,} rated sessions) "
            "in which nothing happened; real relationships may differ."
        ),
        "truth": asdict(NOTHING_HAPPENS),
        "rates": {rule: asdict(rate) for rule, rate in rates.items()},
    }
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
