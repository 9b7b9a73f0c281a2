"""Load a large simulated practice into an empty database: the ground of the other benchmarks.

    RAPPORT_HOME=/somewhere/large python bench/practice.py --clients 10000 --sessions 200000

The past goes in by bulk; then each dyad is assessed by the action that does so in life, which
writes assessments, standings and alerts. Everything is simulated.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import replace
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

from rapport.alliance.actions import reassess  # noqa: E402
from rapport.goals.models import Goal, GoalRating  # noqa: E402
from rapport.kernel import clock, scope  # noqa: E402
from rapport.kernel.actor import system  # noqa: E402
from rapport.kernel.models import OutboxMessage  # noqa: E402
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
from rapport.science import instruments  # noqa: E402
from rapport.science.history import History, Rating, Scale  # noqa: E402
from rapport.science.simulate import simulate_dyads  # noqa: E402
from rapport.science.simulation import Simulation, Truth  # noqa: E402

PASSWORD = "a benchmark is not a practice"
THERAPISTS = 50
TODAY_ROWS = 8
DYADS_AT_ONCE = 200


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
        assess_all(practice, now)
    return f"{clients} clients, {int(world.length.sum())} sessions, {loader.scores} scores"


def assess_all(practice: Practice, now: datetime) -> None:
    """Assess each dyad; the messages that this leaves are not delivered."""
    places = Participant.objects.select_related("relationship__practice", "client")
    ids = list(Participant.objects.values_list("id", flat=True))
    for first in range(0, len(ids), DYADS_AT_ONCE):
        with transaction.atomic():
            for place in places.filter(id__in=ids[first : first + DYADS_AT_ONCE]):
                by = system(practice.id)
                reassess(place.relationship, client=place.client, by=by, at=now)
    OutboxMessage.objects.all().delete()


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def _member(practice: Practice, name: str, roles: list[str]) -> Member:
    user = User.objects.create(email=f"{name}@bench.example", password=_hashed())
    return Member.objects.create(practice=practice, user=user, name=name.title(), roles=roles)


def as_filed(rating: Rating) -> tuple[Rating, ...]:
    """A rating as its form scores it; the Week Check has three scales, drawn from the distress."""
    if rating.measure != "week_check" or rating.value is None:
        return (rating,)
    ill = (rating.value - 1) / 6
    shares = {"distress_total": ill, "wellbeing": 1 - ill, "life_satisfaction": 1 - ill}
    scales = {name: instruments.scales()["week_check", name] for name in shares}
    return tuple(
        replace(rating, scale=name, value=round(_between(scales[name], share)))
        for name, share in shares.items()
    )


def _between(scale: Scale, share: float) -> float:
    assert scale.minimum is not None and scale.maximum is not None
    return scale.minimum + share * (scale.maximum - scale.minimum)


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
        Goal,
        GoalRating,
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
        held = self._sessions(relationship, history, first)
        self._check_ins(relationship, client, therapist, history, first)
        self._goals(relationship, client, therapist, held)
        if index // THERAPISTS < TODAY_ROWS and not ended:
            self._today(relationship, client, length, index // THERAPISTS)
        if len(self.rows[Score]) > 100_000:
            self.flush()

    def _today(self, relationship: Any, client: Any, length: int, place: int) -> None:
        """An appointment today, and the Week Check before it, not answered yet."""
        at = self.now.astimezone(UTC).replace(hour=8 + place, minute=0)
        self.add(Appointment, relationship=relationship, starts_at=at)
        self.add(
            CheckIn,
            relationship=relationship,
            client=client,
            session_number=length + 1,
            moment="before",
            rater="client",
            instrument="week_check",
            asked_at=self.now,
            expires_at=self.now + timedelta(days=2),
        )

    def _sessions(self, relationship: Any, history: History, first: datetime) -> list[Session]:
        rows: list[Session] = []
        for session in history.sessions:
            held_at = first + timedelta(weeks=session.number - 1)
            rows.append(
                self.add(
                    Session,
                    relationship=relationship,
                    number=session.number,
                    held_at=held_at,
                    missed_before=session.missed_before,
                )
            )
            self.add(
                Appointment,
                relationship=relationship,
                starts_at=held_at,
                state="held",
                session=rows[-1],
            )
        return rows

    def _goals(
        self, relationship: Any, client: Any, therapist: Member, held: Sequence[Session]
    ) -> None:
        """Two goals; the one in focus was rated by both sides after each session."""
        for area in ("work", "sleep"):
            goal = self.add(
                Goal,
                relationship=relationship,
                client=client,
                words=f"Something about {area} that is to be different.",
                area=area,
                in_focus=area == "work",
                created_at=held[0].held_at,
            )
            for session in held if goal.in_focus else ():
                for rater, member in (("client", None), ("therapist", therapist)):
                    self.add(
                        GoalRating,
                        goal=goal,
                        session=session,
                        rater=rater,
                        member=member,
                        attainment=min(10, 2 + session.number // 4),
                        at=session.held_at,
                    )

    def _check_ins(
        self, relationship: Any, client: Any, therapist: Member, history: History, first: datetime
    ) -> None:
        forms: dict[tuple[int, str, str], Any] = {}
        ratings = (filed for rating in history.ratings for filed in as_filed(rating))
        for rating in ratings:
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
                    words="" if suffix or rating.session % 3 else "A week with two bad nights.",
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


if __name__ == "__main__":
    main()
