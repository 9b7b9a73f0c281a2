"""A client's own course: what they answered, and what was to be expected of it.

Made from the client's own ratings and nothing else, so there is nothing in it that anybody
else rated, and nothing to unseal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rapport.measures.queries import Dyad, own_ratings, scales_in_use
from rapport.people.models import Participant
from rapport.people.queries import SessionRow, sessions_of
from rapport.science import history
from rapport.science.assessment import CoursePoint
from rapport.science.timeline import timeline
from rapport.science.trajectory import expected_course, outlooks


@dataclass(frozen=True, slots=True)
class OwnPoint:
    """One session: what the client answered, and the expected range at that time."""

    session: int
    held_on: date | None
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class OwnCourse:
    """One outcome scale over the sessions; ``level`` is how sure the range is, such as .8."""

    scale: history.Scale
    level: float
    points: tuple[OwnPoint, ...]

    @property
    def latest(self) -> OwnPoint | None:
        """The last session that has a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


def own_courses(place: Participant) -> tuple[OwnCourse, ...]:
    """The course of each outcome measure, by the scale that its key names first."""
    ratings = own_ratings(Dyad(place.relationship_id, place.client_id))
    scales = _first_outcomes(scales_in_use(ratings))
    mine = tuple(rating for rating in ratings if (rating.measure, rating.scale) in scales)
    sessions = sessions_of(place.relationship)
    held = {row.number for row in sessions}
    facts = history.History(
        relationship=str(place.relationship_id),
        sessions=tuple(
            history.Session(row.number, row.held_at.date(), row.missed_before) for row in sessions
        ),
        ratings=tuple(rating for rating in mine if rating.session in held),
        scales=scales,
    )
    found = [expected_course(line) for line in outlooks(timeline(facts, max(held, default=0)))]
    bands = {(course.measure, course.scale): course for course in found}
    return tuple(
        OwnCourse(
            scale=scale,
            level=bands[key].level if key in bands else 0.0,
            points=_points(
                {rating.session: rating.value for rating in mine if _key(rating) == key},
                {point.session: point for point in bands[key].points} if key in bands else {},
                sessions,
            ),
        )
        for key, scale in scales.items()
    )


def _first_outcomes(
    scales: Mapping[tuple[str, str], history.Scale],
) -> dict[tuple[str, str], history.Scale]:
    """One outcome scale a measure: the broadest, then the first by name."""
    outcomes = [scale for scale in scales.values() if scale.role == "outcome"]
    outcomes.sort(key=lambda scale: (scale.measure, -_breadth(scale), scale.scale))
    first: dict[str, history.Scale] = {}
    for scale in outcomes:
        first.setdefault(scale.measure, scale)
    return {scale.key: scale for scale in first.values()}


def _breadth(scale: history.Scale) -> float:
    return 0.0 if scale.minimum is None or scale.maximum is None else scale.maximum - scale.minimum


def _key(rating: history.Rating) -> tuple[str, str]:
    return (rating.measure, rating.scale)


def _points(
    values: Mapping[int, float | None],
    bands: Mapping[int, CoursePoint],
    sessions: tuple[SessionRow, ...],
) -> tuple[OwnPoint, ...]:
    dates = {row.number: row.held_at.date() for row in sessions}
    return tuple(
        OwnPoint(
            session=number,
            held_on=dates.get(number),
            value=values.get(number),
            low=bands[number].low if number in bands else None,
            high=bands[number].high if number in bands else None,
        )
        for number in sorted({*values, *dates, *bands})
    )
