"""Appointments: booked in the practice's own time, missed, called off."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse

from rapport.scheduling.models import Appointment
from tests.doors.visitors import appointment
from tests.people import World

ZURICH = ZoneInfo("Europe/Zurich")


def typed(now: datetime, **more: str) -> dict[str, str]:
    day = (now.astimezone(ZURICH) + timedelta(days=2)).date()
    return {"day": day.isoformat(), "time": "14:00", "duration_min": "50", "place": "room"} | more


def test_times_are_the_practices_own(world: World, alice: Browser, now: datetime) -> None:
    url = reverse("book", args=[world.alice_and_ben.id])
    page = alice.post(url, typed(now), follow=True).content.decode()
    booked = Appointment.objects.get()
    assert f"{booked.starts_at.astimezone(ZURICH):%H:%M}" == "14:00"
    assert "Booked:" in page
    assert "14:00" in page


def test_from_the_page_after_a_session_one_goes_on_to_today(
    world: World, alice: Browser, now: datetime
) -> None:
    answer = alice.post(reverse("book", args=[world.alice_and_ben.id]), typed(now, then="today"))
    assert answer["Location"] == reverse("today")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "soon"}, "day"),
        ({"time": "25:00"}, "time"),
        ({"duration_min": "0"}, "duration_min"),
        ({"duration_min": "an hour"}, "duration_min"),
        ({"place": "the moon"}, "place"),
        ({"day": "2020-01-01"}, "time"),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_the_rest_stays(
    world: World, alice: Browser, now: datetime, wrong: dict[str, str], field: str
) -> None:
    answer = alice.post(
        reverse("book", args=[world.alice_and_ben.id]), typed(now, then="today") | wrong
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in page
    assert 'name="then" value="today"' in page
    assert not Appointment.objects.exists()


def test_two_at_one_time_is_refused(world: World, alice: Browser, now: datetime) -> None:
    alice.post(reverse("book", args=[world.alice_and_ben.id]), typed(now))
    answer = alice.post(reverse("book", args=[world.alice_and_chloe.id]), typed(now))
    assert answer.status_code == 422
    assert 'href="#f-time"' in answer.content.decode()
    assert Appointment.objects.count() == 1


def test_nobody_came(world: World, alice: Browser, now: datetime) -> None:
    row = appointment(world.alice_and_ben, now - timedelta(hours=1))
    answer = alice.post(reverse("appointment_missed", args=[row.id]))
    row.refresh_from_db()
    assert row.state == "missed"
    assert answer["Location"] == reverse("book", args=[world.alice_and_ben.id])
    assert alice.post(reverse("appointment_missed", args=[row.id])).status_code == 409


def test_called_off(world: World, alice: Browser, now: datetime) -> None:
    row = appointment(world.alice_and_ben, now + timedelta(days=1))
    assert alice.post(reverse("appointment_missed", args=[row.id])).status_code == 422
    alice.post(reverse("appointment_cancel", args=[row.id]))
    row.refresh_from_db()
    assert row.state == "cancelled"


@pytest.mark.parametrize(("minutes", "words"), [("5", "Enter 10 or more."), ("900", "240 or less")])
def test_a_length_that_cannot_be_is_told_in_our_own_words(
    world: World, alice: Browser, now: datetime, minutes: str, words: str
) -> None:
    url = reverse("book", args=[world.alice_and_ben.id])
    page = alice.post(url, typed(now, duration_min=minutes)).content.decode()
    assert words in page
    assert "Ensure this value" not in page
