"""Each page asks the database a fixed number of questions, however many clients there are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rapport.people.models import Client
from rapport.scheduling.models import Appointment
from tests.doors.visitors import appointment, rated_sessions, visit
from tests.people import NOW, World, relate
from tests.rooms.records.notes import drafted, signed

# Sign-in, membership and the audit entry of what was shown are part of each.
BUDGETS = {"today": 18, "clients": 16, "alerts": 6}


def questions(browser: Browser, url: str) -> int:
    """How many queries a page takes."""
    browser.get(url)  # the first request of a session also notes that it is in use
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url).status_code == 200
    return len(asked)


def another(world: World, number: int, now: datetime) -> None:
    """One more client who has been twice and comes today."""
    client = Client.objects.create(
        practice_id=world.practice.id, given_name=f"N{number}", family_name="N", created_at=NOW
    )
    relationship = relate(world.alice, client)
    rated_sessions(relationship, client, [(5, 5), (2, 6)], now=now)
    appointment(relationship, now - timedelta(minutes=number))


@pytest.mark.parametrize("name", BUDGETS)
def test_lists(world: World, alice: Browser, now: datetime, name: str) -> None:
    another(world, 0, now)
    one = questions(alice, reverse(name))
    for number in range(1, 12):
        another(world, number, now)
    many = questions(alice, reverse(name))
    assert one == many <= BUDGETS[name]


@pytest.mark.parametrize(
    ("name", "budget"),
    [("brief", 26), ("relationship", 24), ("goals", 13), ("measures", 14), ("notes", 18)],
)
def test_pages_of_one_relationship(
    world: World, alice: Browser, now: datetime, name: str, budget: int
) -> None:
    url = reverse(name, args=[world.alice_and_ben.id])
    rated_sessions(world.alice_and_ben, world.ben, [(5, 5)], now=now)
    one = questions(alice, url)
    couple = relate(world.alice, world.chloe)
    rated_sessions(couple, world.chloe, [(5, 5)] * 12, now=now)
    many = questions(alice, reverse(name, args=[couple.id]))
    assert one == many <= budget


def test_after_the_session(world: World, alice: Browser, now: datetime) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(5, 5)] * 8, now=now)
    session = world.alice_and_ben.sessions.get(number=8)
    Appointment.objects.create(
        practice_id=world.practice.id,
        relationship=world.alice_and_ben,
        starts_at=session.held_at,
        state="held",
        session=session,
    )
    row = Appointment.objects.get()
    assert questions(alice, reverse("after_session", args=[row.id])) <= 27


def test_notes_of_many_relationships(world: World, alice: Browser, now: datetime) -> None:
    draft = drafted(world.alice_and_ben, world.ben, at=now)
    one = signed(world.alice_and_ben, world.ben, cosigner=world.sam, at=now, plan="harbour")
    pages = {
        "own_notes": (alice, reverse("own_notes"), 16),
        "co_sign": (visit(world.sam), reverse("co_sign"), 12),
        "draft": (alice, reverse("note", args=[draft.id]), 17),
        "note": (alice, reverse("note", args=[one.id]), 16),
    }
    few = {name: questions(browser, url) for name, (browser, url, _budget) in pages.items()}
    for number in range(6):
        client = Client.objects.create(
            practice_id=world.practice.id, given_name=f"N{number}", family_name="N", created_at=NOW
        )
        relationship = relate(world.alice, client)
        drafted(relationship, client, at=now)
        signed(relationship, client, cosigner=world.sam, at=now)
    many = {name: questions(browser, url) for name, (browser, url, _budget) in pages.items()}
    assert few == many
    assert {name: many[name] <= pages[name][2] for name in pages} == dict.fromkeys(pages, True), (
        many
    )


def test_a_save_every_few_seconds_is_cheap(world: World, alice: Browser, now: datetime) -> None:
    draft = drafted(world.alice_and_ben, world.ben, at=now)
    url = reverse("note_save", args=[draft.id])
    alice.post(url, {"revision": 0, "window": "w", "s-plan": "a"})
    with CaptureQueriesContext(connection) as asked:
        alice.post(url, {"revision": 1, "window": "w", "s-plan": "b"})
    assert len(asked) <= 14
