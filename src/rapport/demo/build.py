"""Building the synthetic practice: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from rapport.agreements import actions as agreements
from rapport.agreements import texts
from rapport.alliance import actions as alliance
from rapport.demo import cast
from rapport.demo.casting import Part, parts, zone_for
from rapport.demo.notes import Notes
from rapport.demo.past import Past
from rapport.demo.today import Today, deliver
from rapport.kernel import scope
from rapport.kernel.actor import Actor, system
from rapport.people import access, actions
from rapport.people.models import Client, Member, Practice, Relationship, Session

SEED = 20260305
STAGES = ("commitment", "process", "change")
EVIDENCE = {
    "commitment": ("consent_on_file", "goals_agreed", "time_and_place"),
    "process": ("first_five_held", "talks_openly"),
    "change": ("does_differently",),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A part with the rows that it was given."""

    part: Part
    relationship: Relationship
    clients: tuple[Client, ...]


@transaction.atomic
def build(*, at: datetime) -> Practice:
    """Build it from the fixed seed, as of ``at``; assessments are computed for every dyad."""
    rng = np.random.default_rng(SEED)
    zone = zone_for(at)
    practice = actions.open_practice(
        cast.PRACTICE, timezone=str(zone), country="US", synthetic=True, at=at
    )
    with scope.practice(practice.id):
        members = _members(practice, at)
        admin = access.actor_for(members[cast.ADMIN.name])
        actions.write_crisis_help(cast.CRISIS_HELP, by=admin, at=at)
        placed = [_place(part, members, at) for part in parts(at.astimezone(zone), rng)]
        _write_past(placed, rng)
        for one in placed:
            _agree(one, at)
            _settle(one, at)
        today = Today(placed, at=at)
        today.play()
        stories = {one.part.story.key: one for one in placed if one.part.story}
        Notes(stories, members[cast.SUPERVISOR.name], at=at).write()
        _assess(placed, at)
        today.judge()
        deliver()
    return practice


def _members(practice: Practice, at: datetime) -> dict[str, Member]:
    members = {
        person.name: actions.add_member(
            practice.id,
            name=person.name,
            email=person.email,
            password=cast.PASSWORD,
            roles=person.roles,
            at=at,
        )
        for person in cast.MEMBERS
    }
    admin = access.actor_for(members[cast.ADMIN.name])
    supervisor = members[cast.SUPERVISOR.name]
    for person in (cast.THERAPIST, *cast.COLLEAGUES):
        actions.supervise(members[person.name], supervisor=supervisor, by=admin, at=at)
    return members


def _place(part: Part, members: dict[str, Member], at: datetime) -> Placed:
    """Admit the clients and start their relationship on the day of its first session."""
    therapist = members[part.practitioner.name]
    by = access.actor_for(therapist)
    clients = tuple(_client(name, by, at) for name in part.clients)
    weeks = len(part.courses[0]) - 1 + sum(part.courses[0].missed_before)
    relationship = actions.start_relationship(
        clients,
        therapist=therapist,
        interpreter=members[part.interpreter.name] if part.interpreter else None,
        kind=part.kind,
        track=part.track,
        started_on=(part.last - timedelta(weeks=weeks)).date(),
        by=by,
        at=at,
    )
    return Placed(part, relationship, clients)


def _client(name: str, by: Actor, at: datetime) -> Client:
    given, family = name.split()
    return actions.add_client(
        given,
        family,
        email=f"{given}.{family}@client.example".lower(),
        phone="",
        language="en",
        by=by,
        at=at,
    )


def _write_past(placed: Sequence[Placed], rng: np.random.Generator) -> None:
    past = Past(rng)
    for one in placed:
        courses = one.part.courses
        if one.part.story is not None and one.part.story.today == 0:
            # The latest session of this course is held today, through the doors' own actions.
            courses = tuple(course.until(len(course) - 1) for course in courses)
        sleeps = one.part.story is not None and one.part.story.sleeps
        past.add(one.relationship, one.clients, courses, one.part.last, sleeps=sleeps)
    past.write()


def _agree(one: Placed, at: datetime) -> None:
    """Everybody may be sent links; people of the stories also agreed to recordings."""
    asked = ["messages"] if one.part.story is None else ["messages", "record", "supervision"]
    by = system(one.relationship.practice_id)
    for client in one.clients:
        for purpose in asked:
            agreements.give_consent(
                one.relationship,
                client=client,
                purpose=purpose,
                text=texts.current(purpose).words,
                by=by,
                at=at - timedelta(days=30),
                expires_at=at + timedelta(days=335) if purpose == "record" else None,
            )


def _settle(one: Placed, at: datetime) -> None:
    """End what ended; confirm the stages of what has a story."""
    if one.part.ending:
        actions.end_relationship(
            one.relationship,
            ending=one.part.ending,
            ended_on=one.part.last.date(),
            by=system(one.relationship.practice_id),
            at=at,
        )
    if one.part.story is None:
        return
    by = access.actor_for(one.relationship.therapist)
    reached = STAGES[: STAGES.index(one.part.story.stage) + 1]
    for number, stage in zip((1, 4, 9), reached, strict=False):
        alliance.confirm_stage(
            one.relationship,
            stage=stage,
            evidence=EVIDENCE[stage],
            words="",
            by=by,
            at=_after_session(one, number),
        )


def _after_session(one: Placed, number: int) -> datetime:
    """An hour after a session was held."""
    session = Session.objects.get(relationship=one.relationship, number=number)
    return session.held_at + timedelta(hours=1)


def _assess(placed: Sequence[Placed], at: datetime) -> None:
    for one in placed:
        for client in one.clients:
            alliance.reassess(one.relationship, client=client, by=system(client.practice_id), at=at)
