"""What happened to appointments; ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    """A meeting is planned; delivered when it is time to ask the check-in before it."""

    practice_id: UUID
    relationship_id: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    """A meeting was called off: what was asked ahead of it has lost its reason."""

    practice_id: UUID
    relationship_id: UUID
    appointment_id: UUID
