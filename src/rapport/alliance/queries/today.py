"""Today: the sessions of one day, what is missing, and what cannot wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from rapport.alliance.queries.parts import Mark, RiskLine, Strip


@dataclass(frozen=True, slots=True)
class TodayDyad:
    """One client within a session of the day; a couple has two.

    ``marks`` are the two (or three) sides' ratings of the last session held. ``sentence`` is
    the open suggestion, or what changed last, or nothing; ``suggestion_id`` is its alert.
    """

    client_id: UUID
    client_name: str
    marks: tuple[Mark, ...]
    first_five: bool
    strip: Strip
    sentence: str
    suggestion_id: UUID | None
    risk_open: bool


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One appointment of the day; ``session_number`` is the one it holds or would hold.

    ``place`` is ``room``, ``video`` or ``phone``; ``state`` is ``planned``, ``held``,
    ``missed`` or ``cancelled``.
    """

    appointment_id: UUID
    relationship_id: UUID
    starts_at: datetime
    duration_min: int
    place: str
    state: str
    track: str
    interpreter_name: str
    session_number: int
    dyads: tuple[TodayDyad, ...]

    @property
    def names(self) -> str:
        """The clients' names as one line."""
        return " & ".join(dyad.client_name for dyad in self.dyads)


@dataclass(frozen=True, slots=True)
class MissingRating:
    """A check-in that somebody can still answer; ``mine`` when it is the viewer's own."""

    check_in_id: UUID
    relationship_id: UUID
    client_id: UUID
    client_name: str
    session_number: int
    rater: str
    mine: bool
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Today:
    """A practitioner's day, in the practice's own time zone."""

    day: date
    timezone: str
    risks: tuple[RiskLine, ...]
    rows: tuple[TodayRow, ...]
    missing: tuple[MissingRating, ...]
