"""What happened to goals; ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GoalChanged:
    """A dyad's goals are not what they were: one was set, rated, closed or put in focus."""

    practice_id: UUID
    relationship_id: UUID
    client_id: UUID
