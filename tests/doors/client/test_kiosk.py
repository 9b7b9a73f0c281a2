"""The tablet in the client's hands opens nothing but their questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client as Browser

from rapport.alerts.models import Alert
from rapport.kernel import clock, scope
from rapport.kernel.models import AuditEntry
from rapport.measures.models import CheckIn
from rapport.people.models import Relationship
from rapport.web import kiosk
from tests.doors.client.conftest import WEEK, Phone
from tests.doors.visitors import visit
from tests.people import World

CODE = "2580"
ELSEWHERE = [
    "/",
    "/today",
    "/clients",
    "/alerts",
    "/kiosk/x",
    "/account/login/",
    "/account/logout/",
    "/account/2fa/",
    "/api/v1/",
    "/office/schedule",
    "/c/" + "A" * 43,
    "/p/x.y",
    "/interpreter",
    "//today",
    "/no-such-page",
]


def give(world: World, relationship: Relationship, **fields: object) -> Browser:
    tablet = visit(world.alice)
    client = world.ben if relationship == world.alice_and_ben else world.chloe
    form = {"client": client.id, "moment": "before", "code": CODE, **fields}
    tablet.post(f"/relationships/{relationship.id}/kiosk", form)
    return tablet


@pytest.fixture
def tablet(world: World) -> Browser:
    """Alice's tablet, handed to Ben."""
    return give(world, world.alice_and_ben)


def form_of(tablet: Browser) -> str:
    """The address of the form that the kiosk page leads back to."""
    found = re.search(r'href="(/c/[^"]+)"', tablet.get("/kiosk").content.decode())
    assert found is not None
    return found[1]


def test_handing_over_shows_the_questions(world: World) -> None:
    alice = visit(world.alice)
    reply = alice.post(
        f"/relationships/{world.alice_and_ben.id}/kiosk",
        {"client": world.ben.id, "moment": "before", "code": CODE},
        follow=True,
    )
    page = reply.content.decode()
    assert "1 of 6" in page
    assert "Alice" not in page
    assert "Ben" not in page
    with scope.practice(world.practice.id):
        assert AuditEntry.objects.filter(verb="hand over").count() == 1


@pytest.mark.parametrize("address", ELSEWHERE)
def test_every_other_address_leads_back(tablet: Browser, address: str) -> None:
    for method in (tablet.get, tablet.post, tablet.put, tablet.delete):
        reply = method(address)
        assert (reply.status_code, reply.get("Location")) == (302, "/kiosk"), address


def test_a_fragment_is_led_back_as_a_whole_page(tablet: Browser) -> None:
    reply = tablet.get("/today", headers={"HX-Request": "true"})
    assert (reply.status_code, reply["HX-Redirect"]) == (204, "/kiosk")


def test_the_client_answers_and_gives_the_tablet_back(world: World, tablet: Browser) -> None:
    address = form_of(tablet)
    for item, value in WEEK.items():
        assert tablet.post(address, {item: value}).status_code == 303
    done = tablet.post(address, {"send": 1}, follow=True)
    assert "Give the tablet back" in done.content.decode()
    assert tablet.get("/today")["Location"] == "/kiosk"
    back = tablet.post("/kiosk", {"code": CODE})
    assert back["Location"].startswith(f"/relationships/{world.alice_and_ben.id}/brief")
    assert tablet.get("/kiosk")["Location"] == "/"
    assert tablet.get(address).status_code == 404  # nor does its last page lead on to other forms


def test_the_code_does_not_stand_in_the_session(world: World, tablet: Browser) -> None:
    held = tablet.session["kiosk"]
    assert CODE not in str(held)
    assert set(held) == {"path", "back", "code", "wrong"}


def test_five_wrong_codes_sign_the_session_out(tablet: Browser) -> None:
    for _ in range(4):
        reply = tablet.post("/kiosk", {"code": "0000"})
        assert reply.status_code == 422
        assert "not the four digits" in reply.content.decode()
    assert tablet.post("/kiosk", {"code": "0000"})["Location"] == "/account/login/"
    assert tablet.get("/today")["Location"].startswith("/account/login/")
    assert "_auth_user_id" not in tablet.session


def test_the_fifth_guess_may_still_be_right(tablet: Browser) -> None:
    for _ in range(4):
        tablet.post("/kiosk", {"code": "0000"})
    assert "/brief" in tablet.post("/kiosk", {"code": CODE})["Location"]


@pytest.mark.parametrize("code", ["", "258", "25800", "2580 ", "２５８０", "x" * 100_000])
def test_nothing_but_the_code_opens(tablet: Browser, code: str) -> None:
    assert tablet.post("/kiosk", {"code": code}).status_code == 422
    assert tablet.get("/today")["Location"] == "/kiosk"


def test_guesses_made_at_once_are_counted_one_by_one(tablet: Browser) -> None:
    """A dozen requests have loaded the session before the first of them guesses."""
    key = tablet.cookies["sessionid"].value
    requests = [_request(key) for _ in range(12)]
    outcomes = []
    for number, request in enumerate(requests):
        outcomes.append(kiosk.guess(request, f"{number:04}"))
        if request.session.modified and not request.session.is_empty():
            request.session.save()
    assert outcomes == ["wrong"] * 4 + ["signed out"] * 8
    assert not SessionStore(key).exists(key)


def test_no_guess_is_free_however_long_one_waits(tablet: Browser) -> None:
    _last_used(tablet, timedelta(minutes=10))
    tablet.post("/kiosk", {"code": "0000"})
    assert tablet.session["kiosk"]["wrong"] == 1


def test_a_client_who_took_their_time_loses_no_answer(world: World, tablet: Browser) -> None:
    address = form_of(tablet)
    _last_used(tablet, timedelta(hours=1))
    reply = tablet.post(address, {"distress": 4})
    assert (reply.status_code, reply["Location"]) == (303, f"{address}?q=2")
    with scope.practice(world.practice.id):
        assert CheckIn.objects.get().answers == {"distress": 4}
    assert tablet.get("/today")["Location"].startswith("/account/login/")


@pytest.mark.parametrize("code", ["", "123", "12345", "abcd", "１２３４"])
def test_a_code_has_four_digits(world: World, code: str) -> None:
    alice = visit(world.alice)
    reply = alice.post(
        f"/relationships/{world.alice_and_ben.id}/kiosk",
        {"client": world.ben.id, "moment": "before", "code": code},
    )
    assert reply.status_code == 422
    assert "Four digits" in reply.content.decode()
    assert "kiosk" not in alice.session


def test_only_the_relationships_own_therapist_hands_over(world: World) -> None:
    address = f"/relationships/{world.alice_and_ben.id}/kiosk"
    form = {"client": str(world.ben.id), "moment": "before", "code": CODE}
    for member in (world.dana, world.sam, world.omar, world.rae, world.ines, world.charlie):
        assert visit(member).post(address, form).status_code == 404
        assert visit(member).get(address, form).status_code == 404
    anonymous = Browser().post(address, form)
    assert anonymous["Location"].startswith("/account/login/")
    with scope.practice(world.practice.id):
        assert not CheckIn.objects.exists()


def test_a_client_of_another_relationship_is_not_there(world: World) -> None:
    alice = visit(world.alice)
    for client in (world.chloe.id, "x", ""):
        reply = alice.post(
            f"/relationships/{world.alice_and_ben.id}/kiosk",
            {"client": client, "moment": "before", "code": CODE},
        )
        assert reply.status_code == 404


def test_after_the_session_needs_a_session(world: World) -> None:
    reply = visit(world.alice).post(
        f"/relationships/{world.alice_and_ben.id}/kiosk",
        {"client": world.ben.id, "moment": "after", "code": CODE},
    )
    assert reply.status_code == 422
    assert "No session has been held yet" in reply.content.decode()


def test_what_was_answered_already_is_not_handed_over_again(world: World, tablet: Browser) -> None:
    address = form_of(tablet)
    tablet.post(address, {"distress": 1})
    tablet.post(address, {"send": 1})
    tablet.post("/kiosk", {"code": CODE})
    reply = tablet.post(
        f"/relationships/{world.alice_and_ben.id}/kiosk",
        {"client": world.ben.id, "moment": "before", "code": CODE},
    )
    assert reply.status_code == 422
    assert "answered and sent already" in reply.content.decode()


def test_what_was_answered_on_a_phone_is_not_on_the_tablet(
    world: World, week: CheckIn, phone: Callable[[CheckIn], Phone]
) -> None:
    at_home = phone(week)
    at_home.tap("distress", 4)
    at_home.send_json(words="Between us only")
    tablet = give(world, world.alice_and_ben)
    page = tablet.get(form_of(tablet)).content.decode()
    assert "1 of 6" in page
    assert "aria-pressed" not in page
    assert "Between us only" not in tablet.get(form_of(tablet) + "?q=6").content.decode()
    assert at_home.open().status == 404
    with scope.practice(world.practice.id):
        row = CheckIn.objects.get()
    assert (row.answers, row.words) == ({}, "")


def test_a_risk_answer_on_the_phone_outlives_the_blank_form(
    world: World, week: CheckIn, phone: Callable[[CheckIn], Phone]
) -> None:
    phone(week).tap("risk", 2)
    give(world, world.alice_and_ben)
    with scope.practice(world.practice.id):
        assert Alert.objects.get().settled_at is None


@pytest.mark.parametrize("guesses", [[CODE], ["0000"] * 5])
def test_what_is_unfinished_opens_for_nobody_once_the_tablet_is_back(
    tablet: Browser, guesses: list[str]
) -> None:
    address = form_of(tablet)
    tablet.post(address, {"distress": 4})
    for guess in guesses:
        tablet.post("/kiosk", {"code": guess})
    assert tablet.get(address).status_code == 404
    assert Browser().get(address).status_code == 404


def test_digits_that_are_no_code_wipe_nothing_away(
    world: World, week: CheckIn, phone: Callable[[CheckIn], Phone]
) -> None:
    at_home = phone(week)
    at_home.tap("distress", 4)
    give(world, world.alice_and_ben, code="12")
    assert at_home.open().status == 200
    with scope.practice(world.practice.id):
        assert CheckIn.objects.get().answers == {"distress": 4}


def test_the_kiosk_page_is_nobodys_without_a_lock(world: World) -> None:
    assert Browser().get("/kiosk")["Location"] == "/"
    assert visit(world.alice).get("/kiosk")["Location"] == "/"


def _last_used(tablet: Browser, ago: timedelta) -> None:
    session = tablet.session
    session["seen_at"] = (clock.now() - ago).isoformat()
    session.save()


def _request(key: str) -> HttpRequest:
    request = HttpRequest()
    request.session = SessionStore(key)
    assert kiosk.is_locked(request)
    return request
