"""Load a large simulated practice into an empty database: the ground of the other benchmarks.

    RAPPORT_HOME=/somewhere/large python bench/practice.py --clients 10000 --sessions 200000

Rows go in by bulk; assessments are computed by the engine as in life. Everything is simulated.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import models, transaction  # noqa: E402

from rapport.alliance.models import Assessment, Standing  # noqa: E402
from rapport.kernel import clock, scope  # noqa: E402
from rapport.measures.models import CheckIn, Score  # noqa: E402
from rapport.people.models import (  # noqa: E402
    Client,
    Member,
    Participant,
    Practice,
    Relationship,
    Session,
    Supervision,
    User,
)
from rapport.scheduling.models import Appointment  # noqa: E402
from rapport.science.relationship import ENGINE_VERSION, assess, input_hash  # noqa: E402
from rapport.science.simulate import simulate_dyads  # noqa: E402
from rapport.science.simulation import Simulation, Truth  # noqa: E402

PASSWORD = "a benchmark is not a practice"
THERAPISTS = 50
TODAY_ROWS = 8


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--clients", type=int, default=10_000)
    arguments.add_argument("--sessions", type=int, default=200_000)
    given = arguments.parse_args()
    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    rows = load(given.clients, given.sessions)
    print(f"{rows} loaded in {time.perf_counter() - began:.0f} s")


def simulated(clients: int, sessions: int) -> Simulation:
    """Relationships whose planned length gives the wanted number of sessions, within 2 %."""
    for planned in range(10, 60):
        truth = Truth(planned_mean=float(planned), planned_range=(6, 60))
        world = simulate_dyads(np.random.default_rng(7), clients, truth)
        if world.length.sum() >= 0.99 * sessions:
            return world
    raise SystemExit("bench: so many sessions do not fit into so few relationships")


def load(clients: int, sessions: int) -> str:
    world = simulated(clients, sessions)
    now = clock.now()
    practice = Practice.objects.create(name="Bench Practice", synthetic=True, created_at=now)
    with scope.practice(practice.id):
        members = [_member(practice, f"therapist{i}", ["therapist"]) for i in range(THERAPISTS)]
        supervisor = _member(practice, "supervisor", ["supervisor"])
        for member in members:
            Supervision.objects.create(practice=practice, supervisor=supervisor, supervisee=member)
        loader = Loader(practice, members, world, now)
        for index in range(clients):
            loader.dyad(index)
        loader.flush()
    return f"{clients} clients, {int(world.length.sum())} sessions, {loader.scores} scores"


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def _member(practice: Practice, name: str, roles: list[str]) -> Member:
    user = User.objects.create(email=f"{name}@bench.example", password=_hashed())
    return Member.objects.create(practice=practice, user=user, name=name.title(), roles=roles)


class Loader:
    """Collects rows by table and writes them a few thousand relationships' rows at a time."""

    ORDER: tuple[type[models.Model], ...] = (
        Client,
        Relationship,
        Participant,
        Session,
        Appointment,
        CheckIn,
        Score,
        Assessment,
        Standing,
    )

    def __init__(
        self, practice: Practice, members: list[Member], world: Simulation, now: datetime
    ) -> None:
        self.practice, self.members, self.world, self.now = practice, members, world, now
        self.rows: dict[type[models.Model], list[models.Model]] = {t: [] for t in self.ORDER}
        self.scores = 0

    def add(self, table: type[models.Model], **fields: Any) -> Any:
        row = table(practice_id=self.practice.id, **fields)
        self.rows[table].append(row)
        return row

    def flush(self) -> None:
        with transaction.atomic():
            for table in self.ORDER:
                table._default_manager.bulk_create(self.rows[table], batch_size=2000)
                self.rows[table] = []

    def dyad(self, index: int) -> None:
        history = self.world.history(index)
        length = len(history.sessions)
        ended = bool(self.world.dropped_out[index])
        first = self.now - timedelta(weeks=length)
        therapist = self.members[index % THERAPISTS]
        client = self.add(
            Client,
            given_name=f"Given{index}",
            family_name=f"Family{index:05}",
            email=f"client{index}@bench.example",
            created_at=first,
        )
        relationship = self.add(
            Relationship,
            therapist=therapist,
            started_on=first.date(),
            ended_on=self.now.date() if ended else None,
            ending="dropout" if ended else "",
        )
        self.add(Participant, relationship=relationship, client=client)
        self._sessions(relationship, history.sessions, first)
        self._check_ins(relationship, client, therapist, history, first)
        self._assessment(relationship, client, therapist, history, ended)
        if index // THERAPISTS < TODAY_ROWS and not ended:
            at = self.now.astimezone(UTC).replace(hour=8 + index // THERAPISTS, minute=0)
            self.add(Appointment, relationship=relationship, starts_at=at)
        if len(self.rows[Score]) > 100_000:
            self.flush()

    def _sessions(self, relationship: Any, sessions: Iterable[Any], first: datetime) -> None:
        for session in sessions:
            held_at = first + timedelta(weeks=session.number - 1)
            row = self.add(
                Session,
                relationship=relationship,
                number=session.number,
                held_at=held_at,
                missed_before=session.missed_before,
            )
            self.add(
                Appointment,
                relationship=relationship,
                starts_at=held_at,
                state="held",
                session=row,
            )

    def _check_ins(
        self, relationship: Any, client: Any, therapist: Member, history: Any, first: datetime
    ) -> None:
        forms: dict[tuple[int, str, str], Any] = {}
        for rating in history.ratings:
            at = first + timedelta(weeks=rating.session - 1, hours=1)
            key = (rating.session, rating.rater, rating.measure)
            if key not in forms:
                mine = rating.rater == "therapist"
                suffix = f"_{rating.rater}" if rating.measure == "relationship_check" else ""
                forms[key] = self.add(
                    CheckIn,
                    relationship=relationship,
                    client=client,
                    session_number=rating.session,
                    moment="after" if suffix else "before",
                    rater=rating.rater,
                    member=therapist if mine else None,
                    instrument=rating.measure + suffix,
                    asked_at=at,
                    expires_at=at + timedelta(days=7),
                    submitted_at=at,
                )
            self.scores += 1
            self.add(
                Score,
                relationship=relationship,
                client=client,
                session_number=rating.session,
                rater=rating.rater,
                measure=rating.measure,
                scale=rating.scale,
                value=rating.value,
                check_in=forms[key],
                instrument_version="1",
                at=at,
            )

    def _assessment(
        self, relationship: Any, client: Any, therapist: Member, history: Any, ended: bool
    ) -> None:
        as_of = len(history.sessions)
        result = assess(history, as_of)
        assessment = self.add(
            Assessment,
            relationship=relationship,
            client=client,
            as_of=as_of,
            engine_version=ENGINE_VERSION,
            input_hash=input_hash(history, as_of),
            result=result.to_dict(),
            computed_at=self.now,
        )
        self.add(
            Standing,
            relationship=relationship,
            client=client,
            therapist=therapist,
            assessment=assessment,
            as_of=as_of,
            attention=50 if result.suggestion else 0,
            sentence=result.headline,
            ended=ended,
            computed_at=self.now,
        )


if __name__ == "__main__":
    main()
