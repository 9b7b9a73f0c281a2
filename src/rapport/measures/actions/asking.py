"""Ask somebody for a check-in, and stop asking when its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from rapport.kernel import outbox
from rapport.kernel.errors import NotFound, Refusal
from rapport.measures.assignments import due, is_due
from rapport.measures.events import CheckInAsked, CheckInClosed
from rapport.measures.forms import RELATIONSHIP_CHECK, STANDARD, WEEK_CHECK, form_of
from rapport.measures.models import Assignment, CheckIn, Moment
from rapport.people.models import Client, Member, Participant, Relationship
from rapport.people.queries import last_session_number
from rapport.science import instruments

ANSWER_WITHIN = timedelta(days=3)
HANDED_OVER_FOR = timedelta(hours=4)


class NoSessionYet(Refusal):
    """There is no session to look back on."""

    code = "no_session_yet"


class WrongRespondent(Refusal):
    """The form is another person's."""

    code = "wrong_respondent"


@transaction.atomic
def ask(
    relationship: Relationship,
    *,
    client: Client,
    session_number: int,
    moment: str,
    rater: str,
    instrument: str,
    member: Member | None,
    at: datetime,
    expires_at: datetime | None = None,
) -> CheckIn:
    """Ask one person for one form about one session; asking again returns what was asked."""
    respondent = instruments.load(instrument).respondent
    if respondent != rater or (member is None) != (rater == "client"):
        raise WrongRespondent(f"{instrument} is the {respondent}'s to answer, not the {rater}'s.")
    form_of(instrument, language=client.language)
    check_in, asked = CheckIn.objects.get_or_create(
        relationship=relationship,
        client=client,
        session_number=session_number,
        rater=rater,
        instrument=instrument,
        defaults={
            "practice_id": relationship.practice_id,
            "moment": moment,
            "member": member,
            "asked_at": at,
            "expires_at": expires_at or at + ANSWER_WITHIN,
        },
    )
    if asked:
        outbox.publish(CheckInAsked(check_in.practice_id, check_in.id), at=at)
    return check_in


@transaction.atomic
def ask_after(relationship: Relationship, *, session_number: int, at: datetime) -> list[CheckIn]:
    """Ask everybody who was in the room how the session was, all sides at once, then what is due.

    At once, because a side that was not asked yet could not keep the other one sealed.
    """
    members = [("therapist", relationship.therapist), ("interpreter", relationship.interpreter)]
    raters = [("client", None), *((rater, member) for rater, member in members if member)]
    standard = [
        ask(
            relationship,
            client=client,
            session_number=session_number,
            moment=Moment.AFTER,
            rater=rater,
            instrument=f"{RELATIONSHIP_CHECK}_{rater}",
            member=member,
            at=at,
        )
        for client in clients_of(relationship)
        for rater, member in raters
    ]
    return standard + _ask_due(
        relationship, session_number=session_number, moment=Moment.AFTER, expires_at=None, at=at
    )


@transaction.atomic
def ask_before(
    relationship: Relationship, *, session_number: int, expires_at: datetime, at: datetime
) -> list[CheckIn]:
    """Ask each client how their week was and what is due, until shortly after the session begins.

    When a missed or cancelled appointment was booked anew, what nobody answered opens again.
    """
    asked = [
        ask(
            relationship,
            client=client,
            session_number=session_number,
            moment=Moment.BEFORE,
            rater="client",
            instrument=WEEK_CHECK,
            member=None,
            at=at,
            expires_at=expires_at,
        )
        for client in clients_of(relationship)
    ]
    asked += _ask_due(
        relationship,
        session_number=session_number,
        moment=Moment.BEFORE,
        expires_at=expires_at,
        at=at,
    )
    for check_in in asked:
        _open_again(check_in, expires_at=expires_at, at=at)
    return asked


@transaction.atomic
def ask_now(relationship: Relationship, *, client: Client, moment: str, at: datetime) -> CheckIn:
    """The client's check-in of this moment, asked here and now if nobody has been asked yet.

    It is the first that they can still answer, where there are several.
    """
    number = last_session_number(relationship)
    if moment == Moment.AFTER and number == 0:
        raise NoSessionYet("No session has been held yet: there is nothing to look back on.")
    asked = (
        ask_after(relationship, session_number=number, at=at)
        if moment == Moment.AFTER
        else ask_before(
            relationship, session_number=number + 1, expires_at=at + HANDED_OVER_FOR, at=at
        )
    )
    theirs = [row for row in asked if row.rater == "client" and row.client_id == client.id]
    if not theirs:
        raise NotFound
    waiting = (row for row in theirs if row.submitted_at is None and row.expires_at > at)
    return next(waiting, theirs[0])


def ask_along(assignment: Assignment, *, session_number: int, at: datetime) -> None:
    """Ask what is newly assigned together with a standard check-in that is out already."""
    if not is_due(assignment, session_number):
        return
    out = CheckIn.objects.filter(
        relationship_id=assignment.relationship_id,
        session_number=session_number,
        moment=assignment.moment,
        rater="client",
        instrument__in=STANDARD,
        expires_at__gt=at,
    ).select_related("client")
    for check_in in out.order_by("id"):
        if assignment.client_id in {None, check_in.client_id}:
            _ask_for(assignment, check_in.client, session_number, check_in.expires_at, at)


@transaction.atomic
def close(check_in: CheckIn, *, at: datetime) -> bool:
    """Close a check-in whose time ran out unanswered; what was not sent is not scored."""
    late = CheckIn.objects.filter(
        id=check_in.id, submitted_at=None, closed_at=None, expires_at__lte=at
    )
    if not late.update(closed_at=at):
        return False
    event = CheckInClosed(
        check_in.practice_id,
        check_in.relationship_id,
        check_in.client_id,
        check_in.session_number,
        check_in.id,
    )
    outbox.publish(event, at=at)
    return True


def _ask_due(
    relationship: Relationship,
    *,
    session_number: int,
    moment: str,
    expires_at: datetime | None,
    at: datetime,
) -> list[CheckIn]:
    """Ask each client for what is assigned to them and falls due, for themselves alone."""
    assigned = due(relationship, session_number=session_number, moment=moment)
    return [
        _ask_for(assignment, client, session_number, expires_at, at)
        for client in (clients_of(relationship) if assigned else [])
        for assignment in assigned
        if assignment.client_id in {None, client.id}
    ]


def _ask_for(
    assignment: Assignment,
    client: Client,
    session_number: int,
    expires_at: datetime | None,
    at: datetime,
) -> CheckIn:
    return ask(
        assignment.relationship,
        client=client,
        session_number=session_number,
        moment=assignment.moment,
        rater="client",
        instrument=assignment.instrument,
        member=None,
        at=at,
        expires_at=expires_at,
    )


def clients_of(relationship: Relationship) -> list[Client]:
    places = Participant.objects.filter(relationship=relationship).select_related("client")
    return [place.client for place in places.order_by("id")]


def _open_again(check_in: CheckIn, *, expires_at: datetime, at: datetime) -> None:
    over = Q(expires_at__lte=at) | Q(closed_at__isnull=False)
    late = CheckIn.objects.filter(over, id=check_in.id, submitted_at=None)
    version = check_in.link_version + 1
    if late.update(expires_at=expires_at, closed_at=None, sent_at=None, link_version=version):
        check_in.refresh_from_db()
        outbox.publish(CheckInAsked(check_in.practice_id, check_in.id), at=at)
