"""Writing a plan's rows in bulk, auditing them, and saying what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor
from rapport.measures.events import ScoresImported
from rapport.measures.importing.plan import SCALE_FACTS, Plan, Step
from rapport.measures.models import ExternalScale, Score
from rapport.measures.sessions_file.facts import SessionsFile, Value
from rapport.people.models import (
    Client,
    Member,
    Participant,
    Practice,
    Relationship,
    Role,
    Session,
)

BATCH = 1000
NOON = time(12)
Progress = Callable[[int, int], None]
Dyad = tuple[Relationship, UUID]


class Writer:
    """Writes what one plan adds; the caller's transaction makes it all or nothing."""

    def __init__(
        self,
        file: SessionsFile,
        practice: Practice,
        plan: Plan,
        because: str,
        *,
        by: Actor,
        at: datetime,
    ) -> None:
        self.file, self.practice, self.plan, self.because = file, practice, plan, because
        self.by, self.at = by, at
        self.zone = ZoneInfo(practice.timezone)
        self.steps = [step for step in plan.steps if step.adds]

    def write(self, progress: Progress) -> None:
        """Write in the order in which rows point at one another."""
        self._add_therapists()
        self._declare_scales()
        dyads = {
            step.facts.reference: (step.stored.row, step.stored.clients[0])
            for step in self.steps
            if step.stored
        }
        dyads |= self._start([step for step in self.steps if step.stored is None])
        self._hold(dyads)
        self._score(dyads, progress)
        self._end(dyads)
        self._tell(dyads)

    def _add_therapists(self) -> None:
        new: dict[str, Member | None] = {
            name: Member(
                practice=self.practice,
                name=name if any(map(str.isalpha, name)) else f"Therapist {name}",
                reference=name,
                roles=[Role.THERAPIST.value],
            )
            for name in self.plan.new_therapists
        }
        Member.objects.bulk_create(filter(None, new.values()), batch_size=BATCH)
        self.therapists = self.plan.therapists | new

    def _declare_scales(self) -> None:
        ExternalScale.objects.bulk_create(
            ExternalScale(
                practice=self.practice,
                measure=scale.measure,
                scale=scale.scale,
                **{name: getattr(scale, name) for name in SCALE_FACTS},
            )
            for scale in self.plan.scales
        )

    def _start(self, steps: list[Step]) -> dict[str, Dyad]:
        """Open relationships, each with a client whom only the file's reference names."""
        rows = [self._relationship(step) for step in steps]
        clients = [
            Client(
                practice=self.practice,
                given_name="Client",
                family_name=row.reference,
                created_at=self.at,
            )
            for row in rows
        ]
        pairs = list(zip(rows, clients, strict=True))
        Relationship.objects.bulk_create(rows, batch_size=BATCH)
        Client.objects.bulk_create(clients, batch_size=BATCH)
        Participant.objects.bulk_create(
            (Participant(practice=self.practice, relationship=r, client=c) for r, c in pairs),
            batch_size=BATCH,
        )
        return {row.reference: (row, client.id) for row, client in pairs}

    def _relationship(self, step: Step) -> Relationship:
        first = step.facts.sessions[0].held_on
        assert first is not None
        return Relationship(
            practice=self.practice,
            reference=step.facts.reference,
            therapist=self.therapists[step.facts.therapist],
            started_on=first,
        )

    def _hold(self, dyads: dict[str, Dyad]) -> None:
        Session.objects.bulk_create(
            (
                Session(
                    practice=self.practice,
                    relationship=dyads[step.facts.reference][0],
                    number=session.number,
                    held_at=self._noon(session.held_on),
                )
                for step in self.steps
                for session in step.sessions
            ),
            batch_size=BATCH,
        )

    def _noon(self, day: date | None) -> datetime:
        assert day is not None
        return datetime.combine(day, NOON, self.zone)

    def _score(self, dyads: dict[str, Dyad], progress: Progress) -> None:
        total = sum(len(step.values) + len(step.corrections) for step in self.steps)
        rows, done = self._scores(dyads), 0
        while batch := list(islice(rows, BATCH)):
            Score.objects.bulk_create(batch)
            done += len(batch)
            progress(done, total)

    def _scores(self, dyads: dict[str, Dyad]) -> Iterator[Score]:
        for step in self.steps:
            dyad = dyads[step.facts.reference]
            for value in step.values:
                yield self._new_score(dyad, value, version=1, reason=value.reason)
            for value, old in step.corrections:
                reason = "; ".join(filter(None, (self.because, value.reason)))
                yield self._new_score(dyad, value, version=old.version + 1, reason=reason)

    def _new_score(self, dyad: Dyad, value: Value, *, version: int, reason: str) -> Score:
        return Score(
            practice=self.practice,
            relationship=dyad[0],
            client_id=dyad[1],
            session_number=value.session,
            rater=value.rater,
            measure=value.measure,
            scale=value.scale,
            value=value.value,
            reason=reason[:200],
            source=self.file.name[:100],
            instrument_version=value.instrument_version,
            version=version,
            at=self.at,
        )

    def _end(self, dyads: dict[str, Dyad]) -> None:
        """Close what the file calls ended without a plan, on the day of its last session."""
        ended = []
        for step in self.steps:
            row, last = dyads[step.facts.reference][0], step.facts.sessions[-1]
            if step.ends:
                row.ended_on, row.ending = last.held_on, "dropout"
                ended.append(row)
        Relationship.objects.bulk_update(ended, ["ended_on", "ending"], batch_size=BATCH)

    def _tell(self, dyads: dict[str, Dyad]) -> None:
        if not dyads:
            return
        ids = [row.id for row, _ in dyads.values()]
        audit.record("import", "relationship", ids, by=self.by, at=self.at)
        for row, client_id in dyads.values():
            event = ScoresImported(self.practice.id, row.id, client_id)
            outbox.publish(event, at=self.at)
