"""``import_sessions``: plan, then write, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.kernel.actor import Actor
from rapport.measures.importing import stored
from rapport.measures.importing.plan import Plan, Planner
from rapport.measures.importing.write import Progress, Writer
from rapport.measures.sessions_file.facts import SessionsFile
from rapport.measures.sessions_file.faults import Faults
from rapport.people.models import Practice


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do."""

    relationships: int
    new_relationships: int
    new_therapists: tuple[str, ...]
    new_sessions: int
    new_values: int
    not_scorable: int
    corrected: int
    unchanged: int
    risk_answers: int

    @property
    def changes_nothing(self) -> bool:
        return not (self.new_relationships or self.new_sessions or self.new_values) and not (
            self.corrected
        )


@transaction.atomic
def import_sessions(
    file: SessionsFile,
    *,
    by: Actor,
    at: datetime,
    correct_because: str = "",
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Take a file into the practice, all of it or nothing; the same file again changes nothing."""
    practice = Practice.objects.select_for_update().get(id=by.practice_id)
    held = stored.load(practice, (facts.reference for facts in file.relationships))
    faults = Faults(file.name)
    plan = Planner(file, held, practice, correct=bool(correct_because), at=at, faults=faults).plan()
    if not dry_run:
        Writer(file, practice, plan, correct_because, by=by, at=at).write(progress)
    return _report(file, plan)


def _report(file: SessionsFile, plan: Plan) -> ImportReport:
    values = [value for step in plan.steps for value in step.values]
    return ImportReport(
        relationships=len(plan.steps),
        new_relationships=sum(step.stored is None for step in plan.steps),
        new_therapists=plan.new_therapists,
        new_sessions=sum(len(step.sessions) for step in plan.steps),
        new_values=len(values),
        not_scorable=sum(value.value is None for value in values),
        corrected=sum(len(step.corrections) for step in plan.steps),
        unchanged=sum(step.unchanged for step in plan.steps),
        risk_answers=len(file.risks),
    )
