"""What taking a file would change, worked out before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from rapport.measures.importing.stored import Stored, StoredRelationship
from rapport.measures.models import ExternalScale, Score
from rapport.measures.sessions_file.facts import HeldSession, RelationshipFacts, SessionsFile, Value
from rapport.measures.sessions_file.faults import Faults
from rapport.people.access import PRACTITIONERS
from rapport.people.models import Member, Practice
from rapport.science.history import Scale

SCALE_FACTS = (
    "label",
    "construct",
    "role",
    "higher_is_better",
    "minimum",
    "maximum",
    "reliability",
    "source_sd",
)


@dataclass(slots=True)
class Step:
    """What one relationship of the file adds; ``stored`` is ``None`` when it is new."""

    facts: RelationshipFacts
    stored: StoredRelationship | None
    sessions: list[HeldSession] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    corrections: list[tuple[Value, Score]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def ends(self) -> bool:
        """Whether the file closes a relationship that is still open."""
        return self.facts.dropped_out and not (self.stored and self.stored.row.ended_on)

    @property
    def adds(self) -> bool:
        """Whether there is anything to write."""
        new = self.stored is None or self.sessions or self.values
        return bool(new or self.corrections or self.ends)


@dataclass(slots=True)
class Plan:
    """Every step, and the therapists and scales that come first."""

    therapists: dict[str, Member | None]
    scales: list[Scale]
    steps: list[Step]

    @property
    def new_therapists(self) -> tuple[str, ...]:
        return tuple(name for name, member in self.therapists.items() if member is None)


class Planner:
    """Compares a file with what is stored; what cannot be goes to ``faults``."""

    def __init__(
        self,
        file: SessionsFile,
        stored: Stored,
        practice: Practice,
        *,
        correct: bool,
        at: datetime,
        faults: Faults,
    ) -> None:
        self.file, self.stored, self.faults, self.correct = file, stored, faults, correct
        self.today = at.astimezone(ZoneInfo(practice.timezone)).date()

    def plan(self) -> Plan:
        """Plan the whole file, or raise with every fault found."""
        plan = Plan(self._therapists(), self._scales(), [])
        if any(s.held_on is None for one in self.file.relationships for s in one.sessions):
            why = "no session has a date; add a column 'date', or [dates] to the mapping"
            self.faults.add(1, None, why)
            self.faults.refuse_if_any()
        plan.steps = [self._step(facts, plan) for facts in self.file.relationships]
        self.faults.refuse_if_any()
        return plan

    def _therapists(self) -> dict[str, Member | None]:
        """Who each therapist of the file is: by reference, else by name, else somebody new."""
        found: dict[str, Member | None] = {}
        for facts in self.file.relationships:
            if facts.therapist not in found:
                found[facts.therapist] = self._therapist(facts.therapist, facts.line)
        return found

    def _therapist(self, name: str, line: int) -> Member | None:
        members = self.stored.members
        same = [m for m in members if m.reference == name] or [m for m in members if m.name == name]
        if len(same) > 1:
            self.faults.add(line, "therapist", f"{len(same)} members are called {name!r}")
        elif same and not PRACTITIONERS & set(same[0].roles):
            self.faults.add(line, "therapist", f"{name!r} is a member, but not a therapist")
        return same[0] if same else None

    def _scales(self) -> list[Scale]:
        new = []
        for scale in self.file.declared:
            row = self.stored.scales.get(scale.key)
            if row is None:
                new.append(scale)
            elif differing := _differing(row, scale):
                why = f"{scale.measure}/{scale.scale} was declared before with another {differing}"
                self.faults.add(None, None, f"in the mapping: {why}")
        return new

    def _step(self, facts: RelationshipFacts, plan: Plan) -> Step:
        stored = self.stored.relationships.get(facts.reference)
        step = Step(facts, stored)
        days = stored.days if stored else {}
        if stored is not None:
            self._check_same(facts, stored, plan.therapists[facts.therapist])
        for session in facts.sessions:
            self._plan_session(session, step, days)
        self._check_order(step, days)
        for value in facts.values:
            self._plan_value(value, step)
        return step

    def _check_same(
        self, facts: RelationshipFacts, stored: StoredRelationship, therapist: Member | None
    ) -> None:
        if therapist is None or therapist.id != stored.row.therapist_id:
            why = f"relationship {facts.reference!r} belongs to {stored.row.therapist.name}"
            self.faults.add(facts.line, "therapist", why)
        if len(stored.clients) != 1:
            why = f"{facts.reference!r} has {len(stored.clients)} clients; a file speaks of one"
            self.faults.add(facts.line, "relationship", why)

    def _plan_session(self, session: HeldSession, step: Step, days: dict[int, date]) -> None:
        assert session.held_on is not None
        known = days.get(session.number)
        if known is None:
            step.sessions.append(session)
        elif known != session.held_on:
            why = f"session {session.number} is stored as held on {known}, not {session.held_on}"
            self.faults.add(session.line, "date", why)
        if session.held_on > self.today:
            self.faults.add(session.line, "date", f"{session.held_on} has not come yet")

    def _check_order(self, step: Step, days: dict[int, date]) -> None:
        """New sessions have to fit between those that are stored."""
        if step.stored is None or not step.sessions:
            return
        ended_on = step.stored.row.ended_on
        new = {s.number: s.held_on for s in step.sessions if s.held_on}
        merged = sorted((days | new).items())
        for (number, day), (next_number, next_day) in pairwise(merged):
            if next_day < day:
                why = f"session {next_number} ({next_day}) would come before {number} ({day})"
                self.faults.add(step.facts.line, "date", why)
        if ended_on is not None and merged[-1][1] > ended_on:
            why = f"{step.facts.reference!r} ended on {ended_on}; session {merged[-1][0]} is later"
            self.faults.add(step.sessions[-1].line, "session", why)

    def _plan_value(self, value: Value, step: Step) -> None:
        stored = step.stored.scores.get(value.key) if step.stored else None
        if stored is None:
            step.values.append(value)
        elif stored.value == value.value:
            step.unchanged += 1
        elif stored.check_in_id is not None:
            why = f"{_named(value)} was answered in a check-in; a file cannot change it"
            self.faults.add(value.line, None, why)
        elif self.correct:
            step.corrections.append((value, stored))
        else:
            why = (
                f"{_named(value)} is stored as {_shown(stored.value)}, the file says "
                f"{_shown(value.value)}; to correct it, say why with --correct"
            )
            self.faults.add(value.line, None, why)


def _differing(row: ExternalScale, scale: Scale) -> str:
    return ", ".join(name for name in SCALE_FACTS if getattr(row, name) != getattr(scale, name))


def _named(value: Value) -> str:
    return f"the {value.rater}'s {value.measure}/{value.scale} at session {value.session}"


def _shown(value: float | None) -> str:
    return "not scorable" if value is None else f"{value:g}"
