"""What happened to check-ins and scores; ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CheckInAsked:
    """Somebody was asked; their link can be sent."""

    practice_id: UUID
    check_in_id: UUID


@dataclass(frozen=True, slots=True)
class CheckInScored:
    """Answers were sent, or corrected, and their scores stand."""

    practice_id: UUID
    relationship_id: UUID
    client_id: UUID
    session_number: int
    check_in_id: UUID


@dataclass(frozen=True, slots=True)
class CheckInClosed:
    """Time ran out without an answer: what waited for this side is sealed no longer."""

    practice_id: UUID
    relationship_id: UUID
    client_id: UUID
    session_number: int
    check_in_id: UUID


@dataclass(frozen=True, slots=True)
class ScoresImported:
    """Scores of one dyad came in from a file."""

    practice_id: UUID
    relationship_id: UUID
    client_id: UUID
