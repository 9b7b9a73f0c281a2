"""Learn the practice's own models from its own data, keep each with how it fared, and use it.

What a model is judged by are clients it never saw. Where there is too little to learn from, or
the assumptions do as well, they stay in use, and the reason is kept in the model's place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max

from rapport.alliance.in_use import stored_course
from rapport.alliance.models import LearntModel
from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.measures.queries import Dyad, rated_lines, revealed_line, scales_of
from rapport.people.models import Practice, Relationship, Session
from rapport.science.history import LineKey, Scale
from rapport.science.plain import to_plain
from rapport.science.refusals import RefusedFitError

Progress = Callable[[str, int, int], None]
Values = dict[Dyad, dict[int, float]]
LEAST_CLUSTERS = 10  # robust errors of fewer are refused
EXPECTED_COURSE, DROPOUT = "expected_course", "dropout"


class _Question(NamedTuple):
    """What a model is to answer, of which line, and the SHA-256 of what it learns from."""

    kind: str
    line: LineKey
    data_hash: str


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What a fit came to; without parameters it was refused, for the reason ``kept_why``."""

    clients: int
    ratings: int
    parameters: dict[str, Any] | None
    judgement: dict[str, Any] | None
    kept_why: str


def refit(*, by: Actor, at: datetime, progress: Progress) -> tuple[LearntModel, ...]:
    """Fit every model of the practice in scope anew; each question gets one new row."""
    watched = list(_watched())
    steps = len(watched) + 1
    found = []
    alliance: dict[LineKey, Values] = {}
    for done, (line, scale) in enumerate(watched):
        progress(scale.name, done, steps)
        values = revealed_line(line, at=at)
        if scale.construct == "alliance" and line[2] == "client":
            alliance[line] = values
        question = _Question(EXPECTED_COURSE, line, _hash(_told(values)))
        found.append(_keep(question, _course(line, scale, values), by=by, at=at))
    progress(DROPOUT, len(watched), steps)
    found += _refit_dropout(alliance, by, at)
    progress("", steps, steps)
    return tuple(found)


def _watched() -> Iterator[tuple[LineKey, Scale]]:
    """The lines that the engine draws a course of: outcomes, and the alliance on both sides."""
    keys = rated_lines()
    scales = scales_of({key[:2] for key in keys})
    for key in keys:
        scale = scales[key[:2]]
        if key[2] != "interpreter" and (scale.role == "outcome" or scale.construct == "alliance"):
            yield key, scale


def _course(line: LineKey, scale: Scale, values: Values) -> _Learnt:
    from rapport.science.course_learning import learn_course, why_not_adopted
    from rapport.science.timeline import Line

    lines = [
        Line(scale, line[2], tuple(cells), tuple(cells.values()), {})
        for _dyad, cells in sorted(values.items())
        if cells
    ]
    ratings = sum(len(one.values) for one in lines)
    try:
        learnt = learn_course(lines, version="", data_hash="")
    except RefusedFitError as refused:
        return _Learnt(len(lines), ratings, None, None, str(refused))
    return _Learnt(
        learnt.model.clients,
        learnt.ratings,
        {
            "model": stored_course(learnt.model),
            "singular": learnt.singular,
        },
        {"course": to_plain(learnt.judgement)},
        why_not_adopted(learnt.judgement),
    )


def _refit_dropout(rated: dict[LineKey, Values], by: Actor, at: datetime) -> list[LearntModel]:
    """Predict dropout from the client's own rating of the alliance, of the measure most used."""
    if not rated:
        return []
    line = max(rated, key=lambda key: sum(map(len, rated[key].values())))
    values = rated[line]
    rows = _held_sessions(values)
    return [_keep(_Question(DROPOUT, line, _hash(rows)), _dropout(rows, values), by=by, at=at)]


def _dropout(rows: dict[str, list[Any]], values: Values) -> _Learnt:
    from rapport.science import dropout
    from rapport.science.dropout import storing

    clients = len(set(rows["client"]))
    ratings = sum(map(len, values.values()))
    therapists = len(set(rows["therapist"]))
    group = "therapist" if therapists > 1 else "client"
    try:
        model = dropout.fit_dropout_model(
            rows,
            person="client",
            session="session",
            event="event",
            covariates=("alliance",),
            cluster="therapist" if therapists >= LEAST_CLUSTERS else None,
        )
        fared = dropout.cross_validate(
            rows,
            person="client",
            session="session",
            event="event",
            group=group,
            covariates=("alliance",),
        )
    except RefusedFitError as refused:
        return _Learnt(clients, ratings, None, None, str(refused))
    judged = [one.accuracy for one in fared.at_sessions if one.accuracy]
    gain = sum(one.n * (one.brier_of_mean - one.brier) for one in judged)
    better = (
        ""
        if gain > 0
        else (
            "Clients it had not seen were not predicted better than by telling everybody the mean."
        )
    )
    return _Learnt(
        clients,
        ratings,
        {"model": storing.to_stored(model)},
        {"dropout": to_plain(fared), "grouped_by": group},
        better,
    )


def _held_sessions(values: Values) -> dict[str, list[Any]]:
    """One row for each session held: who, with whom, how it ended, and the rating if any.

    The latest session of those who still come has no ending that anybody knows yet.
    """
    held: dict[Any, list[int]] = {}
    for relationship, number in Session.objects.order_by("relationship_id", "number").values_list(
        "relationship_id", "number"
    ):
        held.setdefault(relationship, []).append(number)
    rows: dict[str, list[Any]] = {
        name: [] for name in ("client", "therapist", "session", "event", "alliance")
    }
    ends = {"": float("nan"), "dropout": 1.0, "planned": 2.0}
    about = {
        row[0]: row for row in Relationship.objects.values_list("id", "therapist_id", "ending")
    }
    for dyad, cells in sorted(values.items()):
        _id, therapist, ending = about[dyad.relationship_id]
        numbers = held.get(dyad.relationship_id, [])
        for number in numbers:
            last = number == numbers[-1]
            rows["client"].append(f"{dyad.relationship_id}/{dyad.client_id}")
            rows["therapist"].append(str(therapist))
            rows["session"].append(number)
            rows["event"].append(ends[ending] if last else 0.0)
            rows["alliance"].append(cells.get(number, float("nan")))
    return rows


@transaction.atomic
def _keep(question: _Question, learnt: _Learnt, *, by: Actor, at: datetime) -> LearntModel:
    Practice.objects.select_for_update().get(id=by.practice_id)  # two refits take turns
    measure, scale, rater = question.line
    row = LearntModel.objects.create(
        practice_id=by.practice_id,
        kind=question.kind,
        measure=measure,
        scale=scale,
        rater=rater,
        version=_next_version(question.kind, question.line),
        data_hash=question.data_hash,
        clients=learnt.clients,
        ratings=learnt.ratings,
        parameters=learnt.parameters,
        judgement=learnt.judgement,
        kept_why=learnt.kept_why,
        learnt_at=at,
    )
    audit.record("learn", "model", [row.id], by=by, at=at)
    return row


def _next_version(kind: str, line: LineKey) -> int:
    measure, scale, rater = line
    rows = LearntModel.objects.filter(kind=kind, measure=measure, scale=scale, rater=rater)
    newest: int | None = rows.aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1


def _told(values: Values) -> list[list[Any]]:
    """Every value with its dyad and session, in order."""
    return [[*map(str, dyad), sorted(cells.items())] for dyad, cells in sorted(values.items())]


def _hash(data: list[Any] | dict[str, list[Any]]) -> str:
    return hashlib.sha256(json.dumps(data, separators=(",", ":")).encode()).hexdigest()
