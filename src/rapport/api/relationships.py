"""Relationships, their sessions, ratings and assessments.

Lists are lists, never tuples: django-ninja takes a tuple of two for a status and a body.
"""

from __future__ import annotations

from uuid import UUID

from ninja import Router

from rapport.alliance import queries as alliance
from rapport.alliance.queries import Brief
from rapport.kernel import clock
from rapport.kernel.errors import NotFound
from rapport.measures import queries as measures
from rapport.measures.queries import CheckInState
from rapport.people import access, queries
from rapport.people.queries import RelationshipRow, SessionRow
from rapport.science.assessment import Assessment
from rapport.science.history import Rating
from rapport.web.shell import MemberRequest

router = Router(tags=["Relationships"])


@router.get("", response=list[RelationshipRow], operation_id="caseload")
def caseload(request: MemberRequest) -> list[RelationshipRow]:
    """Everybody the signed-in therapist or coach works with."""
    return list(queries.caseload(by=request.actor, at=clock.now()))


@router.get("/{uuid:relationship}", response=RelationshipRow, operation_id="relationship")
def one(request: MemberRequest, relationship: UUID) -> RelationshipRow:
    """One relationship: one's own, or a supervisee's."""
    found = access.clinical(relationship, by=request.actor, at=clock.now())
    return queries.row_of(found)


@router.get("/{uuid:relationship}/sessions", response=list[SessionRow], operation_id="sessions")
def sessions(request: MemberRequest, relationship: UUID) -> list[SessionRow]:
    """The meetings held, first to last."""
    found = access.clinical(relationship, by=request.actor, at=clock.now())
    return list(queries.sessions_of(found))


@router.get(
    "/{uuid:relationship}/check-ins", response=list[CheckInState], operation_id="check_in_states"
)
def check_ins(request: MemberRequest, relationship: UUID) -> list[CheckInState]:
    """Who was asked and who has answered, up to the session to come; never what."""
    at = clock.now()
    found = access.clinical(relationship, by=request.actor, at=at)
    upcoming = queries.last_session_number(found) + 1
    numbered = [(found.id, number) for number in range(1, upcoming + 1)]
    return [state for row in measures.check_in_states(numbered, at=at).values() for state in row]


@router.get(
    "/{uuid:relationship}/clients/{uuid:client}/ratings",
    response=list[Rating],
    operation_id="ratings",
)
def ratings(request: MemberRequest, relationship: UUID, client: UUID) -> list[Rating]:
    """Every rating that is not sealed."""
    at = clock.now()
    found = access.clinical(relationship, by=request.actor, at=at)
    place = access.place_of(client, found)
    return list(measures.revealed_ratings(measures.Dyad(found.id, place.client_id), at=at))


@router.get(
    "/{uuid:relationship}/clients/{uuid:client}/assessment",
    response=Assessment,
    operation_id="assessment",
)
def assessment(request: MemberRequest, relationship: UUID, client: UUID) -> Assessment:
    """What the engine last said of this client and their therapist."""
    at = clock.now()
    found = access.clinical(relationship, by=request.actor, at=at)
    place = access.place_of(client, found)
    view = alliance.relationship_view(found, client=place.client, at=at)
    if view.assessment is None:
        raise NotFound
    return view.assessment


@router.get(
    "/{uuid:relationship}/clients/{uuid:client}/brief", response=Brief, operation_id="brief"
)
def brief(request: MemberRequest, relationship: UUID, client: UUID) -> Brief:
    """What the therapist reads before a session."""
    at = clock.now()
    found = access.clinical(relationship, by=request.actor, at=at)
    place = access.place_of(client, found)
    return alliance.brief_for(found, client=place.client, at=at)
