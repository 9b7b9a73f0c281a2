"""Who is who in a practice, as plain rows for doors and for the rooms above."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from rapport.kernel.actor import Actor
from rapport.people import access
from rapport.people.models import (
    Member,
    Participant,
    Practice,
    Relationship,
    Role,
    Session,
    Supervision,
)

FOUND = 8


def practice_ids() -> tuple[UUID, ...]:
    """Every practice of the installation."""
    return tuple(Practice.objects.order_by("id").values_list("id", flat=True))


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody by name."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class RelationshipRow:
    """One relationship of a list: who meets whom, since when, how often."""

    id: UUID
    reference: str
    kind: str
    track: str
    therapist: PersonRow
    interpreter: PersonRow | None
    clients: tuple[PersonRow, ...]
    started_on: date
    ended_on: date | None
    sessions_held: int

    @property
    def name(self) -> str:
        """The clients' names, as people say them together."""
        return " & ".join(client.name for client in self.clients)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One meeting held."""

    id: UUID
    number: int
    held_at: datetime
    duration_min: int
    missed_before: int


def colleagues(role: str, *, by: Actor) -> tuple[PersonRow, ...]:
    """The members of the practice who hold a role, in order of name."""
    rows = Member.objects.filter(practice_id=by.practice_id, left_on=None).order_by("name")
    return tuple(PersonRow(row.id, row.name) for row in rows if role in row.roles)


def supervisor_ids(member_id: UUID) -> tuple[UUID, ...]:
    """Who supervises this member, longest first."""
    rows = Supervision.objects.filter(supervisee_id=member_id, supervisor__left_on=None)
    found = rows.select_related("supervisor").order_by("id")
    return tuple(row.supervisor_id for row in found if Role.SUPERVISOR in row.supervisor.roles)


def supervisor_names(member_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Who supervises each of these members, longest first."""
    rows = Supervision.objects.filter(supervisee_id__in=member_ids, supervisor__left_on=None)
    found: dict[UUID, list[str]] = {}
    for row in rows.select_related("supervisor").order_by("id"):
        if Role.SUPERVISOR in row.supervisor.roles:
            found.setdefault(row.supervisee_id, []).append(row.supervisor.name)
    return found


def admin_ids(practice_id: UUID) -> tuple[UUID, ...]:
    """Who runs the practice's office."""
    rows = Member.objects.filter(practice_id=practice_id, left_on=None).order_by("id")
    return tuple(row.id for row in rows if Role.ADMIN in row.roles)


def caseload(*, by: Actor, at: datetime) -> tuple[RelationshipRow, ...]:
    """Everybody this member works with, the disclosure logged."""
    return _disclosed(_oldest_first(access.own_relationships(by=by)), by=by, at=at)


def interpreted(*, by: Actor, at: datetime) -> tuple[RelationshipRow, ...]:
    """The relationships in which this member interprets, the disclosure logged."""
    return _disclosed(_oldest_first(access.interpreted_relationships(by=by)), by=by, at=at)


def found_in_office(
    search: str, *, by: Actor, at: datetime, limit: int = FOUND
) -> tuple[tuple[RelationshipRow, ...], int]:
    """The first open relationships with these words in a name, and how many there are.

    Nothing clinical; what is shown, and no more, is logged.
    """
    rows = access.all_relationships_administratively(by=by).filter(ended_on=None)
    rows = rows.alias(name=Min("participants__client__family_name")).order_by("name", "id")
    for word in search.split():
        named = Participant.objects.filter(relationship=OuterRef("pk")).filter(
            Q(client__given_name__icontains=word) | Q(client__family_name__icontains=word)
        )
        rows = rows.filter(Exists(named) | Q(therapist__name__icontains=word))
    return _disclosed(rows[:limit], by=by, at=at), rows.count()


def in_office(
    relationship_ids: Collection[UUID], *, by: Actor, at: datetime
) -> dict[UUID, RelationshipRow]:
    """Some relationships as the office may see them, ended ones too, the disclosure logged."""
    rows = access.all_relationships_administratively(by=by).filter(id__in=relationship_ids)
    return {row.id: row for row in _disclosed(_oldest_first(rows), by=by, at=at)}


def sessions_of(relationship: Relationship) -> tuple[SessionRow, ...]:
    """The meetings of a relationship already obtained, first to last."""
    rows = Session.objects.filter(relationship=relationship).order_by("number")
    return tuple(
        SessionRow(row.id, row.number, row.held_at, row.duration_min, row.missed_before)
        for row in rows
    )


def row_of(relationship: Relationship) -> RelationshipRow:
    """A relationship already obtained, as a plain row."""
    return rows_of([relationship])[0]


def names_of(relationships: QuerySet[Relationship]) -> dict[UUID, str]:
    """What each relationship is called: its clients' names."""
    return {row.id: row.name for row in rows_of(list(relationships))}


def last_session_number(relationship: Relationship, *, until: datetime | None = None) -> int:
    """The number of the latest session held (until some time); 0 before the first."""
    sessions = Session.objects.filter(relationship=relationship)
    if until is not None:
        sessions = sessions.filter(held_at__lte=until)
    return sessions.aggregate(last=Max("number"))["last"] or 0


def _oldest_first(rows: QuerySet[Relationship]) -> QuerySet[Relationship]:
    return rows.order_by("started_on", "id")


def _disclosed(
    rows: QuerySet[Relationship], *, by: Actor, at: datetime
) -> tuple[RelationshipRow, ...]:
    found = list(rows)
    access.disclose_list(found, by=by, at=at)
    return tuple(rows_of(found))


def rows_of(relationships: list[Relationship]) -> list[RelationshipRow]:
    """Relationships already obtained as plain rows; two queries, however many there are."""
    ids = [relationship.id for relationship in relationships]
    clients: dict[UUID, list[PersonRow]] = {}
    places = Participant.objects.filter(relationship_id__in=ids).select_related("client")
    for place in places.order_by("id"):
        person = PersonRow(place.client_id, place.client.name)
        clients.setdefault(place.relationship_id, []).append(person)
    held = dict(
        Session.objects.filter(relationship_id__in=ids)
        .values_list("relationship_id")
        .annotate(held=Count("id"))
    )
    return [_row(row, clients.get(row.id, []), held.get(row.id, 0)) for row in relationships]


def _row(relationship: Relationship, clients: list[PersonRow], held: int) -> RelationshipRow:
    therapist, interpreter = relationship.therapist, relationship.interpreter
    return RelationshipRow(
        id=relationship.id,
        reference=relationship.reference,
        kind=relationship.kind,
        track=relationship.track,
        therapist=PersonRow(therapist.id, therapist.name),
        interpreter=PersonRow(interpreter.id, interpreter.name) if interpreter else None,
        clients=tuple(clients),
        started_on=relationship.started_on,
        ended_on=relationship.ended_on,
        sessions_held=held,
    )
