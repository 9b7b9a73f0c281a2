"""Every route of this door, for everybody: what is not theirs is as if it were not there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.urls import reverse

from rapport.alerts.models import Alert
from rapport.goals.models import Goal, Promise
from rapport.kernel import scope
from rapport.measures.actions import ask_after
from rapport.people.models import Member
from tests.doors.visitors import appointment, rated_sessions, visit
from tests.people import World

READ_BY_SUPERVISOR = {"brief", "relationship", "goals"}
ROUTES = {  # name -> (what it is about, methods)
    "brief": ("relationship", "get"),
    "relationship": ("relationship", "get"),
    "goals": ("relationship", "get post"),
    "stage": ("relationship", "post"),
    "promise_new": ("relationship", "post"),
    "book": ("relationship", "get post"),
    "goal_focus": ("goal", "post"),
    "goal_close": ("goal", "post"),
    "promise_settle": ("promise", "post"),
    "after_session": ("appointment", "get post"),
    "after_goals": ("appointment", "post"),
    "appointment_missed": ("appointment", "post"),
    "appointment_cancel": ("appointment", "post"),
    "rate": ("check_in", "get post"),
    "check_in_send": ("client_check_in", "post"),
    "alert": ("alert", "get"),
    "alert_acknowledge": ("alert", "post"),
    "alert_settle": ("alert", "post"),
    "alert_answer": ("alert", "post"),
}
CASES = [(name, method) for name, (_, methods) in ROUTES.items() for method in methods.split()]
OUTSIDERS = ("dana", "omar", "rae", "ines", "charlie")


@dataclass(frozen=True)
class Things:
    """One of everything that Alice may open."""

    ids: dict[str, object]


@pytest.fixture
def things(world: World, now: datetime) -> Things:
    relationship, client = world.alice_and_ben, world.ben
    with scope.practice(world.practice.id):
        rated_sessions(relationship, client, [(5, 5), (5, 5)], now=now)
        own = {"practice_id": world.practice.id, "relationship": relationship, "client": client}
        waiting = ask_after(relationship, session_number=3, at=now)
        made = {
            "relationship": relationship,
            "goal": Goal.objects.create(**own, words="Sleep through", created_at=now),
            "promise": Promise.objects.create(**own, words="Send it", made_at_session=1, at=now),
            "appointment": appointment(relationship, now - timedelta(minutes=50)),
            "alert": Alert.objects.create(
                **own,
                kind="risk",
                source_id=uuid4(),
                rule="risk:present",
                sentence="A risk question was answered.",
                evidence={"measure": "Week Check", "answer": 2.0, "highest": 4.0, "rule": "r"},
                raised_at=now,
                owner=world.alice,
                acknowledge_by=now + timedelta(minutes=30),
            ),
            "check_in": next(row for row in waiting if row.rater == "therapist"),
            "client_check_in": next(row for row in waiting if row.rater == "client"),
        }
    return Things({name: row.id for name, row in made.items()})


@pytest.mark.parametrize(("name", "method"), CASES)
def test_to_everybody_else_it_is_as_if_absent(
    world: World, things: Things, name: str, method: str
) -> None:
    there, absent = _addresses(name, things)
    for who in OUTSIDERS:
        member: Member = getattr(world, who)
        refused, missing = (_ask(member, method, url) for url in (there, absent))
        assert refused.status_code == missing.status_code == 404, who
        assert _same_but_for_tokens(refused) == _same_but_for_tokens(missing)


@pytest.mark.parametrize(("name", "method"), CASES)
def test_a_supervisor_reads_and_does_not_write(
    world: World, things: Things, name: str, method: str
) -> None:
    expected = 200 if name in READ_BY_SUPERVISOR and method == "get" else 404
    assert _ask(world.sam, method, _addresses(name, things)[0]).status_code == expected


@pytest.mark.parametrize(("name", "method"), CASES)
def test_the_therapist_may(world: World, things: Things, name: str, method: str) -> None:
    url, client = _addresses(name, things)[0], {"client": str(world.ben.id)}
    status = _ask(world.alice, method, url, client).status_code
    assert status in {200, 302, 409, 422}


@pytest.mark.parametrize(("name", "method"), CASES)
def test_nobody_signed_in_is_asked_to_sign_in(things: Things, name: str, method: str) -> None:
    answer = _ask(None, method, _addresses(name, things)[0])
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login")


@pytest.mark.parametrize("name", ["today", "clients", "client_new"])
def test_lists_are_for_those_with_a_caseload(world: World, name: str) -> None:
    statuses = {
        who: _ask(getattr(world, who), "get", reverse(name)).status_code
        for who in ("alice", "dana", "sam", "charlie", "omar", "rae", "ines")
    }
    assert statuses == {
        "alice": 200,
        "dana": 200,
        "sam": 200,
        "charlie": 200,
        "omar": 404,
        "rae": 404,
        "ines": 404,
    }


def test_lists_show_nobody_elses_clients(world: World, things: Things) -> None:
    for name in ("today", "clients", "alerts"):
        for who in (world.dana, world.charlie):
            page = _ask(who, "get", reverse(name)).content.decode()
            assert "Ben" not in page
            assert "Bright" not in page


def test_alerts_are_for_those_who_can_own_one(world: World) -> None:
    statuses = {
        who: _ask(getattr(world, who), "get", reverse("alerts")).status_code
        for who in ("alice", "dana", "sam", "charlie", "omar", "rae", "ines")
    }
    assert statuses == {
        "alice": 200,
        "dana": 200,
        "sam": 200,
        "charlie": 200,
        "omar": 404,
        "rae": 404,
        "ines": 404,
    }


def test_anothers_client_cannot_be_smuggled_in(world: World, things: Things) -> None:
    address = reverse("brief", args=[world.alice_and_ben.id]) + f"?client={world.chloe.id}"
    assert _ask(world.alice, "get", address).status_code == 404
    address = reverse("brief", args=[world.alice_and_ben.id]) + "?client=nobody"
    assert _ask(world.alice, "get", address).status_code == 404


def _addresses(name: str, things: Things) -> tuple[str, str]:
    kind = ROUTES[name][0]
    return reverse(name, args=[things.ids[kind]]), reverse(name, args=[uuid4()])


def _ask(
    member: Member | None, method: str, url: str, typed: dict[str, str] | None = None
) -> HttpResponse:
    browser = visit(member)
    return browser.get(url) if method == "get" else browser.post(url, typed or {})


def _same_but_for_tokens(answer: HttpResponse) -> str:
    """The page without what differs at each request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
