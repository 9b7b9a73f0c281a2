"""A dyad that meets: sessions held, check-ins asked and answered through the real actions."""

from __future__ import annotations

from datetime import datetime, timedelta

from rapport.alliance.actions import reassess
from rapport.alliance.models import Assessment
from rapport.kernel.actor import system
from rapport.measures import actions as measures
from rapport.measures.models import CheckIn
from rapport.people.models import Client, Participant, Relationship, Session
from rapport.science import instruments
from tests.people import NOW, actor, client_actor

WEEKS = 20


def meet(relationship: Relationship, number: int) -> Session:
    """A session held a week after the one before, and everybody asked how it was."""
    session = Session.objects.create(
        practice_id=relationship.practice_id,
        relationship=relationship,
        number=number,
        held_at=NOW - timedelta(weeks=WEEKS - number),
    )
    measures.ask_after(relationship, session_number=number, at=just_after(session))
    return session


def just_after(session: Session) -> datetime:
    return session.held_at + timedelta(hours=1)


def rate(
    session: Session,
    rater: str,
    value: int,
    client: Client | None = None,
    *,
    at: datetime | None = None,
) -> CheckIn:
    """One side answers every question of its Relationship Check alike."""
    rows = CheckIn.objects.filter(
        relationship_id=session.relationship_id,
        session_number=session.number,
        rater=rater,
        moment="after",
    )
    check_in = rows.filter(client=client).get() if client else rows.get()
    items = instruments.load(check_in.instrument).items
    return measures.submit_check_in(
        check_in,
        answers={item.key: value for item in items},
        words="",
        by=actor(check_in.member) if check_in.member else client_actor(check_in.client),
        at=at or just_after(session),
    ).check_in


def both(session: Session, client: int, therapist: int) -> None:
    rate(session, "client", client)
    rate(session, "therapist", therapist)


def assess(relationship: Relationship, at: datetime = NOW) -> Assessment:
    """What the relay would do after an event, for a relationship of one client."""
    client = Participant.objects.select_related("client").get(relationship=relationship).client
    return reassess(relationship, client=client, by=system(relationship.practice_id), at=at)


def steady(relationship: Relationship, sessions: int, value: int = 6) -> Session:
    """Some sessions that both rated alike; the last one."""
    for number in range(1, sessions + 1):
        session = meet(relationship, number)
        both(session, value, value)
    return session
