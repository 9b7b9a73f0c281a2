"""What surrounds every page: headers, idle time, the demonstration, calm errors, discreet logs."""

from __future__ import annotations

import dataclasses
import logging
import re
from datetime import timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import include, path

from rapport.kernel import clock, scope
from rapport.kernel.errors import Conflict, Misconfigured, NotFound, Refusal
from rapport.people.models import Practice
from rapport.scheduling.models import Appointment
from tests.doors.visitors import visit
from tests.people import NOW, World

CANARY = "Ben wrote: the canary cannot sleep"


def fail(request: HttpRequest, how: str, secret: str) -> HttpResponse:
    raise {
        "missing": NotFound(),
        "refused": Refusal("Choose another day.", fields={"on": "This day is past."}),
        "overtaken": Conflict("Somebody was quicker."),
        "unready": Misconfigured("RAPPORT_EMAIL_URL is not set."),
        "broken": ValueError(CANARY),
    }[how]


urlpatterns = [
    path("fail/<str:how>/<str:secret>", fail),
    path("api/v1/fail/<str:how>/<str:secret>", fail),
    path("", include("rapport.config.urls")),
]
handler404 = "rapport.web.errors.not_found"
handler500 = "rapport.web.errors.broken"


@pytest.fixture
def omar(world: World) -> Browser:
    return visit(world.omar)


@pytest.mark.urls("tests.doors.account.test_frame")
@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("missing", 404, "There is nothing here for you."),
        ("refused", 422, "This day is past."),
        ("overtaken", 409, "Somebody was quicker."),
        ("unready", 503, "RAPPORT_EMAIL_URL is not set."),
    ],
)
def test_each_no_is_said_calmly_in_each_form(
    omar: Browser, how: str, status: int, words: str
) -> None:
    page = omar.get(f"/fail/{how}/x")
    assert page.status_code == status
    assert words in page.content.decode()
    fragment = omar.get(f"/fail/{how}/x", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert "<html" not in fragment.content.decode()
    answer = omar.get(f"/api/v1/fail/{how}/x")
    assert answer.status_code == answer.json()["status"] == status
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.urls("tests.doors.account.test_frame")
@pytest.mark.parametrize("address", ["/fail/broken/the-secret", "/api/v1/fail/broken/the-secret"])
def test_what_breaks_tells_nobody_what_somebody_wrote(
    omar: Browser,
    address: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    omar.raise_request_exception = False
    with caplog.at_level(logging.DEBUG, logger="rapport"):
        answer = omar.get(address)
    assert answer.status_code == 500
    printed = "".join(capsys.readouterr())
    for place in (answer.content.decode(), caplog.text, printed):
        assert "canary" not in place
        assert "the-secret" not in place
    assert "ValueError at test_frame.py" in caplog.text


def test_the_address_of_what_was_not_found_stays_out_of_the_log(
    client: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/c/a-token-that-is-a-key")
    client.get("/nowhere/a-token-that-is-a-key")
    client.delete("/c/a-token-that-is-a-key")
    assert caplog.records
    assert "a-token" not in caplog.text


@pytest.mark.parametrize("address", ["/account/login/", "/office/schedule", "/nowhere"])
def test_every_page_has_its_guards(omar: Browser, address: str) -> None:
    answer = omar.get(address)
    assert answer["Cache-Control"].startswith(("no-store", "max-age=0"))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


PAGES = (
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/password/change/",
    "/account/logout/",
    "/office/schedule",
    "/office/schedule/book",
    "/office/consents",
    "/office/system",
    "/nowhere",
)


@pytest.mark.parametrize("address", PAGES)
def test_no_page_asks_the_browser_to_break_the_policy(omar: Browser, address: str) -> None:
    page = omar.get(address).content.decode()
    assert "<html" in page
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", page)
    for tag in re.findall(r"<script[^>]*>", page):
        assert "src=" in tag or 'type="application/json"' in tag


def test_a_form_that_was_open_too_long_is_told_so_calmly(world: World) -> None:
    strict = Browser(enforce_csrf_checks=True)
    answer = strict.post("/account/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "This page was open for too long" in page
    assert "<style" not in page


def test_an_unused_session_ends_and_a_used_one_is_not_written_each_time(omar: Browser) -> None:
    omar.get("/office/schedule")
    first = omar.session["seen_at"]
    omar.get("/office/schedule")
    assert omar.session["seen_at"] == first
    session = omar.session
    session["seen_at"] = (clock.now() - timedelta(minutes=10)).isoformat()
    session.save()
    assert omar.get("/office/schedule").status_code == 200
    assert omar.session["seen_at"] > first
    session = omar.session
    session["seen_at"] = (clock.now() - timedelta(minutes=31)).isoformat()
    session.save()
    ended = omar.get("/office/schedule?day=2026-03-05")
    assert ended["Location"] == "/account/login/?next=%2Foffice%2Fschedule%3Fday%3D2026-03-05"
    assert "_auth_user_id" not in omar.session


def test_a_fragment_of_an_ended_session_moves_the_whole_page(client: Browser, world: World) -> None:
    answer = client.get("/office/schedule", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("demo", "synthetic", "status"), [(True, True, 200), (True, False, 302), (False, True, 302)]
)
def test_only_a_demonstration_of_made_up_people_needs_no_second_factor(
    world: World, settings: pytest.FixtureRequest, demo: bool, synthetic: bool, status: int
) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, demo=demo)
    Practice.objects.filter(id=world.practice.id).update(synthetic=synthetic)
    browser = Browser()
    browser.force_login(
        world.omar.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = browser.get("/office/schedule")
    assert answer.status_code == status
    if status == 200:
        assert "synthetic" in answer.content.decode().lower()


@pytest.mark.parametrize(
    ("name", "first"),
    [("alice", "/today"), ("omar", "/office/schedule"), ("ines", "/interpreter"), ("rae", "")],
)
def test_everybody_arrives_at_their_first_screen(world: World, name: str, first: str) -> None:
    answer = visit(getattr(world, name)).get("/")
    if first:
        assert answer["Location"] == first
    else:
        assert "The research screens are not built yet" in answer.content.decode()


def test_times_are_told_in_the_practices_zone(world: World, omar: Browser) -> None:
    with scope.practice(world.practice.id):
        Appointment.objects.create(
            practice=world.practice, relationship=world.alice_and_ben, starts_at=NOW
        )
    page = omar.get("/office/schedule?day=2026-03-05&span=day").content.decode()
    assert ">10:00</time>" in page
