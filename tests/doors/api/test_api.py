import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser

from rapport.kernel import clock, scope
from rapport.measures.actions import ask_after
from rapport.measures.models import CheckIn
from tests.doors.visitors import answers, rated_sessions, visit
from tests.people import World, hold

V1 = "/api/v1"


@pytest.fixture
def rated(world: World) -> World:
    """Ben and Alice have rated session 1 both; of session 2 only Ben has."""
    with scope.practice(world.practice.id):
        rated_sessions(world.alice_and_ben, world.ben, [(6.0, 5.0), (3.0, None)], now=clock.now())
    return world


def dyad(world: World) -> str:
    return f"{V1}/relationships/{world.alice_and_ben.id}/clients/{world.ben.id}"


def test_without_a_sign_in_there_is_nothing(world: World, client: Browser) -> None:
    answer = client.get(f"{V1}/relationships")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:rapport:problem:signed_out"


def test_a_caseload_is_ones_own(world: World) -> None:
    mine = visit(world.alice).get(f"{V1}/relationships").json()
    assert {row["clients"][0]["name"] for row in mine} == {"Ben Bright", "Chloe Calder"}
    for other in (world.dana, world.omar, world.rae, world.ines, world.charlie):
        assert visit(other).get(f"{V1}/relationships").json() == []


@pytest.mark.parametrize("tail", ["", "/sessions", "/check-ins"])
def test_forbidden_and_absent_are_the_same_answer(world: World, tail: str) -> None:
    dana = visit(world.dana)
    forbidden = dana.get(f"{V1}/relationships/{world.alice_and_ben.id}{tail}")
    absent = dana.get(f"{V1}/relationships/{uuid4()}{tail}")
    assert forbidden.status_code == absent.status_code == 404
    assert forbidden.content == absent.content


def test_a_sealed_rating_is_in_no_answer(rated: World) -> None:
    alice = visit(rated.alice)
    ratings = alice.get(f"{dyad(rated)}/ratings").json()
    assert {(row["session"], row["rater"]) for row in ratings} == {
        (1, "client"),
        (1, "therapist"),
    }
    assessment = alice.get(f"{dyad(rated)}/assessment").json()
    assert {level["session"] for level in assessment["levels"]} == {1}
    brief = alice.get(f"{dyad(rated)}/brief")
    assert brief.status_code == 200
    states = alice.get(f"{V1}/relationships/{rated.alice_and_ben.id}/check-ins").json()
    assert {row["rater"] for row in states if row["state"] == "given"} == {"client", "therapist"}
    assert not {"answers", "words", "value"} & set(states[0])


def test_a_rating_is_sent_once_and_then_revealed(rated: World) -> None:
    alice = visit(rated.alice)
    (waiting,) = alice.get(f"{V1}/check-ins").json()
    form = alice.get(f"{V1}/check-ins/{waiting['id']}").json()
    assert len(form["questions"]) == 7
    body = {"answers": answers(4.0)}
    address = f"{V1}/check-ins/{waiting['id']}"
    sent = alice.post(address, body, content_type="application/json")
    assert sent.json()["check_in"]["state"] == "given"
    again = alice.post(address, body, content_type="application/json")
    assert again.status_code == 409
    ratings = alice.get(f"{dyad(rated)}/ratings").json()
    assert (2, "client") in {(row["session"], row["rater"]) for row in ratings}


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        json.dumps({"answers": {"goal": "very"}}),
        json.dumps({"answers": {"goal": 99}}),
        json.dumps({"answers": {"nothing": 1}}),
        json.dumps({"answers": {}, "words": "w" * 5000}),
        '{"answers": {"goal": NaN}}',
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(world: World, body: str) -> None:
    at = clock.now()
    with scope.practice(world.practice.id):
        hold(world.alice_and_ben, 1)
        ask_after(world.alice_and_ben, session_number=1, at=at - timedelta(hours=1))
        row = CheckIn.objects.get(rater="therapist")
    address = f"{V1}/check-ins/{row.id}"
    answer = visit(world.alice).post(address, body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
    assert "very" not in answer.content.decode()
    with scope.practice(world.practice.id):
        assert CheckIn.objects.get(id=row.id).answers == {}


def test_only_who_was_asked_may_answer(rated: World) -> None:
    (waiting,) = visit(rated.alice).get(f"{V1}/check-ins").json()
    address = f"{V1}/check-ins/{waiting['id']}"
    for other in (rated.dana, rated.sam, rated.omar, rated.ines, rated.charlie):
        sent = visit(other).post(
            address, {"answers": answers(4.0)}, content_type="application/json"
        )
        assert sent.status_code == 404


def test_a_change_needs_the_csrf_token(rated: World) -> None:
    with_cookie = visit(rated.alice)
    (waiting,) = with_cookie.get(f"{V1}/check-ins").json()
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = with_cookie.cookies
    answer = strict.post(
        f"{V1}/check-ins/{waiting['id']}",
        {"answers": answers(4.0)},
        content_type="application/json",
    )
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:rapport:problem:csrf_failed"


def test_a_supervisor_reads_and_does_not_answer(rated: World) -> None:
    sam = visit(rated.sam)
    assert sam.get(f"{V1}/relationships/{rated.alice_and_ben.id}").status_code == 200
    assert sam.get(f"{dyad(rated)}/ratings").status_code == 200
    assert sam.get(f"{V1}/relationships/{rated.alice_and_chloe.id}/sessions").status_code == 200
    assert sam.get(f"{V1}/check-ins").json() == []
