"""Set goals, rate them, put one in focus, close them; make promises and keep them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rapport.goals.events import GoalChanged
from rapport.goals.models import Goal, GoalRating, Promise
from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Conflict, Refusal
from rapport.people import access
from rapport.people.models import Client, Relationship, Session
from rapport.people.queries import last_session_number

LONGEST = 300
LONGEST_AREA = 60


class WordsMissing(Refusal):
    """A goal and a promise need words, and not too many."""

    code = "words_missing"


class NotAttainment(Refusal):
    """Attainment is a whole number from 0 to 10, of one's own relationship, by one side."""

    code = "not_attainment"


class GoalClosed(Conflict):
    """The goal was closed meanwhile."""

    code = "goal_closed"


@transaction.atomic
def set_goal(
    relationship: Relationship, *, client: Client, words: str, area: str, by: Actor, at: datetime
) -> Goal:
    """Write down what the client wants to be different, in their own words."""
    access.place_of(client.id, relationship)
    goal = Goal.objects.create(
        practice_id=relationship.practice_id,
        relationship=relationship,
        client=client,
        words=check_words(words, "words", LONGEST),
        area=area.strip()[:LONGEST_AREA],
        set_at_session=max(1, last_session_number(relationship)),
        created_at=at,
    )
    _changed(goal, "set", by=by, at=at)
    return goal


@transaction.atomic
def rate_goal(
    goal: Goal, *, session: Session, rater: str, attainment: int, by: Actor, at: datetime
) -> GoalRating:
    """Say how far a goal has been reached; a second word on one session corrects the first."""
    goal = _open(goal)
    _check_rating(goal, session, rater, attainment)
    rating = GoalRating.objects.create(
        practice_id=goal.practice_id,
        goal=goal,
        session=session,
        rater=rater,
        member_id=by.id if rater == "therapist" else None,
        attainment=attainment,
        at=at,
    )
    _changed(goal, "rate", by=by, at=at)
    return rating


@transaction.atomic
def close_goal(goal: Goal, *, by: Actor, at: datetime) -> None:
    """Be done with a goal, reached or not, as of the last session held."""
    goal = _open(goal)
    goal.closed_at_session = max(goal.set_at_session, last_session_number(goal.relationship))
    goal.in_focus = False
    goal.save(update_fields=["closed_at_session", "in_focus"])
    _changed(goal, "close", by=by, at=at)


@transaction.atomic
def focus_on(goal: Goal, *, by: Actor, at: datetime) -> None:
    """Put one goal in focus, and no other of this client in this relationship."""
    goal = _open(goal)
    others = Goal.objects.filter(relationship=goal.relationship_id, client=goal.client_id)
    others.exclude(id=goal.id).update(in_focus=False)
    goal.in_focus = True
    goal.save(update_fields=["in_focus"])
    _changed(goal, "focus", by=by, at=at)


@transaction.atomic
def make_promise(
    relationship: Relationship, *, client: Client, words: str, by: Actor, at: datetime
) -> Promise:
    """Note what the therapist said they would do, so that the next brief reminds them."""
    access.place_of(client.id, relationship)
    promise = Promise.objects.create(
        practice_id=relationship.practice_id,
        relationship=relationship,
        client=client,
        words=check_words(words, "words", LONGEST),
        made_at_session=max(1, last_session_number(relationship)),
        at=at,
    )
    audit.record("make", "promise", [promise.id], by=by, at=at)
    return promise


@transaction.atomic
def settle_promise(promise: Promise, *, kept: bool, by: Actor, at: datetime) -> None:
    """Say whether a promise was kept."""
    Promise.objects.filter(id=promise.id).update(kept=kept)
    audit.record("keep" if kept else "drop", "promise", [promise.id], by=by, at=at)


def check_words(words: str, field: str, longest: int) -> str:
    """The words without the space around them, if there are some and not too many."""
    clean = " ".join(words.split())
    if not clean:
        raise WordsMissing("Write it in a few words.", fields={field: "Write a few words."})
    if len(clean) > longest:
        raise WordsMissing(
            f"Keep it to {longest} characters; these are {len(clean)}.",
            fields={field: f"At most {longest} characters."},
        )
    return clean


def _check_rating(goal: Goal, session: Session, rater: str, attainment: int) -> None:
    if rater not in {"client", "therapist"}:
        raise NotAttainment("A goal is rated by the client or by the therapist.")
    if session.relationship_id != goal.relationship_id or session.number < goal.set_at_session:
        raise NotAttainment("This goal was not there yet at that session.")
    if not 0 <= attainment <= 10:
        raise NotAttainment("Choose a number from 0 to 10.", fields={"attainment": "From 0 to 10."})


def _open(goal: Goal) -> Goal:
    """The row itself, locked, and not closed."""
    row = Goal.objects.select_for_update().get(id=goal.id)
    if row.closed_at_session is not None:
        raise GoalClosed("This goal has been closed.")
    return row


def _changed(goal: Goal, verb: str, *, by: Actor, at: datetime) -> None:
    audit.record(verb, "goal", [goal.id], by=by, at=at)
    outbox.publish(GoalChanged(goal.practice_id, goal.relationship_id, goal.client_id), at=at)
