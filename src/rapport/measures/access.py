"""The only way a person obtains a check-in. Forbidden, forged, run out and absent look the same.

==============  =======================================================================
by link         a client, with a genuine link to that one form, until it runs out
for a member    the therapist or interpreter who was asked, nobody else
to give         the relationship's own therapist: send the client's link, hand the tablet over
an assignment   the relationship's own therapist
==============  =======================================================================
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn
from uuid import UUID

from rapport.kernel import audit, scope
from rapport.kernel.actor import Actor
from rapport.kernel.crypto import link_subject
from rapport.kernel.errors import NotFound
from rapport.measures import links, rounds
from rapport.measures.models import Assignment, CheckIn
from rapport.people import access as people_access
from rapport.people.models import Participant

__all__ = [  # with the types that doors name through here
    "CheckIn",
    "Participant",
    "check_in_by_link",
    "check_in_for_member",
    "check_in_to_give",
    "client_actor",
    "log_opened",
    "next_for",
    "own_assignment",
    "place_by_link",
    "place_of_check_in",
]


def check_in_by_link(token: str, *, at: datetime) -> CheckIn:
    """The one check-in that a client's link opens; answered ones too, until they run out."""
    check_in_id = link_subject(token)
    with scope.every_practice():
        row = (
            CheckIn.objects.select_related("practice", "client", "relationship")
            .filter(id=check_in_id, rater="client")
            .first()
        )
    if row is None:
        raise NotFound
    if not links.is_token_of(row, token) or row.expires_at <= at:
        _refuse("check_in", row.id, row.practice_id, at)
    return row


def log_opened(check_in: CheckIn, *, at: datetime) -> None:
    """Write to the log that the client opened their form."""
    audit.record("open", "check_in", [check_in.id], by=client_actor(check_in), at=at)


def place_by_link(token: str, *, at: datetime) -> Participant:
    """The place in a relationship whose progress a client's link shows, the disclosure logged."""
    place_id = links.progress_subject(token)
    with scope.every_practice():
        place = (
            Participant.objects.select_related("practice", "client", "relationship")
            .filter(id=place_id)
            .first()
        )
    if place is None:
        raise NotFound
    if not links.is_progress_token_of(place, token, at=at):
        _refuse("progress", place.id, place.practice_id, at)
    by = Actor("client", place.client_id, place.practice_id)
    audit.record("read", "progress", [place.id], by=by, at=at)
    return place


def place_of_check_in(check_in: CheckIn) -> Participant:
    """The client's place in the relationship that a check-in belongs to."""
    return people_access.place_of(check_in.client_id, check_in.relationship)


def next_for(check_in: CheckIn, *, at: datetime) -> CheckIn | None:
    """What the client who has just sent this form is asked next, if anything.

    Whoever holds the link of a form that was sent is the one whom its whole round was sent to.
    """
    return rounds.next_in_round(check_in, at=at)


def check_in_for_member(check_in_id: UUID, *, by: Actor, at: datetime) -> CheckIn:
    """A check-in that this member was asked, the disclosure logged."""
    rows = CheckIn.objects.select_related("practice", "client", "relationship")
    row = rows.filter(id=check_in_id, member_id=by.id).first() if by.id else None
    return _logged(row, check_in_id, by, at)


def check_in_to_give(check_in_id: UUID, *, by: Actor, at: datetime) -> CheckIn:
    """A client's check-in within this practitioner's own caseload, to send or to hand over."""
    row = (
        CheckIn.objects.select_related("practice", "client", "relationship")
        .filter(
            id=check_in_id,
            rater="client",
            relationship__in=people_access.own_relationships(by=by),
        )
        .first()
    )
    return _logged(row, check_in_id, by, at)


def own_assignment(assignment_id: UUID, *, by: Actor, at: datetime) -> Assignment:
    """What was assigned within this practitioner's own caseload."""
    row = Assignment.objects.filter(id=assignment_id).first()
    if row is None:
        audit.record("refused", "assignment", [assignment_id], by=by, at=at)
        raise NotFound
    people_access.own(row.relationship_id, by=by, at=at)
    return row


def client_actor(check_in: CheckIn) -> Actor:
    """The client as who acts through their link."""
    return Actor("client", check_in.client_id, check_in.practice_id)


def _logged(row: CheckIn | None, check_in_id: UUID, by: Actor, at: datetime) -> CheckIn:
    verb = "refused" if row is None else "read"
    audit.record(verb, "check_in", [check_in_id], by=by, at=at)
    if row is None:
        raise NotFound
    return row


def _refuse(kind: str, subject: UUID, practice_id: UUID, at: datetime) -> NoReturn:
    """A link was tried that is not, or no longer, good: nobody knows by whom."""
    audit.record("refused", kind, [subject], by=Actor("client", None, practice_id), at=at)
    raise NotFound
