"""What a sessions file says, checked: relationships, their sessions, and scale values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rapport.science import history
from rapport.science.history import History, Rater, Rating, Scale


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session that the file names; ``held_on`` is ``None`` where it gives no day."""

    number: int
    held_on: date | None
    line: int


@dataclass(frozen=True, slots=True)
class Value:
    """One scale's value at one session; ``value`` is ``None`` where items could not be scored."""

    session: int
    rater: Rater
    measure: str
    scale: str
    value: float | None
    line: int
    reason: str = ""
    instrument_version: str = ""

    @property
    def key(self) -> tuple[int, str, str, str]:
        return (self.session, self.rater, self.measure, self.scale)


@dataclass(frozen=True, slots=True)
class RelationshipFacts:
    """One relationship's rows; the client is known by the relationship's reference alone."""

    reference: str
    therapist: str
    line: int
    sessions: tuple[HeldSession, ...]
    values: tuple[Value, ...]
    dropped_out: bool


@dataclass(frozen=True, slots=True)
class RiskAnswer:
    """An imported answer that the instrument calls a risk answer."""

    relationship: str
    session: int
    measure: str
    line: int


@dataclass(frozen=True, slots=True)
class SessionsFile:
    """A whole file; ``declared`` are the scales that its mapping added to the shipped ones."""

    name: str
    sha256: str
    rows: int
    relationships: tuple[RelationshipFacts, ...]
    scales: Mapping[tuple[str, str], Scale]
    declared: tuple[Scale, ...]
    risks: tuple[RiskAnswer, ...]
    notes: tuple[str, ...]

    def history(self, facts: RelationshipFacts) -> History:
        """One relationship as the engine reads it."""
        in_use = {(value.measure, value.scale) for value in facts.values}
        return History(
            relationship=facts.reference,
            sessions=tuple(history.Session(s.number, s.held_on) for s in facts.sessions),
            ratings=tuple(
                Rating(v.session, v.rater, v.measure, v.scale, v.value) for v in facts.values
            ),
            scales={key: self.scales[key] for key in sorted(in_use)},
        )
