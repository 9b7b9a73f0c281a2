"""Goals: how far each has been reached, and which areas need more focus.

The rule is a working convention, not a research finding; it is printed with every answer.
"""

from __future__ import annotations

from itertools import groupby

from rapport.science.assessment import GoalProgress, Goals, GoalState, RaterAttainment, TargetArea
from rapport.science.history import Goal, GoalRating, Rater
from rapport.science.timeline import Timeline

STEP = 1.0
LOOK_BACK = 2
REACHED = 9.0
ENOUGH = 7.0
QUIET_SESSIONS = 3
RULE = (
    f"A goal advances or slips when its rating moved by at least {STEP:g} of 10 over the last "
    f"{LOOK_BACK + 1} ratings by the client (the therapist where the client gave none); it has "
    f"stalled when those {LOOK_BACK + 1} ratings moved less. An area needs more focus when one "
    f"of its open goals below {ENOUGH:g} has stalled or slipped, or has gone unrated for "
    f"{QUIET_SESSIONS} sessions. This is a working convention, not a research finding."
)
RATER_ORDER: tuple[Rater, ...] = ("client", "therapist", "interpreter")


def goal_progress(timeline: Timeline) -> Goals:
    """Return every goal with its attainment, and the areas of the open ones."""
    by_goal: dict[str, list[GoalRating]] = {}
    for rating in timeline.goal_ratings:
        by_goal.setdefault(rating.goal, []).append(rating)
    goals = tuple(_progress(goal, by_goal.get(goal.key, [])) for goal in timeline.goals)
    return Goals(goals=goals, areas=_areas(goals, timeline), rule=RULE)


def _progress(goal: Goal, ratings: list[GoalRating]) -> GoalProgress:
    ratings = sorted(ratings, key=lambda r: (RATER_ORDER.index(r.rater), r.session))
    series = {rater: list(group) for rater, group in groupby(ratings, key=lambda r: r.rater)}
    state = _state(goal, [r.attainment for r in next(iter(series.values()), [])])
    attainments = tuple(_attainment(rater, given) for rater, given in series.items())
    return GoalProgress(
        key=goal.key,
        words=goal.words,
        area=goal.area,
        set_at_session=goal.set_at_session,
        closed_at_session=goal.closed_at_session,
        ratings=attainments,
        state=state,
        sentence=_sentence(goal, state, attainments),
    )


def _attainment(rater: Rater, given: list[GoalRating]) -> RaterAttainment:
    latest = given[-1]
    previous = given[-2].attainment if len(given) > 1 else None
    return RaterAttainment(
        rater=rater,
        session=latest.session,
        attainment=latest.attainment,
        previous=previous,
        change=None if previous is None else latest.attainment - previous,
        n=len(given),
    )


def _state(goal: Goal, values: list[float]) -> GoalState:
    if goal.closed_at_session is not None:
        return "closed"
    if values and values[-1] >= REACHED:
        return "reached"
    return _movement(values) if len(values) > 1 else "new"


def _movement(values: list[float]) -> GoalState:
    moved = values[-1] - values[-1 - min(LOOK_BACK, len(values) - 1)]
    if abs(moved) >= STEP:
        return "advancing" if moved > 0 else "slipping"
    return "stalled" if len(values) > LOOK_BACK else "steady"


def _sentence(goal: Goal, state: GoalState, ratings: tuple[RaterAttainment, ...]) -> str:
    if state == "closed":
        return f"“{goal.words}” was closed at session {goal.closed_at_session}."
    if not ratings:
        return f"“{goal.words}” has not been rated yet."
    lead = ratings[0]
    where = f"“{goal.words}” stands at {lead.attainment:g} of 10"
    return {
        "new": f"{where}, rated for the first time at session {lead.session}.",
        "advancing": f"{where} and is advancing.",
        "steady": f"{where}, much as at the rating before.",
        "stalled": f"{where} and has hardly moved over the last {LOOK_BACK + 1} ratings.",
        "slipping": f"{where}, lower than {LOOK_BACK if lead.n > LOOK_BACK else 1} "
        f"rating{'s' if lead.n > LOOK_BACK else ''} ago.",
        "reached": f"{where}: it looks reached. Ask whether to close it.",
    }[state]


def _areas(goals: tuple[GoalProgress, ...], timeline: Timeline) -> tuple[TargetArea, ...]:
    still_open = sorted(
        (g for g in goals if g.closed_at_session is None), key=lambda g: (g.area, g.key)
    )
    return tuple(
        _area(area, list(group), timeline)
        for area, group in groupby(still_open, key=lambda g: g.area)
    )


def _area(area: str, goals: list[GoalProgress], timeline: Timeline) -> TargetArea:
    latest = [g.ratings[0].attainment for g in goals if g.ratings]
    reason = next((said for g in goals if (said := _why_focus(g, timeline))), "")
    return TargetArea(
        area=area,
        goals=tuple(g.key for g in goals),
        mean_attainment=sum(latest) / len(latest) if latest else None,
        needs_focus=bool(reason),
        reason=reason or "The goals here are moving or have been reached.",
    )


def _why_focus(goal: GoalProgress, timeline: Timeline) -> str:
    rated_at = max((r.session for r in goal.ratings), default=goal.set_at_session)
    quiet = sum(s.number > rated_at for s in timeline.sessions)
    below = bool(goal.ratings) and goal.ratings[0].attainment < ENOUGH
    if below and goal.state in {"stalled", "slipping"}:
        moved = "has hardly moved" if goal.state == "stalled" else "has slipped"
        return f"“{goal.words}” {moved}."
    if goal.state not in {"closed", "reached"} and quiet >= QUIET_SESSIONS:
        return f"“{goal.words}” has gone unrated for {quiet} sessions."
    return ""
