"""The shapes of what the engine says: everything a screen shows about one relationship.

All are frozen, comparable and plain: :meth:`Assessment.to_dict` gives JSON-able data in which
NaN never appears. A figure that cannot be given honestly is a :class:`Withheld` that says why,
never a hole. Sentences are finished English; screens show them as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rapport.science.history import Rater
from rapport.science.plain import Plain, from_plain, to_plain

Direction = Literal["above", "below"]
# "open": a side can still rate it, or has and is sealed; "waiting_…": nobody rated it in time.
SlotState = Literal[
    "complete", "waiting_client", "waiting_therapist", "waiting_both", "open", "upcoming"
]
RuptureRule = Literal["innovation", "larger_sd_strict", "larger_sd_loose", "classic_chart"]
RepairState = Literal["repaired", "open", "not_repaired"]
GoalState = Literal["new", "advancing", "steady", "stalled", "slipping", "reached", "closed"]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A figure that is not given; ``sentence`` says why, what it needs and what there is."""

    reason: Literal["too_few", "no_variation", "missing_fact"]
    sentence: str
    needs: int | None = None
    has: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its standard error and the interval at ``level`` (such as .95)."""

    value: float
    se: float
    low: float
    high: float
    level: float
    n: int


@dataclass(frozen=True, slots=True)
class Input:
    """One named fact that a rule looked at, ready to be shown."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FalseAlarmRate:
    """How often a rule speaks where there is nothing; ``None`` is an honest "not known"."""

    per_session: float | None
    per_relationship: float | None
    basis: str


@dataclass(frozen=True, slots=True)
class FirstFiveSlot:
    """One of the first five sessions; values are the alliance in scale units."""

    session: int
    state: SlotState
    attended: bool
    missed_before: int
    client_present: bool
    client_value: float | None
    therapist_present: bool
    therapist_value: float | None


@dataclass(frozen=True, slots=True)
class FirstFive:
    """The five-slot strip; slopes are scale units a session over the first five sessions."""

    active: bool
    slots: tuple[FirstFiveSlot, ...]
    client_slope: Estimate | Withheld
    therapist_slope: Estimate | Withheld
    missing: tuple[str, ...]
    step: str


@dataclass(frozen=True, slots=True)
class Level:
    """Where one construct stands as one rater sees it; ``change`` is since their last rating."""

    construct: str
    measure: str
    scale: str
    label: str
    rater: Rater
    session: int
    value: float
    previous: float | None
    change: float | None
    own_mean: float
    n: int
    minimum: float | None
    maximum: float | None
    higher_is_better: bool
    validated: bool


@dataclass(frozen=True, slots=True)
class Congruence:
    """How the therapist's ratings move with the client's, both centred within the dyad."""

    slope: Estimate
    correlation: float
    correlation_low: float | None
    correlation_high: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two sides of one construct: ``direction`` is the mean of therapist minus client."""

    construct: str
    measure: str
    label: str
    n: int
    direction: Estimate | Withheld
    congruence: Congruence | Withheld
    sentence: str


@dataclass(frozen=True, slots=True)
class SuddenGain:
    """A large stable improvement between ``session`` and the rated session after it."""

    session: int
    next_session: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """Change against what measurement error alone would give; ``threshold`` in scale units."""

    verdict: Literal["improved", "unchanged", "worsened"]
    threshold: float
    rci: float | None
    source: str


@dataclass(frozen=True, slots=True)
class ClinicalChange:
    """Which side of the published cut-off the client was on, and is on now."""

    verdict: Literal["recovered", "improved", "unchanged", "worsened"]
    cutoff: float
    started_clinical: bool
    now_clinical: bool


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """Change on one outcome scale since the first rating; ``change`` is in scale units."""

    construct: str
    measure: str
    scale: str
    label: str
    rater: Rater
    n: int
    first_session: int
    first: float
    last_session: int
    last: float
    change: float
    better: bool | None
    reliable: ReliableChange | Withheld
    clinical: ClinicalChange | Withheld
    sudden_gains: tuple[SuddenGain, ...]
    sudden_gains_note: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """One session of an expected course; the band was computed from earlier sessions only."""

    session: int
    observed: float | None
    expected: float | None
    low: float | None
    high: float | None
    outside: Direction | None


@dataclass(frozen=True, slots=True)
class ExpectedCourse:
    """The course one rater's scores were expected to take; the last point is the next session."""

    construct: str
    measure: str
    scale: str
    label: str
    rater: Rater
    higher_is_better: bool
    level: float
    points: tuple[CoursePoint, ...]
    priors_in_use: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RuptureFlag:
    """A fall that a rule marks. Only flags with ``alerting`` may become an alert."""

    session: int
    rater: Rater
    construct: str
    measure: str
    scale: str
    rule: RuptureRule
    alerting: bool
    value: float
    previous: float
    limit: float
    rule_text: str
    inputs: tuple[Input, ...]
    false_alarm_rate: FalseAlarmRate
    repair: RepairState
    repaired_at: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class RaterAttainment:
    """How far one rater says a goal has been reached, 0 to 10."""

    rater: Rater
    session: int
    attainment: float
    previous: float | None
    change: float | None
    n: int


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """One goal, in the client's words, and how it moves by the stated rule."""

    key: str
    words: str
    area: str
    set_at_session: int
    closed_at_session: int | None
    ratings: tuple[RaterAttainment, ...]
    state: GoalState
    sentence: str


@dataclass(frozen=True, slots=True)
class TargetArea:
    """What several goals are about, and whether it needs more focus by the stated rule."""

    area: str
    goals: tuple[str, ...]
    mean_attainment: float | None
    needs_focus: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Goals:
    """All goals, the areas they belong to, and the rule that was used."""

    goals: tuple[GoalProgress, ...]
    areas: tuple[TargetArea, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The one thing worth attention now; ``kind`` "attention" may become an alert."""

    key: str
    kind: Literal["attention", "prompt"]
    sentence: str
    rule: str
    inputs: tuple[Input, ...]
    uncertainty: str
    false_alarm_rate: FalseAlarmRate
    things_to_try: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the engine says about one relationship after session ``as_of``."""

    engine_version: str
    relationship: str
    as_of: int
    headline: str
    question: str
    suggestion: Suggestion | None
    first_five: FirstFive
    levels: tuple[Level, ...]
    agreement: tuple[Agreement, ...]
    changes: tuple[OutcomeChange, ...]
    expected_course: tuple[ExpectedCourse, ...]
    ruptures: tuple[RuptureFlag, ...]
    goals: Goals

    def to_dict(self) -> dict[str, Plain]:
        """Return plain JSON-able data that :meth:`from_dict` reads back as an equal object."""
        plain = to_plain(self)
        assert isinstance(plain, dict)
        return plain

    @classmethod
    def from_dict(cls, data: dict[str, Plain]) -> Assessment:
        """Rebuild an assessment; raises ``PlainDataError`` where the shape does not fit."""
        return from_plain(cls, data)
