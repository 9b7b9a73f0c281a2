"""Today: who comes, what each relationship asks for, what cannot wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client as Browser
from django.urls import reverse

from rapport.measures.actions import ask_after
from rapport.people.models import Session
from tests.doors.visitors import appointment, rated_sessions
from tests.people import World, hold, relate


def test_nobody_comes_and_the_page_says_what_belongs_there(alice: Browser) -> None:
    page = alice.get(reverse("today")).content.decode()
    assert "Nobody comes today" in page
    assert reverse("clients") in page


def test_a_row_says_who_when_where_and_what_to_ask_about(
    world: World, alice: Browser, now: datetime
) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(4, 6), (4, 6), (4, 6)], now=now)
    appointment(world.alice_and_ben, now, place="video")
    page = alice.get(reverse("today")).content.decode()
    assert "Ben Bright" in page
    assert "session 4" in page
    assert "By video" in page
    assert 'aria-label="Session 1: client 4.0, therapist 6.0.' in page


def test_another_day_is_an_address_away(world: World, alice: Browser, now: datetime) -> None:
    day = (now + timedelta(days=3)).date()
    appointment(world.alice_and_ben, now + timedelta(days=3))
    assert "Ben Bright" in alice.get(reverse("today"), {"day": day.isoformat()}).content.decode()
    assert "Ben Bright" not in alice.get(reverse("today")).content.decode()


def test_what_is_not_a_day_is_today(alice: Browser) -> None:
    for written in ("yesterday", "2026-13-45", "", "9" * 400):
        assert (
            "Nobody comes today" in alice.get(reverse("today"), {"day": written}).content.decode()
        )


def test_ones_own_missing_rating_comes_first(world: World, alice: Browser, now: datetime) -> None:
    hold(world.alice_and_ben, 1)
    asked = ask_after(world.alice_and_ben, session_number=1, at=now)
    mine = next(row for row in asked if row.rater == "therapist")
    page = alice.get(reverse("today")).content.decode().split("Ratings not given yet", 1)[1]
    assert page.index(reverse("rate", args=[mine.id])) < page.index(
        reverse("brief", args=[world.alice_and_ben.id])
    )


def test_the_next_step_follows_what_became_of_the_appointment(
    world: World, alice: Browser, now: datetime
) -> None:
    later = appointment(world.alice_and_ben, now + timedelta(seconds=30))
    address = reverse("after_session", args=[later.id])
    assert address not in alice.get(reverse("today")).content.decode()
    later.starts_at = now - timedelta(minutes=1)
    later.save()
    assert address in alice.get(reverse("today"), {"day": _day(later)}).content.decode()
    session = hold(world.alice_and_ben, 1)
    Session.objects.filter(id=session.id).update(held_at=later.starts_at)
    later.state, later.session = "held", session
    later.save()
    ask_after(world.alice_and_ben, session_number=1, at=now)
    assert "Rate session 1" in alice.get(reverse("today"), {"day": _day(later)}).content.decode()


def test_a_couple_stands_in_one_row(world: World, alice: Browser, now: datetime) -> None:
    appointment(relate(world.alice, world.ben, world.chloe), now)
    page = alice.get(reverse("today")).content.decode()
    names = {"Ben Bright &amp; Chloe Calder", "Chloe Calder &amp; Ben Bright"}
    assert sum(page.count(pair) for pair in names) == 1


def _day(row: object) -> str:
    from zoneinfo import ZoneInfo

    return row.starts_at.astimezone(ZoneInfo("Europe/Zurich")).date().isoformat()
