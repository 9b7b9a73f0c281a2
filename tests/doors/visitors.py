"""Signed-in visitors and a relationship with some history, for the tests of the doors."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client as Browser

from rapport.alliance.actions import reassess
from rapport.kernel import scope
from rapport.kernel.actor import system
from rapport.measures.actions import ask_after, submit_check_in
from rapport.people.models import Client, Member, Relationship
from rapport.scheduling.models import Appointment
from tests.people import actor, client_actor

ITEMS = ("goal", "task", "bond", "real_relationship", "empathy", "congruence", "regard")


def visit(member: Member | None) -> Browser:
    """A browser in which this member is signed in and has proved a second factor."""
    browser = Browser()
    if member is not None:
        assert member.user is not None
        browser.force_login(
            member.user, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        session = browser.session
        session["second_factor"] = True
        session.save()
    return browser


def answers(value: float, **others: float) -> dict[str, float]:
    """Every item of the Relationship Check answered alike, but for the ones named."""
    return dict.fromkeys(ITEMS, value) | others


def rated_sessions(
    relationship: Relationship,
    client: Client,
    ratings: list[tuple[float | None, float | None]],
    *,
    now: datetime,
) -> None:
    """Hold a session a week up to now; each rated by (client, therapist), ``None`` for not."""
    from tests.people import hold

    by = system(relationship.practice_id)
    for number, (from_client, from_therapist) in enumerate(ratings, 1):
        session = hold(relationship, number)
        session.held_at = now - timedelta(weeks=len(ratings) - number, hours=1)
        session.save(update_fields=["held_at"])
        at = session.held_at + timedelta(minutes=50)
        asked = ask_after(relationship, session_number=number, at=at)
        for check_in in asked:
            value = {"client": from_client, "therapist": from_therapist}.get(check_in.rater)
            if value is None or check_in.client_id != client.id:
                continue
            who = client_actor(client) if check_in.rater == "client" else actor(check_in.member)
            submit_check_in(check_in, answers=answers(value), words="", by=who, at=at)
    reassess(relationship, client=client, by=by, at=now)


def appointment(relationship: Relationship, starts_at: datetime, **more: object) -> Appointment:
    """A meeting planned, written straight down: it may lie in the past."""
    with scope.practice(relationship.practice_id):
        return Appointment.objects.create(
            practice_id=relationship.practice_id,
            relationship=relationship,
            starts_at=starts_at,
            **more,
        )
