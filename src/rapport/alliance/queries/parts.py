"""The pieces that several screens share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from rapport.science.assessment import FalseAlarmRate, FirstFiveSlot, Input
from rapport.science.history import Rater

MarkState = Literal["given", "waiting", "missed", "not_asked"]
Strip = tuple[FirstFiveSlot, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether one side has rated a session. Says nothing about what they rated."""

    rater: Rater
    state: MarkState


@dataclass(frozen=True, slots=True)
class RiskLine:
    """An open risk alert and its clock; ``told_next`` names who is told when it runs out."""

    alert_id: UUID
    relationship_id: UUID
    client_id: UUID
    client_name: str
    owner_id: UUID
    owner_name: str
    told_next: str
    severity: str
    asked: str
    sentence: str
    raised_at: datetime
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    escalated_at: datetime | None

    def overdue(self, at: datetime) -> bool:
        """Whether nobody has acknowledged it in time."""
        return (
            self.acknowledged_at is None
            and self.acknowledge_by is not None
            and self.acknowledge_by <= at
        )


@dataclass(frozen=True, slots=True)
class SuggestionCard:
    """The one suggestion, with all that a person needs to judge it.

    ``alert_id`` is set when it was raised as an alert, and can be answered; ``answered`` is
    then ``"useful"``, ``"not_useful"`` or nothing yet.
    """

    alert_id: UUID | None
    session_number: int
    sentence: str
    rule: str
    inputs: tuple[Input, ...]
    uncertainty: str
    false_alarm_rate: FalseAlarmRate
    things_to_try: tuple[str, ...]
    answered: Literal["", "useful", "not_useful"]


@dataclass(frozen=True, slots=True)
class Computed:
    """Where an assessment comes from; ``stale`` when facts have come in since."""

    engine_version: str
    computed_at: datetime
    as_of: int
    input_hash: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Attendance:
    """Sessions held and appointments missed, and missed since the last session held."""

    held: int
    missed: int
    missed_since_last: int
    last_held_on: date | None


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One goal in the client's words, and where each side last saw it (0 to 10)."""

    goal_id: UUID
    words: str
    area: str
    in_focus: bool
    closed: bool
    client_attainment: int | None
    therapist_attainment: int | None


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """Something that the therapist promised; ``kept`` is ``None`` while it is open."""

    promise_id: UUID
    words: str
    made_at_session: int
    kept: bool | None


@dataclass(frozen=True, slots=True)
class WordsLine:
    """What the client wrote, in their own words; ``wish`` when they asked to talk about it."""

    session_number: int
    words: str
    at: datetime
    wish: bool


@dataclass(frozen=True, slots=True)
class MeasuredLine:
    """Where an assigned measure stands, as of the last session: its band, and a sentence."""

    label: str
    band: str
    sentence: str
    validated: bool


@dataclass(frozen=True, slots=True)
class ComingScore:
    """What the client answered ahead of the session to come, beside the time before.

    The engine reads it once that session is held; until then it stands as answered. ``band`` is
    the published one that the value lies in; ``change`` says what became of it since the first
    rating, where a published or computed threshold lets one say so.
    """

    measure: str
    scale: str
    label: str
    value: float
    previous: float | None
    minimum: float | None
    maximum: float | None
    higher_is_better: bool
    validated: bool
    band: str = ""
    change: str = ""

    @property
    def moved(self) -> float | None:
        """The change since last time as a share of the scale, or of itself where it has no end."""
        if self.previous is None:
            return None
        if self.minimum is None or self.maximum is None:
            return (self.value - self.previous) / (abs(self.previous) or 1.0)
        return (self.value - self.previous) / (self.maximum - self.minimum)
