"""What happened to alerts; ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Something needs somebody's eyes."""

    practice_id: UUID
    alert_id: UUID


@dataclass(frozen=True, slots=True)
class AlertEscalated:
    """Nobody acknowledged it in time, and it went to somebody else as well."""

    practice_id: UUID
    alert_id: UUID


@dataclass(frozen=True, slots=True)
class AlertAcknowledged:
    """Somebody has seen it and has it in hand."""

    practice_id: UUID
    alert_id: UUID


@dataclass(frozen=True, slots=True)
class AlertSettled:
    """It is done with."""

    practice_id: UUID
    alert_id: UUID
