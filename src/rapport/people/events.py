"""What happened to people and their meetings; ids only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionHeld:
    """A meeting took place and has its number."""

    practice_id: UUID
    relationship_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class RelationshipEnded:
    """The work of a relationship is over, planned or not."""

    practice_id: UUID
    relationship_id: UUID


@dataclass(frozen=True, slots=True)
class RelationshipReopened:
    """An ending was taken back."""

    practice_id: UUID
    relationship_id: UUID


@dataclass(frozen=True, slots=True)
class RelationshipHandedOver:
    """Another practitioner goes on with a relationship; ``before_id`` had it until now."""

    practice_id: UUID
    relationship_id: UUID
    before_id: UUID


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """An address by which a client was reached is theirs no more."""

    practice_id: UUID
    client_id: UUID


@dataclass(frozen=True, slots=True)
class AccessTaken:
    """An admin gave themselves clinical access to work of a colleague's, ``therapist_id``."""

    practice_id: UUID
    member_id: UUID
    therapist_id: UUID
