"""Every route of the installation, and one real object of each kind to fill its address with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from rapport.alerts.actions import raise_risk
from rapport.goals import actions as goals
from rapport.kernel import clock, scope
from rapport.kernel.actor import system
from rapport.kernel.models import OutboxMessage
from rapport.measures import links
from rapport.measures.actions import Rhythm, assign_measure
from rapport.measures.models import CheckIn
from rapport.people.access import place_of
from rapport.records import actions as records
from rapport.records.note_templates import Section
from rapport.scheduling.models import Appointment
from tests.doors.visitors import rated_sessions, visit
from tests.people import World, actor
from tests.rooms.records.notes import drafted, signed

ACTORS = ("anonymous", "client", "alice", "dana", "sam", "omar", "rae", "ines", "charlie")
Objects = dict[str, str]


@dataclass(frozen=True)
class Stage:
    """Alice, Chloe and Ines have met; everybody's browser is open."""

    objects: Objects
    browsers: dict[str, Browser]


def patterns() -> list[str]:
    """Every route as it is written in the table: ``/relationships/<relationship>/brief``."""
    return sorted({_plain(path) for path, _route in _walk(get_resolver().url_patterns)})


def _walk(
    rows: list[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for row in rows:
        path = prefix + str(row.pattern)
        if isinstance(row, URLResolver):
            yield from _walk(row.url_patterns, path)
        else:
            yield path, row


def _plain(path: str) -> str:
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", path)
    return "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", named).replace("^", "").replace("$", "")


def build(world: World) -> Stage:
    with scope.practice(world.practice.id):
        return Stage(
            _objects(world),
            {name: visit(getattr(world, name, None)) for name in ACTORS},
        )


def _objects(world: World) -> Objects:
    now, relationship = clock.now(), world.alice_and_chloe
    by = actor(world.alice)
    rated_sessions(relationship, world.chloe, [(6.0, 5.0), (None, None)], now=now)
    asked = {row.rater: row for row in CheckIn.objects.filter(session_number=2)}
    goal = goals.set_goal(relationship, client=world.chloe, words="Sleep", area="", by=by, at=now)
    promise = goals.make_promise(relationship, client=world.chloe, words="Write", by=by, at=now)
    appointment = Appointment.objects.create(
        practice=world.practice, relationship=relationship, starts_at=now - timedelta(hours=1)
    )
    assignment = assign_measure(
        relationship,
        client=world.chloe,
        instrument="sleep_check",
        rhythm=Rhythm("before"),
        by=by,
        at=now,
    )
    return {
        "relationship": str(relationship.id),
        "assignment": str(assignment.id),
        "client": str(world.chloe.id),
        "member": str(world.alice.id),
        "goal": str(goal.id),
        "promise": str(promise.id),
        "appointment": str(appointment.id),
        "alert": str(_alert(world)),
        **_notes(world),
        "message": str(_message(world)),
        "check_in": str(asked["therapist"].id),
        "client_check_in": str(asked["client"].id),
        "interpreter_check_in": str(asked["interpreter"].id),
        "token": links.check_in_token(asked["client"]),
        "progress_token": links.progress_token(place_of(world.chloe.id, relationship), at=now),
        "pk": "1",
        "uidb36": "1",
        "key": "set-password",
    }


def _alert(world: World) -> UUID:
    return raise_risk(
        world.alice_and_chloe,
        client=world.chloe,
        session=None,
        source_id=uuid4(),
        rule="risk:high",
        sentence="A risk answer",
        evidence={
            "measure": "Week Check",
            "question": "risk",
            "answer": 3,
            "highest": 4,
            "severity": "high",
            "rule": "A risk answer",
            "session_number": 2,
            "answered_at": clock.now().isoformat(),
        },
        by=system(world.practice.id),
        at=clock.now(),
    ).id


def _notes(world: World) -> Objects:
    """A draft, a signed note that waits for Sam, a psychotherapy note, a template."""
    relationship, at, by = world.alice_and_chloe, clock.now(), actor(world.alice)
    template = records.make_template(
        "Call", track="therapy", sections=[Section("s1", "What")], by=by, at=at
    )
    private = records.write_psychotherapy_note(relationship, words="Mine", by=by, at=at)
    return {
        "draft": str(drafted(relationship, world.chloe, at=at).id),
        "note": str(signed(relationship, world.chloe, cosigner=world.sam, at=at).id),
        "note_template": str(template.id),
        "psychotherapy_note": str(private.id),
    }


def _message(world: World) -> UUID:
    at = clock.now()
    return OutboxMessage.objects.create(
        practice_id=world.practice.id,
        event="SessionHeld",
        reaction="x.y",
        payload={},
        published_at=at,
        due_at=at,
        gave_up_at=at,
    ).id


_OTHER_OBJECTS = {
    ("/check-ins/<check_in>/send", "check_in"): "client_check_in",
    ("/notes/<note>/draft", "note"): "draft",
    ("/notes/<note>/sign", "note"): "draft",
    ("/notes/<note>/discard", "note"): "draft",
    ("/interpreter/check-ins/<check_in>", "check_in"): "interpreter_check_in",
    ("/p/<token>", "token"): "progress_token",
    ("/p/<token>/stop", "token"): "progress_token",
    ("/p/<token>/talk", "token"): "progress_token",
    ("/p/<token>/goals/<goal>", "token"): "progress_token",
}


def address(pattern: str, objects: Objects) -> str:
    """A route's address, with real objects in it."""

    def fill(name: re.Match[str]) -> str:
        return objects[_OTHER_OBJECTS.get((pattern, name[1]), name[1])]

    return re.sub(r"<(\w+)>", fill, pattern)


def absent(pattern: str, objects: Objects) -> str:
    """The same address with objects that were never there; links keep their token."""
    gone = {name: value if _is_no_id(value) else str(uuid4()) for name, value in objects.items()}
    return address(pattern, gone)


def _is_no_id(value: str) -> bool:
    return not re.fullmatch(r"[0-9a-f-]{36}", value)


def call(stage: Stage, name: str, method: str, path: str) -> HttpResponse:
    """One request; what it did to database, session and limits is undone."""
    browser = stage.browsers[name]
    cookies = {key: morsel.value for key, morsel in browser.cookies.items()}
    with transaction.atomic():
        answer = browser.generic(method, path, **_sent(stage, method, path))
        transaction.set_rollback(True)
    for key, value in cookies.items():
        browser.cookies[key] = value
    cache.clear()
    return answer


def _sent(stage: Stage, method: str, path: str) -> dict[str, str]:
    """No more than which client is meant: who is refused is refused for who they are."""
    client = f"client={stage.objects['client']}"
    if path.startswith("/api/"):
        more = {"data": '{"answers": {}}', "content_type": "application/json"}
        return {} if method == "GET" else more
    if method == "GET":
        return {"QUERY_STRING": client}
    return {"data": client, "content_type": "application/x-www-form-urlencoded"}
