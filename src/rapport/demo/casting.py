"""Who works with whom, how it goes, and when they meet: decided before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from rapport.demo import cast
from rapport.demo.cast import Person, Story
from rapport.demo.courses import Course, simulated, told
from rapport.science.simulate import simulate_dyads

OTHERS = 40
WEEK = timedelta(days=7)
# Somewhere it is late morning now, so that today has a past and a future at any hour.
ZONES = (
    "UTC",
    "Europe/Zurich",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Africa/Nairobi",
)


@dataclass(frozen=True, slots=True)
class Part:
    """One relationship to write. ``last`` is when its latest session took place.

    ``next`` is its next appointment, if it goes on; ``ending`` says how it ended, if not.
    """

    practitioner: Person
    clients: tuple[str, ...]
    courses: tuple[Course, ...]
    last: datetime
    next: datetime | None = None
    ending: str = ""
    kind: str = "individual"
    track: str = "therapy"
    interpreter: Person | None = None
    story: Story | None = None


def zone_for(at: datetime) -> ZoneInfo:
    """The first zone of the list in which it is late morning or noon."""
    zones = [ZoneInfo(name) for name in ZONES]
    return next((z for z in zones if 10 <= at.astimezone(z).hour < 14), zones[0])


def parts(now: datetime, rng: np.random.Generator) -> Iterator[Part]:
    """Every relationship of the practice; ``now`` is in the practice's zone."""
    slots = {person: _free_slots(now) for person in cast.MEMBERS}
    for story in cast.STORIES:
        yield _story(story, now, slots[story.practitioner], rng)
    simulation = simulate_dyads(rng, OTHERS)
    for index, name in zip(range(OTHERS), cast.more_names(), strict=False):
        person, course = _practitioner(index), simulated(simulation, index, rng)
        weeks = int(rng.integers(1, len(course) + 8))
        yield _other(course, name, person, next(slots[person]), weeks=weeks)


def today_slots(now: datetime) -> list[datetime]:
    """Six meetings today: one this morning, five still to come."""
    morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
    half = timedelta(minutes=30)
    coming = now.replace(minute=0, second=0, microsecond=0) + 2 * half
    coming += half if now.minute >= 30 else timedelta()
    return [morning, *(coming + timedelta(minutes=75 * i) for i in range(5))]


def _free_slots(now: datetime) -> Iterator[datetime]:
    """Times in the working days of the coming week, spread over it; today has its own."""
    days = [now + timedelta(days=ahead) for ahead in range(1, 7)]
    for hour in (10, 14, 9, 16, 11, 15, 13, 17):
        for day in days:
            if day.weekday() < 5:
                yield day.replace(hour=hour, minute=0, second=0, microsecond=0)


def _story(
    story: Story, now: datetime, slots: Iterator[datetime], rng: np.random.Generator
) -> Part:
    courses = tuple(told(curve, rng) for curve in story.curves)
    if story.ended_weeks_ago is not None:
        last, coming, ending = next(slots) - WEEK * (story.ended_weeks_ago + 1), None, "dropout"
    else:
        coming = today_slots(now)[story.today] if story.today is not None else next(slots)
        last, ending = coming - WEEK, ""
    return Part(
        practitioner=story.practitioner,
        clients=story.clients,
        courses=courses,
        last=last,
        next=coming,
        ending=ending,
        kind=story.kind,
        track=story.track,
        interpreter=story.interpreter,
        story=story,
    )


def _practitioner(index: int) -> Person:
    """Ten places in turn: most for the colleagues, some for everybody else who sees clients."""
    turn = (
        *cast.COLLEAGUES,
        cast.THERAPIST,
        *cast.COLLEAGUES,
        cast.SUPERVISOR,
        cast.COLLEAGUES[0],
        cast.COACH,
    )
    return turn[index % len(turn)]


def _other(course: Course, name: str, person: Person, slot: datetime, *, weeks: int) -> Part:
    """A simulated relationship ``weeks`` after it began, be it going on or over."""
    track = "coaching" if person is cast.COACH else "therapy"
    if weeks <= len(course):
        return Part(person, (name,), (course.until(weeks),), slot - WEEK, slot, track=track)
    last = slot - WEEK * (weeks - len(course) + 1)
    ending = "dropout" if course.dropped_out else "planned"
    return Part(person, (name,), (course,), last, ending=ending, track=track)
