"""Assess a dyad anew, keep the answer, and say who should look; confirm a stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.alerts import actions as alerts
from rapport.alerts import queries as alert_queries
from rapport.alerts.models import Alert
from rapport.alerts.queries import AlertRow
from rapport.alliance.attention import attention
from rapport.alliance.history import Facts, facts_of, gap_sentence
from rapport.alliance.models import Assessment, Stage, StageStep, Standing
from rapport.alliance.stages import check_step
from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Refusal
from rapport.people.models import Client, Participant, Relationship
from rapport.people.queries import last_session_number
from rapport.science import assessment as shapes
from rapport.science.plain import to_plain
from rapport.science.relationship import ENGINE_VERSION, assess, input_hash

OVERTAKEN = "What it rested on has changed, or a later session has been assessed."


class NotTheTherapist(Refusal):
    """A stage is confirmed by the clinician whose relationship it is."""

    code = "not_the_therapist"


@dataclass(frozen=True, slots=True)
class _Said:
    """What the engine said of one dyad, and where it is kept."""

    relationship: Relationship
    client: Client
    facts: Facts
    stored: Assessment
    assessment: shapes.Assessment


@transaction.atomic
def reassess(relationship: Relationship, *, client: Client, by: Actor, at: datetime) -> Assessment:
    """Say anew what a dyad's facts show; the same facts give the same row."""
    _lock_dyad(relationship, client)
    said = _assess(relationship, client, at)
    alerts.retire_suggestions(
        relationship,
        client=client,
        keep=_suggest(said, by=by, at=at),
        because=OVERTAKEN,
        by=by,
        at=at,
    )
    _stand(said, at)
    return said.stored


@transaction.atomic
def confirm_stage(
    relationship: Relationship,
    *,
    stage: str,
    evidence: Sequence[str],
    words: str,
    by: Actor,
    at: datetime,
) -> StageStep:
    """Confirm as the clinician that a relationship is in a stage, and on what evidence."""
    if by.id is None or by.id != relationship.therapist_id:
        raise NotTheTherapist("Only the therapist of a relationship confirms its stage.")
    Relationship.objects.select_for_update().get(id=relationship.id)
    latest = StageStep.objects.filter(relationship=relationship).order_by("-at", "-id").first()
    current = Stage(latest.stage) if latest else None
    step = StageStep.objects.create(
        practice_id=relationship.practice_id,
        relationship=relationship,
        stage=check_step(current, stage, list(evidence), words.strip()),
        evidence=list(evidence),
        words=words.strip(),
        at_session=last_session_number(relationship, until=at),
        by_id=by.id,
        at=at,
    )
    audit.record("confirm", "stage", [step.id], by=by, at=at)
    return step


def _lock_dyad(relationship: Relationship, client: Client) -> None:
    """Two workers on one dyad take turns, so that the later facts stand last."""
    places = Participant.objects.select_for_update(no_key=True)
    places.get(relationship=relationship, client=client)


def _assess(relationship: Relationship, client: Client, at: datetime) -> _Said:
    facts = facts_of(relationship, client=client, at=at)
    key = {
        "relationship": relationship,
        "client": client,
        "as_of": facts.as_of,
        "engine_version": ENGINE_VERSION,
        "input_hash": input_hash(facts.history, facts.as_of),
    }
    stored = Assessment.objects.filter(**key).first()
    if stored is not None:
        known = shapes.Assessment.from_dict(stored.result)
        return _Said(relationship, client, facts, stored, known)
    assessment = assess(facts.history, facts.as_of)
    stored = Assessment.objects.create(
        practice_id=relationship.practice_id,
        result=assessment.to_dict(),
        computed_at=at,
        **key,
    )
    return _Said(relationship, client, facts, stored, assessment)


def _suggest(said: _Said, *, by: Actor, at: datetime) -> Alert | None:
    """What stands for this session; an ended relationship is asked about no more."""
    suggestion, stored = said.assessment.suggestion, said.stored
    if suggestion is None:
        return None
    if said.facts.last is None or said.relationship.ended_on is not None:
        return None
    say = alerts.raise_suggestion if suggestion.kind == "attention" else alerts.note_prompt
    alert = say(
        said.relationship,
        client=said.client,
        session=said.facts.last,
        source_id=stored.id,
        rule=suggestion.key,
        sentence=suggestion.sentence,
        evidence={
            "assessment": str(stored.id),
            "engine_version": stored.engine_version,
            "input_hash": stored.input_hash,
            "as_of": stored.as_of,
            "suggestion": to_plain(suggestion),
        },
        by=by,
        at=at,
    )
    return alert if alert.rule == suggestion.key else None


def _stand(said: _Said, at: datetime) -> None:
    relationship, client, assessment = said.relationship, said.client, said.assessment
    waiting = tuple(
        row for row in alert_queries.open_of([relationship.id]) if row.client_id == client.id
    )
    Standing.objects.update_or_create(
        relationship=relationship,
        client=client,
        defaults={
            "practice_id": relationship.practice_id,
            "therapist_id": relationship.therapist_id,
            "assessment": said.stored,
            "as_of": assessment.as_of,
            "attention": attention(assessment, waiting),
            "sentence": _sentence(assessment, waiting),
            "gap": gap_sentence(said.facts.history, assessment.as_of),
            "strip": to_plain(assessment.first_five.slots),
            "alert_id": waiting[0].id if waiting else None,
            "ended": relationship.ended_on is not None,
            "computed_at": at,
        },
    )


def _sentence(said: shapes.Assessment, waiting: tuple[AlertRow, ...]) -> str:
    """The one sentence of a list: a risk, else the suggestion, else what changed."""
    if waiting and waiting[0].kind == "risk":
        return waiting[0].sentence
    return said.suggestion.sentence if said.suggestion else said.headline
