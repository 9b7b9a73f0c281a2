"""The only way a person obtains a relationship.

Forbidden and absent give the same :class:`~rapport.kernel.errors.NotFound`. Every disclosure is
written to the audit chain. Who may what:

==============  =======================================================================
own             the relationship's therapist or coach: read and write
clinical        own, and (to read) the supervisor of that therapist
administrative  the practice's admins: who meets whom and when, nothing clinical
interpreting    the relationship's interpreter: their own seat in it
==============  =======================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from rapport.kernel import audit, scope
from rapport.kernel.actor import Actor
from rapport.kernel.errors import NotFound
from rapport.people.models import Member, Participant, Relationship, Role, Session, User

PRACTITIONERS = frozenset({Role.THERAPIST.value, Role.COACH.value})


def member_of(user: User) -> Member | None:
    """The membership a signed-in user acts under; the door's first step into a practice."""
    with scope.every_practice():
        return Member.objects.select_related("practice").filter(user=user, left_on=None).first()


def actor_for(member: Member) -> Actor:
    return Actor("member", member.id, member.practice_id, frozenset(member.roles))


def tracks_of(by: Actor) -> list[str]:
    """A wall stands between coaching and clinical charts: each role opens its own side."""
    sides = (("therapy", Role.THERAPIST), ("coaching", Role.COACH))
    return [track for track, role in sides if by.has(role)]


def own_relationships(*, by: Actor) -> QuerySet[Relationship]:
    """The caseload: relationships in which this member is the therapist or coach."""
    if not by.roles & PRACTITIONERS:
        return _rows().none()
    return _rows().filter(therapist_id=by.id, track__in=tracks_of(by))


def supervised_relationships(*, by: Actor) -> QuerySet[Relationship]:
    """The caseloads of everybody this member supervises."""
    if not by.has(Role.SUPERVISOR):
        return _rows().none()
    return _rows().filter(therapist__supervised_by__supervisor_id=by.id)


def interpreted_relationships(*, by: Actor) -> QuerySet[Relationship]:
    """The relationships in which this member interprets."""
    if not by.has(Role.INTERPRETER):
        return _rows().none()
    return _rows().filter(interpreter_id=by.id)


def all_relationships_administratively(*, by: Actor) -> QuerySet[Relationship]:
    """Who meets whom, for the office."""
    return _rows() if by.has(Role.ADMIN) else _rows().none()


def own(relationship_id: UUID, *, by: Actor, at: datetime) -> Relationship:
    """One relationship of the caseload, to read and write."""
    return _one(own_relationships(by=by), relationship_id, by=by, at=at)


def clinical(relationship_id: UUID, *, by: Actor, at: datetime) -> Relationship:
    """One relationship to read: one's own, or a supervisee's."""
    rows = own_relationships(by=by) | supervised_relationships(by=by)
    return _one(rows.distinct(), relationship_id, by=by, at=at)


def administrative(relationship_id: UUID, *, by: Actor, at: datetime) -> Relationship:
    """One relationship as the office may see it."""
    rows = all_relationships_administratively(by=by)
    return _one(rows, relationship_id, by=by, at=at)


def interpreting(relationship_id: UUID, *, by: Actor, at: datetime) -> Relationship:
    """One relationship as its interpreter may see it."""
    return _one(interpreted_relationships(by=by), relationship_id, by=by, at=at)


def place_of(client_id: UUID, relationship: Relationship) -> Participant:
    """A client's place in a relationship already obtained."""
    place = (
        Participant.objects.select_related("client")
        .filter(relationship=relationship, client_id=client_id)
        .first()
    )
    if place is None:
        raise NotFound
    return place


def places_in(relationship: Relationship) -> list[Participant]:
    """The clients' places in a relationship already obtained, in the order they came."""
    rows = Participant.objects.select_related("client").filter(relationship=relationship)
    return list(rows.order_by("id"))


def session_in(relationship: Relationship, session_id: UUID) -> Session:
    """A meeting held in a relationship already obtained."""
    session = Session.objects.filter(relationship=relationship, id=session_id).first()
    if session is None:
        raise NotFound
    return session


def colleague(member_id: UUID, role: str, *, by: Actor) -> Member:
    """A member of one's own practice who holds a role, to work with."""
    member = Member.objects.filter(id=member_id, practice_id=by.practice_id, left_on=None).first()
    if member is None or role not in member.roles:
        raise NotFound
    return member


def members(*, by: Actor) -> QuerySet[Member]:
    """Everybody who works or worked here, for the office."""
    rows = Member.objects.select_related("user").filter(practice_id=by.practice_id)
    return rows if by.has(Role.ADMIN) else rows.none()


def member(member_id: UUID, *, by: Actor, at: datetime) -> Member:
    """One member of the practice, as the office may see and change their place."""
    row = members(by=by).filter(id=member_id).first()
    if row is None:
        audit.record("refused", "member", [member_id], by=by, at=at)
        raise NotFound
    return row


def disclose_list(relationships: Iterable[Relationship], *, by: Actor, at: datetime) -> None:
    """Log that these relationships were shown together in a list."""
    ids = [relationship.id for relationship in relationships]
    if ids:
        audit.record("list", "relationship", ids, by=by, at=at)


def _rows() -> QuerySet[Relationship]:
    return Relationship.objects.select_related("practice", "therapist", "interpreter")


def _one(
    rows: QuerySet[Relationship], relationship_id: UUID, *, by: Actor, at: datetime
) -> Relationship:
    relationship = rows.filter(id=relationship_id).first()
    if relationship is None:
        audit.record("refused", "relationship", [relationship_id], by=by, at=at)
        raise NotFound
    audit.record("read", "relationship", [relationship_id], by=by, at=at)
    return relationship
