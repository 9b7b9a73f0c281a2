"""Lists of dyads: the supervisor's radar and a practitioner's own clients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from rapport.alliance.queries.parts import Strip


@dataclass(frozen=True, slots=True)
class RadarFilters:
    """What the supervisor asked to see; nothing set means everybody still in therapy."""

    therapist_id: UUID | None = None
    needs_attention: bool = False
    first_five: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class TherapistChoice:
    """A supervisee, for the filter."""

    member_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class RadarRow:
    """One dyad as it stands; ``attention`` (0-100) orders the list and is never shown bare."""

    relationship_id: UUID
    client_id: UUID
    client_name: str
    therapist_id: UUID
    therapist_name: str
    session_number: int
    attention: int
    sentence: str
    risk_open: bool
    alert_id: UUID | None
    first_five: bool
    strip: Strip
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class RadarPage:
    """One page of the radar; pages count from 1."""

    rows: tuple[RadarRow, ...]
    page: int
    pages: int
    total: int
    filters: RadarFilters
    therapists: tuple[TherapistChoice, ...]


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client of one's own caseload; ``session_number`` is 0 before the first session."""

    relationship_id: UUID
    client_id: UUID
    client_name: str
    track: str
    session_number: int
    started_on: date
    ended_on: date | None
    next_at: datetime | None
    sentence: str
    risk_open: bool
    first_five: bool
    strip: Strip


@dataclass(frozen=True, slots=True)
class ClientsPage:
    """One page of one's own clients; pages count from 1."""

    rows: tuple[ClientRow, ...]
    page: int
    pages: int
    total: int
    search: str
    ended: bool
