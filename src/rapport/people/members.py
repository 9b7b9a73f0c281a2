"""Who works in a practice and who supervises whom, as the office and the command line see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F

from rapport.kernel.actor import Actor
from rapport.kernel.errors import NotFound
from rapport.people import access
from rapport.people.checks import BadInput
from rapport.people.models import Member, Relationship, Role, Supervision
from rapport.people.queries import PersonRow, RelationshipRow, rows_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody's place in the practice; ``open_relationships`` are those they carry on with."""

    id: UUID
    name: str
    email: str
    reference: str
    roles: tuple[str, ...]
    left_on: date | None
    open_relationships: int
    supervisors: tuple[PersonRow, ...]
    supervises: tuple[PersonRow, ...]

    @property
    def role_labels(self) -> tuple[str, ...]:
        return tuple(Role(role).label for role in self.roles)

    @property
    def practises(self) -> bool:
        """Whether theirs is a role with a caseload."""
        return bool(access.PRACTITIONERS & set(self.roles))


@dataclass(frozen=True, slots=True)
class Carried:
    """One page of the relationships that a member carries."""

    rows: tuple[RelationshipRow, ...]
    page: int
    pages: int
    total: int


def everybody(*, by: Actor) -> tuple[MemberRow, ...]:
    """Everybody who works here in order of name, then those who have left."""
    members = list(access.members(by=by).order_by("name", "id"))
    members.sort(key=lambda member: member.left_on is not None)
    return _rows(members)


def row_of(member: Member) -> MemberRow:
    """A member already obtained, as a plain row."""
    return _rows([member])[0]


def carried_by(member: Member, *, page: int, by: Actor, at: datetime) -> Carried:
    """What a member already obtained carries, for the office; the disclosure is logged.

    The open relationships, and of somebody who has left those that have ended, after them.
    """
    rows = access.all_relationships_administratively(by=by).filter(therapist=member)
    if member.left_on is None:
        rows = rows.filter(ended_on=None)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    first = (min(page, pages) - 1) * PAGE
    shown = list(
        rows.order_by(F("ended_on").desc(nulls_first=True), "started_on", "id")[
            first : first + PAGE
        ]
    )
    access.disclose_list(shown, by=by, at=at)
    return Carried(tuple(rows_of(shown)), min(page, pages), pages, total)


def named(name: str, *, practice_id: UUID) -> Member:
    """The one member of that name who works here: for the command line, which knows no ids."""
    rows = Member.objects.select_related("user").filter(practice_id=practice_id, left_on=None)
    found = list(rows.filter(name=" ".join(name.split()))[:2])
    if not found:
        raise NotFound(f"Nobody called {name!r} works here.")
    if len(found) > 1:
        raise BadInput(f"Several members are called {name!r}: use the page People.")
    return found[0]


def _rows(members: list[Member]) -> tuple[MemberRow, ...]:
    """Three queries, however many members."""
    ids = [member.id for member in members]
    carried = dict(
        Relationship.objects.filter(therapist_id__in=ids, ended_on=None)
        .values_list("therapist_id")
        .annotate(open=Count("id"))
    )
    above, below = _supervision(ids)
    return tuple(
        MemberRow(
            id=member.id,
            name=member.name,
            email=member.user.email if member.user else "",
            reference=member.reference,
            roles=tuple(member.roles),
            left_on=member.left_on,
            open_relationships=carried.get(member.id, 0),
            supervisors=tuple(above.get(member.id, ())),
            supervises=tuple(below.get(member.id, ())),
        )
        for member in members
    )


def _supervision(
    ids: Iterable[UUID],
) -> tuple[dict[UUID, list[PersonRow]], dict[UUID, list[PersonRow]]]:
    """Who stands above and below each of these members."""
    above: dict[UUID, list[PersonRow]] = {}
    below: dict[UUID, list[PersonRow]] = {}
    wanted = set(ids)
    for row in Supervision.objects.select_related("supervisor", "supervisee").order_by("id"):
        if row.supervisee_id in wanted:
            person = PersonRow(row.supervisor_id, row.supervisor.name)
            above.setdefault(row.supervisee_id, []).append(person)
        if row.supervisor_id in wanted:
            person = PersonRow(row.supervisee_id, row.supervisee.name)
            below.setdefault(row.supervisor_id, []).append(person)
    return above, below
