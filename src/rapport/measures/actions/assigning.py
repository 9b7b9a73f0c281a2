"""Assign a measure beside the standard check-ins, and end what was assigned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Conflict, Refusal
from rapport.measures.actions.asking import ask_along
from rapport.measures.forms import STANDARD, form_of
from rapport.measures.models import Assignment, Moment
from rapport.people import access
from rapport.people.models import Client, Relationship
from rapport.people.queries import last_session_number
from rapport.science import instruments

MOST_SESSIONS_BETWEEN = 52
LAST_SESSION = 10_000


@dataclass(frozen=True, slots=True)
class Rhythm:
    """At which sessions something is asked, and on which side of them.

    ``from_session`` empty begins at the next session; ``until_session`` empty goes on until
    somebody ends it.
    """

    moment: str
    every: int = 1
    from_session: int | None = None
    until_session: int | None = None


class NotAssignable(Refusal):
    """No such measure can be asked of a client, or not in this way."""

    code = "not_assignable"


class AlreadyAssigned(Refusal):
    """The measure is asked of this client as it is."""

    code = "already_assigned"


class AssignmentEnded(Conflict):
    """It was ended meanwhile."""

    code = "assignment_ended"


@transaction.atomic
def assign_measure(
    relationship: Relationship,
    *,
    client: Client | None,
    instrument: str,
    rhythm: Rhythm,
    by: Actor,
    at: datetime,
) -> Assignment:
    """Ask one client, or each of a relationship, for a measure at every so many sessions.

    Where the next session's check-in is out already, what is due goes along with it.
    """
    coming = last_session_number(relationship) + 1
    begin = coming if rhythm.from_session is None else rhythm.from_session
    if client is not None:
        access.place_of(client.id, relationship)
    _check_measure(relationship, client, instrument)
    _check_rhythm(rhythm, begin, coming)
    assert by.id is not None  # only members assign
    assignment = Assignment.objects.create(
        practice_id=relationship.practice_id,
        relationship=relationship,
        client=client,
        instrument=instrument,
        moment=rhythm.moment,
        every=rhythm.every,
        from_session=begin,
        until_session=rhythm.until_session,
        assigned_by_id=by.id,
        assigned_at=at,
    )
    audit.record("assign", "assignment", [assignment.id], by=by, at=at)
    ask_along(assignment, session_number=coming, at=at)
    return assignment


@transaction.atomic
def end_assignment(assignment: Assignment, *, by: Actor, at: datetime) -> None:
    """Ask for it no more; what was asked already can still be answered, and stays."""
    rows = Assignment.objects.filter(id=assignment.id, ended_at=None)
    if not rows.update(ended_at=at, ended_by_id=by.id):
        raise AssignmentEnded("This was ended already.")
    audit.record("end", "assignment", [assignment.id], by=by, at=at)


def _check_measure(relationship: Relationship, client: Client | None, instrument: str) -> None:
    if relationship.ended_on is not None:
        raise NotAssignable("The work together has ended: nothing is asked any more.")
    if instrument not in instruments.keys():  # noqa: SIM118  (a module's function)
        raise NotAssignable("Choose a measure.", fields={"instrument": "Choose a measure."})
    key = instruments.load(instrument)
    if key.respondent != "client" or instrument in STANDARD:
        why = f"{key.title} is part of the standard check-ins."
        raise NotAssignable(why, fields={"instrument": why})
    form_of(instrument, language=client.language if client else "")
    asked = Assignment.objects.filter(
        relationship=relationship, instrument=instrument, ended_at=None
    )
    if client is not None:
        asked = asked.filter(Q(client=client) | Q(client=None))
    if asked.exists():
        why = f"{key.title} is asked already. End that first to ask it differently."
        raise AlreadyAssigned(why, fields={"instrument": why})


def _check_rhythm(rhythm: Rhythm, begin: int, coming: int) -> None:
    wrong: dict[str, str] = {}
    until = rhythm.until_session
    if rhythm.moment not in Moment.values:
        wrong["moment"] = "Choose before or after the session."
    if not 1 <= rhythm.every <= MOST_SESSIONS_BETWEEN:
        wrong["every"] = f"A number from 1 to {MOST_SESSIONS_BETWEEN}."
    if not coming <= begin <= LAST_SESSION:
        wrong["from_session"] = f"The next session is {coming}: begin there or later."
    elif until is not None and not begin <= until <= LAST_SESSION:
        wrong["until_session"] = f"Not before session {begin}, where it begins."
    if wrong:
        raise NotAssignable("This cannot be assigned as it stands.", fields=wrong)
