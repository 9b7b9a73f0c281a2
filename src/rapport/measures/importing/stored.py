"""What the practice holds already of the things that a file names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from rapport.measures.models import ExternalScale, Score
from rapport.people.models import Member, Participant, Practice, Relationship, Session

ScoreKey = tuple[int, str, str, str]
CHUNK = 500
T = TypeVar("T")


@dataclass(slots=True)
class StoredRelationship:
    """One relationship with its dyad's sessions and latest scores."""

    row: Relationship
    clients: list[UUID] = field(default_factory=list)
    days: dict[int, date] = field(default_factory=dict)
    scores: dict[ScoreKey, Score] = field(default_factory=dict)


@dataclass(slots=True)
class Stored:
    """Everything that a file of these references could meet."""

    members: tuple[Member, ...]
    relationships: dict[str, StoredRelationship]
    scales: dict[tuple[str, str], ExternalScale]


def load(practice: Practice, references: Iterable[str]) -> Stored:
    """Read it in a number of queries that grows only with the number of relationships."""
    wanted = set(references)
    rows = Relationship.objects.exclude(reference="").select_related("therapist")
    found = {row.reference: StoredRelationship(row) for row in rows if row.reference in wanted}
    by_id = {one.row.id: one for one in found.values()}
    zone = ZoneInfo(practice.timezone)
    for ids in _chunks(by_id):
        for place in Participant.objects.filter(relationship_id__in=ids):
            by_id[place.relationship_id].clients.append(place.client_id)
        for held in Session.objects.filter(relationship_id__in=ids):
            day = held.held_at.astimezone(zone).date()
            by_id[held.relationship_id].days[held.number] = day
        for score in Score.objects.filter(relationship_id__in=ids).order_by("version"):
            key = (score.session_number, score.rater, score.measure, score.scale)
            by_id[score.relationship_id].scores[key] = score
    return Stored(
        members=tuple(Member.objects.filter(left_on=None)),
        relationships=found,
        scales={(row.measure, row.scale): row for row in ExternalScale.objects.all()},
    )


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
