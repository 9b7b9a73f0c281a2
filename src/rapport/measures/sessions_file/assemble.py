"""From rows to relationships: what belongs together, scored and checked against one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from rapport.measures.sessions_file.catalogue import Catalogue
from rapport.measures.sessions_file.cells import BadCellError, shown
from rapport.measures.sessions_file.facts import (
    HeldSession,
    RelationshipFacts,
    RiskAnswer,
    Value,
)
from rapport.measures.sessions_file.faults import Faults
from rapport.measures.sessions_file.rows import Given, Row
from rapport.science import safety, scoring
from rapport.science.history import Rater, Scale
from rapport.science.instruments.shape import Instrument

FormKey = tuple[int, Rater, str]


@dataclass(slots=True)
class Answered:
    """The items of one form, as the rows of a file bring them one by one."""

    form: Instrument
    line: int
    answers: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """One relationship while its rows are being read."""

    reference: str
    therapist: str
    line: int
    sessions: dict[int, HeldSession] = field(default_factory=dict)
    values: dict[tuple[int, str, str, str], Value] = field(default_factory=dict)
    answered: dict[FormKey, Answered] = field(default_factory=dict)
    item_lines: dict[tuple[FormKey, str], int] = field(default_factory=dict)
    dropped_out_at: dict[int, int] = field(default_factory=dict)


class Assembler:
    """Takes rows in any order; what contradicts itself goes to ``faults``."""

    def __init__(self, catalogue: Catalogue, faults: Faults) -> None:
        self.catalogue, self.faults = catalogue, faults
        self.drafts: dict[str, Draft] = {}
        self.risks: list[RiskAnswer] = []

    def take(self, rows: Iterable[Row]) -> None:
        for row in rows:
            draft = self.drafts.setdefault(
                row.relationship, Draft(row.relationship, row.therapist, row.line)
            )
            self._meet(draft, row)
            for given in row.given:
                self._give(draft, row, given)

    def relationships(self) -> Iterator[RelationshipFacts]:
        """Score what was answered and give every relationship in the file's order."""
        for draft in self.drafts.values():
            for (session, rater, _), answered in draft.answered.items():
                self._score(draft, session, rater, answered)
            sessions = tuple(sorted(draft.sessions.values(), key=lambda s: s.number))
            self._check_order(sessions)
            yield RelationshipFacts(
                reference=draft.reference,
                therapist=draft.therapist,
                line=draft.line,
                sessions=sessions,
                values=tuple(sorted(draft.values.values(), key=lambda value: value.key)),
                dropped_out=self._dropped_out(draft, sessions),
            )

    def _meet(self, draft: Draft, row: Row) -> None:
        if row.therapist != draft.therapist:
            why = (
                f"relationship {shown(draft.reference)} has therapist {shown(draft.therapist)} on "
                f"line {draft.line} and {shown(row.therapist)} here; give each its own reference"
            )
            self.faults.add(row.line, "therapist", why)
        session = HeldSession(row.session, row.held_on, row.line)
        known = draft.sessions.setdefault(row.session, session)
        if known.held_on != row.held_on:
            why = f"session {row.session} is on {known.held_on} in line {known.line}"
            self.faults.add(row.line, "date", why)
        if row.dropped_out:
            draft.dropped_out_at.setdefault(row.session, row.line)

    def _give(self, draft: Draft, row: Row, given: Given) -> None:
        try:
            if given.is_item:
                self._give_item(draft, row, given)
            else:
                self._give_scale(draft, row, given)
        except BadCellError as error:
            self.faults.add(row.line, given.column, str(error))

    def _give_scale(self, draft: Draft, row: Row, given: Given) -> None:
        scale = self.catalogue.scale(given.measure, given.rater, given.name)
        _check_range(scale, given.value)
        value = Value(row.session, given.rater, *scale.key, given.value, row.line)
        self._keep(draft, value)

    def _give_item(self, draft: Draft, row: Row, given: Given) -> None:
        form = self.catalogue.form(given.measure, given.rater)
        item = _item_key(form, given.name)
        try:
            scoring.check_answer(form, item, given.value)
        except scoring.InvalidAnswerError as error:
            raise BadCellError(str(error)) from None
        key = (row.session, given.rater, form.key)
        earlier = draft.item_lines.setdefault((key, item), row.line)
        answered = draft.answered.setdefault(key, Answered(form, row.line))
        if item in answered.answers:
            raise BadCellError(f"{item} was answered already on line {earlier}")
        answered.answers[item] = given.value

    def _score(self, draft: Draft, session: int, rater: Rater, answered: Answered) -> None:
        form = answered.form
        scored = scoring.score(form, answered.answers)
        for score in scored.scores:
            value = Value(
                session, rater, form.family, score.scale, score.value, answered.line,
                score.reason, scored.version,
            )  # fmt: skip
            try:
                self._keep(draft, value)
            except BadCellError as error:
                self.faults.add(answered.line, None, str(error))
        if any(flag.severity != "unanswered" for flag in safety.screen(form, answered.answers)):
            self.risks.append(RiskAnswer(draft.reference, session, form.key, answered.line))

    def _keep(self, draft: Draft, value: Value) -> None:
        earlier = draft.values.setdefault(value.key, value)
        if earlier is not value:
            raise BadCellError(
                f"the {value.rater}'s {value.measure}/{value.scale} at session {value.session} of "
                f"{shown(draft.reference)} stands already on line {earlier.line}"
            )

    def _check_order(self, sessions: tuple[HeldSession, ...]) -> None:
        for before, after in pairwise(sessions):
            if before.held_on and after.held_on and before.held_on > after.held_on:
                why = (
                    f"session {after.number} is on {after.held_on}, before session "
                    f"{before.number} ({before.held_on}, line {before.line})"
                )
                self.faults.add(after.line, "date", why)

    def _dropped_out(self, draft: Draft, sessions: tuple[HeldSession, ...]) -> bool:
        for session, line in draft.dropped_out_at.items():
            if session != sessions[-1].number:
                why = f"is set at session {session}, yet session {sessions[-1].number} was held"
                self.faults.add(line, "dropout", why)
        return bool(draft.dropped_out_at)


def _item_key(form: Instrument, name: str) -> str:
    """An item by its key, or by its number as the measure counts: ``9`` is ``phq9_9``."""
    numbered = {str(item.number): item.key for item in form.items}
    return numbered.get(name, name)


def _check_range(scale: Scale, value: float) -> None:
    low, high = scale.minimum, scale.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        limits = [f"at least {low:g}"] if low is not None else []
        limits += [f"at most {high:g}"] if high is not None else []
        allowed = " and ".join(limits)
        raise BadCellError(f"{value:g} is not on {scale.measure}/{scale.scale}: {allowed}")
