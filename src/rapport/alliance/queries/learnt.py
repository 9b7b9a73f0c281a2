"""How the practice's own models have fared, for a supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapport.alliance.in_use import newest
from rapport.alliance.models import LearntModel
from rapport.kernel.actor import Actor
from rapport.kernel.errors import NotFound
from rapport.measures.queries import scales_of
from rapport.people.models import Role


@dataclass(frozen=True, slots=True)
class ModelRow:
    """The newest model of one question. ``kept_why`` is empty where it is in use.

    ``judgement`` is None where the fit was refused; its shape is that of
    ``science.course_learning.CourseJudgement`` or ``science.dropout.Validation``.
    """

    kind: str
    label: str
    rater: str
    version: int
    clients: int
    ratings: int
    kept_why: str
    learnt_at: datetime
    data_hash: str
    judgement: dict[str, Any] | None


def model_board(*, by: Actor) -> tuple[ModelRow, ...]:
    """The newest model of each question, for a supervisor; figures of nobody in particular."""
    if not by.has(Role.SUPERVISOR):
        raise NotFound
    rows = newest(LearntModel.objects.all())
    scales = scales_of({(row.measure, row.scale) for row in rows})
    return tuple(
        ModelRow(
            kind=row.kind,
            label=scales[row.measure, row.scale].name,
            rater=row.rater,
            version=row.version,
            clients=row.clients,
            ratings=row.ratings,
            kept_why=row.kept_why,
            learnt_at=row.learnt_at,
            data_hash=row.data_hash,
            judgement=row.judgement,
        )
        for row in rows
    )
