"""The brief: what to know before the door opens, read in 30 seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapport.alliance.queries.parts import (
    Attendance,
    Computed,
    GoalLine,
    Mark,
    PromiseLine,
    RiskLine,
    Strip,
    SuggestionCard,
    WordsLine,
)


@dataclass(frozen=True, slots=True)
class ClientChoice:
    """One client of the relationship, for switching between the dyads of a couple."""

    client_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything on the brief, sentences ready to be read.

    ``session_number`` is the session to come. ``headline`` is what changed since the last
    one, ``gap`` how the two sides' ratings differ ("" when there is nothing to compare),
    ``question`` the one question to ask. ``computed`` is ``None`` before the first
    assessment; the page then shows what there is and says so.
    """

    relationship_id: UUID
    client_id: UUID
    client_name: str
    clients: tuple[ClientChoice, ...]
    track: str
    stage: str
    interpreter_name: str
    appointment_id: UUID | None
    starts_at: datetime | None
    session_number: int
    headline: str
    words: tuple[WordsLine, ...]
    gap: str
    goal: GoalLine | None
    promises: tuple[PromiseLine, ...]
    question: str
    suggestion: SuggestionCard | None
    risks: tuple[RiskLine, ...]
    marks: tuple[Mark, ...]
    first_five: bool
    strip: Strip
    first_five_step: str
    attendance: Attendance
    computed: Computed | None
