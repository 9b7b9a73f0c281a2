"""Keep answers as they are given, and score them when they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from rapport.alerts import actions as alerts
from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor
from rapport.measures.checks import check_answers, check_complete, check_words, lock_open
from rapport.measures.events import CheckInScored
from rapport.measures.forms import WordingMissing, form_for
from rapport.measures.models import CheckIn, Score
from rapport.people.models import Session
from rapport.science import instruments, safety, scoring
from rapport.science.instruments import Instrument
from rapport.science.plain import Plain


@dataclass(frozen=True, slots=True)
class Saved:
    """What was kept; ``risk`` says that this very answer calls for help at once."""

    check_in: CheckIn
    risk: bool


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was sent and scored; ``risk`` says that a risk answer is among the answers."""

    check_in: CheckIn
    scores: tuple[Score, ...]
    risk: bool


@transaction.atomic
def save_answer(check_in: CheckIn, *, item: str, value: float, by: Actor, at: datetime) -> Saved:
    """Keep one answer of a draft. A risk answer raises its alert here and now, sent or not."""
    row = lock_open(check_in, at=at)
    instrument = instruments.load(row.instrument)
    row.answers |= check_answers(instrument, {item: value})
    row.save(update_fields=["answers"])
    flags = [flag for flag in safety.screen(instrument, row.answers) if flag.answered]
    _raise_risks(row, instrument, flags, by, at)
    return Saved(row, any(flag.item == item for flag in flags))


@transaction.atomic
def save_words(check_in: CheckIn, *, words: str, at: datetime) -> None:
    """Keep the free words of a draft."""
    row = lock_open(check_in, at=at)
    row.words = check_words(words)
    row.save(update_fields=["words"])


@transaction.atomic
def submit_check_in(
    check_in: CheckIn, *, answers: Mapping[str, float], words: str, by: Actor, at: datetime
) -> Submitted:
    """Send a check-in: what was kept and ``answers`` on top of it, scored once and for all."""
    row = lock_open(check_in, at=at)
    instrument = instruments.load(row.instrument)
    row.answers |= check_answers(instrument, answers)
    check_complete(row, row.answers)
    row.words, row.submitted_at = check_words(words), at
    row.save(update_fields=["answers", "words", "submitted_at"])
    scores = _record(row, scoring.score(instrument, row.answers), instrument.family, at)
    flags = safety.screen(instrument, row.answers)
    _raise_risks(row, instrument, flags, by, at)
    audit.record("submit", "check_in", [row.id], by=by, at=at)
    outbox.publish(_scored(row), at=at)
    return Submitted(row, scores, any(flag.answered for flag in flags))


def _record(
    check_in: CheckIn, form: scoring.ScoredForm, measure: str, at: datetime
) -> tuple[Score, ...]:
    """One row a scale; a scale that has a value already, from an import, gets a new version."""
    same = Score.objects.filter(
        relationship_id=check_in.relationship_id,
        client_id=check_in.client_id,
        session_number=check_in.session_number,
        rater=check_in.rater,
        measure=measure,
    )
    versions = dict(same.values_list("scale").annotate(last=Max("version")))
    rows = [
        Score(
            practice_id=check_in.practice_id,
            relationship_id=check_in.relationship_id,
            client_id=check_in.client_id,
            session_number=check_in.session_number,
            rater=check_in.rater,
            measure=measure,
            scale=score.scale,
            value=score.value,
            reason=score.reason,
            check_in=check_in,
            instrument_version=form.version,
            version=versions.get(score.scale, 0) + 1,
            at=at,
        )
        for score in form.scores
    ]
    return tuple(Score.objects.bulk_create(rows))


def _raise_risks(
    check_in: CheckIn,
    instrument: Instrument,
    flags: Sequence[safety.RiskFlag],
    by: Actor,
    at: datetime,
) -> None:
    """One alert for each question and severity: the same answer never alerts twice."""
    if not flags:
        return
    number = check_in.session_number
    session = Session.objects.filter(
        relationship_id=check_in.relationship_id, number=number
    ).first()
    for flag in flags:
        alerts.raise_risk(
            check_in.relationship,
            client=check_in.client,
            session=session,
            source_id=check_in.id,
            rule=f"{flag.item}:{flag.severity}",
            sentence=flag.rule,
            evidence={
                "measure": instrument.title,
                "asked": _asked(check_in, instrument.title),
                "question": flag.item,
                **_in_words(check_in, flag.item),
                "answer": flag.value,
                "highest": instrument.item(flag.item).maximum,
                "severity": flag.severity,
                "rule": flag.rule,
                "session_number": number,
                "answered_at": at.isoformat(),
            },
            by=by,
            at=at,
        )


def _asked(check_in: CheckIn, title: str) -> str:
    when = "before" if check_in.moment == "before" else "after"
    return f"{title}, {when} session {check_in.session_number}"


def _in_words(check_in: CheckIn, item: str) -> dict[str, Plain]:
    """The question and its answers as the client read them, where the wording is here."""
    try:
        form = form_for(check_in)
    except WordingMissing:
        return {}
    question = next(one for one in form.questions if one.key == item)
    labels: dict[str, Plain] = {answer.value: answer.label for answer in question.answers}
    return {"question_words": question.words, "labels": labels}


def _scored(check_in: CheckIn) -> CheckInScored:
    return CheckInScored(
        check_in.practice_id,
        check_in.relationship_id,
        check_in.client_id,
        check_in.session_number,
        check_in.id,
    )
