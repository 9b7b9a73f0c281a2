"""Check-ins asked of the tests' people, and what they answer."""

from __future__ import annotations

from datetime import datetime

from rapport.agreements.actions import give_consent
from rapport.measures import actions
from rapport.measures.models import CheckIn
from rapport.people.models import Client, Relationship
from tests.people import NOW, World, actor, client_actor

CALM = {"distress": 2, "functioning": 4, "wellbeing": 4, "life_satisfaction": 4, "risk": 0}


def week_check(
    world: World, *, relationship: Relationship | None = None, at: datetime = NOW
) -> CheckIn:
    """Ben's Week Check, asked before session 1."""
    return actions.ask_now(
        relationship or world.alice_and_ben, client=world.ben, moment="before", at=at
    )


def after(relationship: Relationship, *, number: int = 1, at: datetime = NOW) -> dict[str, CheckIn]:
    """The Relationship Checks of one session, by rater; the relationship has one client."""
    asked = actions.ask_after(relationship, session_number=number, at=at)
    return {check_in.rater: check_in for check_in in asked}


def all_items(value: float) -> dict[str, float]:
    items = ("goal", "task", "bond", "real_relationship", "empathy", "congruence", "regard")
    return dict.fromkeys(items, value)


def send(
    check_in: CheckIn, answers: dict[str, float], *, words: str = "", at: datetime = NOW
) -> actions.Submitted:
    """Whoever was asked answers and sends."""
    by = actor(check_in.member) if check_in.member else client_actor(check_in.client)
    return actions.submit_check_in(check_in, answers=answers, words=words, by=by, at=at)


def agree_to_messages(world: World, client: Client, relationship: Relationship) -> None:
    give_consent(
        relationship,
        client=client,
        purpose="messages",
        text="You may send me links.",
        by=actor(world.alice),
        at=NOW,
    )
