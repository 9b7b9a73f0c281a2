"""The only way a person obtains a goal or a promise: through the relationship it belongs to.

The therapist obtains them by their own caseload; a client by their place in the relationship.
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn
from uuid import UUID

from rapport.goals.models import Goal, Promise
from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import NotFound
from rapport.people import access as people
from rapport.people.models import Participant


def own_goal(goal_id: UUID, *, by: Actor, at: datetime) -> Goal:
    """One goal of the caseload, to read and write."""
    goal = Goal.objects.filter(id=goal_id).first()
    if goal is None:
        _refuse("goal", goal_id, by=by, at=at)
    people.own(goal.relationship_id, by=by, at=at)
    return goal


def goal_of_place(goal_id: UUID, *, place: Participant, by: Actor, at: datetime) -> Goal:
    """One goal as the client whose own it is obtains it, through their progress link."""
    goal = Goal.objects.filter(
        id=goal_id, relationship_id=place.relationship_id, client_id=place.client_id
    ).first()
    if goal is None:
        _refuse("goal", goal_id, by=by, at=at)
    audit.record("read", "goal", [goal.id], by=by, at=at)
    return goal


def own_promise(promise_id: UUID, *, by: Actor, at: datetime) -> Promise:
    """One promise of the caseload, to say whether it was kept."""
    promise = Promise.objects.filter(id=promise_id).first()
    if promise is None:
        _refuse("promise", promise_id, by=by, at=at)
    people.own(promise.relationship_id, by=by, at=at)
    return promise


def _refuse(kind: str, subject_id: UUID, *, by: Actor, at: datetime) -> NoReturn:
    audit.record("refused", kind, [subject_id], by=by, at=at)
    raise NotFound
