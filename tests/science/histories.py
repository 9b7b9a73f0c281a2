"""Histories for the engine's tests: a few by hand, and Hypothesis strategies for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from rapport.science.history import Goal, GoalRating, History, Rater, Rating, Scale, Session

FORM = "relationship_check"
SCALES = {
    scale.key: scale
    for scale in (
        *(
            Scale(FORM, c, c, "relationship", True, 1, 7)
            for c in ("goal", "task", "bond", "real_relationship", "alliance")
        ),
        Scale("mood", "total", "depression", "outcome", False, 0, 27, reliable_change=6),
        Scale("outside", "alliance", "alliance", "relationship", True),
    )
}
Values = Sequence[float | None]


def history(
    client: Mapping[str, Values] | None = None,
    therapist: Mapping[str, Values] | None = None,
    *,
    mood: Values = (),
    goals: Sequence[Goal] = (),
    goal_ratings: Sequence[GoalRating] = (),
    missed: Mapping[int, int] | None = None,
    sessions: int | None = None,
) -> History:
    """One relationship from columns of values by session; ``None`` leaves a rating out."""
    columns: list[tuple[Rater, str, str, Values]] = [
        *(("client", FORM, scale, values) for scale, values in (client or {}).items()),
        *(("therapist", FORM, scale, values) for scale, values in (therapist or {}).items()),
        ("client", "mood", "total", mood),
    ]
    held = sessions or max(len(values) for *_, values in columns)
    return History(
        relationship="Ben and Alice",
        sessions=tuple(
            Session(n, missed_before=(missed or {}).get(n, 0)) for n in range(1, held + 1)
        ),
        ratings=tuple(
            Rating(n, rater, measure, scale, value)
            for rater, measure, scale, values in columns
            for n, value in enumerate(values, start=1)
            if value is not None
        ),
        goals=tuple(goals),
        goal_ratings=tuple(goal_ratings),
        scales=SCALES,
    )


def _values(scale: Scale) -> st.SearchStrategy[float | None]:
    low, high = (scale.minimum, scale.maximum) if scale.minimum is not None else (-1e6, 1e6)
    return st.none() | st.floats(low, high, allow_nan=False)


@st.composite
def drawn_histories(draw: st.DrawFn, longest: int = 9) -> History:
    """A relationship with any mixture of ratings, gaps, goals and missed appointments."""
    numbers = range(1, draw(st.integers(0, longest)) + 1)
    keys: list[tuple[int, Rater, tuple[str, str]]] = [
        (n, rater, key) for n in numbers for rater in ("client", "therapist") for key in SCALES
    ]
    chosen = draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    goals = tuple(
        Goal(
            f"g{i}",
            f"Goal {i}",
            draw(st.sampled_from(["", "work"])),
            draw(st.sampled_from(numbers)),
        )
        for i in range(draw(st.integers(0, 2)) if numbers else 0)
    )
    rated = [(n, g) for g in goals for n in numbers if n >= g.set_at_session]
    return History(
        relationship="Ben and Alice",
        sessions=tuple(Session(n, missed_before=draw(st.integers(0, 2))) for n in numbers),
        ratings=tuple(
            Rating(n, rater, *key, draw(_values(SCALES[key]))) for n, rater, key in chosen
        ),
        goals=goals,
        goal_ratings=tuple(
            GoalRating(n, g.key, "client", draw(st.integers(0, 10)))
            for n, g in (draw(st.lists(st.sampled_from(rated), unique=True)) if rated else [])
        ),
        scales=SCALES,
    )
