"""What has been found out about a relationship before anything is said of it."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.science.assessment import ExpectedCourse, FirstFive, Goals, OutcomeChange, RuptureFlag
from rapport.science.gaps import Gap
from rapport.science.timeline import Timeline
from rapport.science.trajectory import Outlook


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a suggestion or a headline may rest on."""

    timeline: Timeline
    first_five: FirstFive
    changes: tuple[OutcomeChange, ...]
    outlooks: tuple[Outlook, ...]
    courses: tuple[ExpectedCourse, ...]
    ruptures: tuple[RuptureFlag, ...]
    gaps: tuple[Gap, ...]
    goals: Goals
