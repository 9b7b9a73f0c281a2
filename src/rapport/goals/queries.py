"""Goals with their latest attainment, promises, and all of it as the engine reads it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from rapport.goals.models import Goal, GoalRating, Promise
from rapport.people.models import Relationship
from rapport.science import history


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One goal, and where each side last saw it (0 to 10)."""

    id: UUID
    words: str
    area: str
    in_focus: bool
    set_at_session: int
    closed_at_session: int | None
    client_attainment: int | None
    therapist_attainment: int | None


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise; ``kept`` is ``None`` while it is open."""

    id: UUID
    words: str
    made_at_session: int
    kept: bool | None


@dataclass(frozen=True, slots=True)
class GoalCounts:
    """How many goals are open and closed, and how many both sides have rated."""

    open: int
    closed: int
    rated_by_both: int


def goals_of(relationship: Relationship, *, client_id: UUID) -> tuple[GoalRow, ...]:
    """A client's goals in a relationship already obtained: in focus first, closed last."""
    rows = _goals(relationship, client_id).annotate(
        by_client=_latest("client"), by_therapist=_latest("therapist")
    )
    ordered = sorted(rows, key=lambda g: (g.closed_at_session is not None, not g.in_focus))
    return tuple(
        GoalRow(
            id=goal.id,
            words=goal.words,
            area=goal.area,
            in_focus=goal.in_focus,
            set_at_session=goal.set_at_session,
            closed_at_session=goal.closed_at_session,
            client_attainment=goal.by_client,
            therapist_attainment=goal.by_therapist,
        )
        for goal in ordered
    )


def goal_counts(relationship: Relationship) -> GoalCounts:
    """How many goals a relationship already obtained has, of all its clients."""
    rows = Goal.objects.filter(relationship=relationship)
    counted = rows.aggregate(
        open=Count("id", filter=Q(closed_at_session=None)),
        closed=Count("id", filter=Q(closed_at_session__isnull=False)),
        rated_by_both=Count("id", filter=Exists(_by("client")) & Exists(_by("therapist"))),
    )
    return GoalCounts(**counted)


def open_promises(relationship: Relationship) -> int:
    """How many promises of a relationship already obtained nobody has settled."""
    return Promise.objects.filter(relationship=relationship, kept=None).count()


def promises_of(relationship: Relationship, *, client_id: UUID) -> tuple[PromiseRow, ...]:
    """What is still promised to this client, oldest first."""
    rows = Promise.objects.filter(relationship=relationship, client_id=client_id, kept=None)
    return tuple(
        PromiseRow(row.id, row.words, row.made_at_session, row.kept)
        for row in rows.order_by("at", "id")
    )


def goal_facts(
    relationship: Relationship, *, client_id: UUID
) -> tuple[tuple[history.Goal, ...], tuple[history.GoalRating, ...]]:
    """The goals and their ratings as the engine reads them; a later word replaces an earlier."""
    goals = tuple(
        history.Goal(str(g.id), g.words, g.area, g.set_at_session, g.closed_at_session)
        for g in _goals(relationship, client_id)
    )
    rows = GoalRating.objects.filter(
        goal__relationship=relationship, goal__client_id=client_id
    ).order_by("at", "id")
    told = rows.values_list("goal_id", "session__number", "rater", "attainment")
    latest = {(goal, number, rater): attainment for goal, number, rater, attainment in told}
    ratings = tuple(
        history.GoalRating(
            session=number,
            goal=str(goal_id),
            rater="client" if rater == "client" else "therapist",
            attainment=float(attainment),
        )
        for (goal_id, number, rater), attainment in latest.items()
    )
    return goals, ratings


def _goals(relationship: Relationship, client_id: UUID) -> QuerySet[Goal]:
    rows = Goal.objects.filter(relationship=relationship, client_id=client_id)
    return rows.order_by("created_at", "id")


def _by(rater: str) -> QuerySet[GoalRating]:
    return GoalRating.objects.filter(goal=OuterRef("pk"), rater=rater)


def _latest(rater: str) -> Subquery:
    ratings = _by(rater).order_by("-session__number", "-at", "-id")
    return Subquery(ratings.values("attainment")[:1])
