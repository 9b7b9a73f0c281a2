"""The stage panel: where the clinician says the work is, and what speaks for moving on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rapport.agreements.queries import any_consent_stands
from rapport.alliance.models import Stage, StageStep
from rapport.alliance.queries.readings import FIRST_FIVE
from rapport.alliance.stages import EVIDENCE, reachable, upcoming
from rapport.goals.queries import goal_counts, open_promises
from rapport.people.models import Relationship
from rapport.people.queries import last_session_number


@dataclass(frozen=True, slots=True)
class EvidencePrompt:
    """A question whose answer is a fact on file, never a score.

    ``met`` is what the records say, or ``None`` where only the clinician can know.
    """

    key: str
    question: str
    met: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class StageChoice:
    """A stage one may move to; going back asks for a reason."""

    stage: str
    label: str
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class StageEntry:
    """One confirmed step."""

    stage: str
    label: str
    at_session: int
    at: datetime
    by_name: str
    words: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StagePanel:
    """The stage of a relationship; ``current`` is ``None`` until the first is confirmed."""

    relationship_id: UUID
    current: StageEntry | None
    prompts: tuple[EvidencePrompt, ...]
    choices: tuple[StageChoice, ...]
    trail: tuple[StageEntry, ...]


def stage_panel(relationship: Relationship, *, at: datetime) -> StagePanel:
    """The stage panel of a relationship already obtained."""
    trail = tuple(_entry(step) for step in _steps(relationship))
    current = Stage(trail[0].stage) if trail else None
    return StagePanel(
        relationship_id=relationship.id,
        current=trail[0] if trail else None,
        prompts=_prompts(relationship, upcoming(current), at),
        choices=tuple(
            StageChoice(stage.value, str(stage.label), needs_reason)
            for stage, needs_reason in reachable(current)
        ),
        trail=trail,
    )


def current_stage(relationship: Relationship) -> str:
    """The label of the stage that was confirmed last; "" before the first."""
    step = _steps(relationship).first()
    return str(Stage(step.stage).label) if step else ""


def _steps(relationship: Relationship) -> QuerySet[StageStep]:
    rows = StageStep.objects.filter(relationship=relationship).select_related("by")
    return rows.order_by("-at", "-id")


def _entry(step: StageStep) -> StageEntry:
    asked = {key: words for keys in EVIDENCE.values() for key, words in keys.items()}
    return StageEntry(
        stage=step.stage,
        label=str(Stage(step.stage).label),
        at_session=step.at_session,
        at=step.at,
        by_name=step.by.name,
        words=step.words,
        evidence=tuple(asked[key] for key in step.evidence if key in asked),
    )


def _prompts(relationship: Relationship, stage: Stage, at: datetime) -> tuple[EvidencePrompt, ...]:
    known = _FACTS[stage](relationship, at)
    return tuple(
        EvidencePrompt(key, question, *known.get(key, (None, "")))
        for key, question in EVIDENCE[stage].items()
    )


Known = dict[str, tuple[bool | None, str]]


def _commitment(relationship: Relationship, at: datetime) -> Known:
    goals = goal_counts(relationship)
    return {
        "consent_on_file": (any_consent_stands(relationship, at=at), ""),
        "goals_agreed": (goals.open + goals.closed > 0, _counted(goals.open, _("open"))),
    }


def _process(relationship: Relationship, at: datetime) -> Known:
    held = last_session_number(relationship)
    return {
        "first_five_held": (held >= FIRST_FIVE, _("%(n)d held") % {"n": held}),
        "goals_rated": (goal_counts(relationship).rated_by_both > 0, ""),
    }


def _change(relationship: Relationship, at: datetime) -> Known:
    closed = goal_counts(relationship).closed
    return {"goal_reached": (closed > 0, _counted(closed, _("closed")))}


def _termination(relationship: Relationship, at: datetime) -> Known:
    waiting = open_promises(relationship)
    return {"promises_settled": (waiting == 0, _counted(waiting, _("open")))}


_FACTS: dict[Stage, Callable[[Relationship, datetime], Known]] = {
    Stage.COMMITMENT: _commitment,
    Stage.PROCESS: _process,
    Stage.CHANGE: _change,
    Stage.TERMINATION: _termination,
}


def _counted(n: int, what: str) -> str:
    return f"{n} {what}" if n else ""
