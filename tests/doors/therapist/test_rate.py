"""A rating of one's own that is still open, on a page of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from rapport.measures.actions import ask_after
from rapport.measures.models import CheckIn, Score
from tests.doors.visitors import answers
from tests.people import World, hold


@pytest.fixture
def mine(world: World, alice: Browser, now: datetime) -> CheckIn:
    hold(world.alice_and_ben, 1)
    asked = ask_after(world.alice_and_ben, session_number=1, at=now)
    return next(row for row in asked if row.rater == "therapist")


def test_it_is_rated_and_then_shown_as_rated(world: World, alice: Browser, mine: CheckIn) -> None:
    url = reverse("rate", args=[mine.id])
    assert alice.get(url).content.decode().count("data-rating-item") == 7
    typed = {key: f"{value:g}" for key, value in answers(6).items()}
    answer = alice.post(url, typed)
    assert answer["Location"].startswith(reverse("relationship", args=[world.alice_and_ben.id]))
    assert Score.objects.get(scale="bond").value == 6
    assert "You have rated this session" in alice.get(url).content.decode()


def test_open_items_are_named_and_the_others_stay(alice: Browser, mine: CheckIn) -> None:
    typed = {key: f"{value:g}" for key, value in answers(6).items()}
    del typed["task"], typed["regard"]
    answer = alice.post(reverse("rate", args=[mine.id]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(" checked") == 5
    assert 'href="#f-task"' in page
    assert 'href="#f-regard"' in page


def test_once_its_time_is_over_it_cannot_be_given(
    alice: Browser, mine: CheckIn, now: datetime
) -> None:
    CheckIn.objects.filter(id=mine.id).update(expires_at=now - timedelta(minutes=1))
    url = reverse("rate", args=[mine.id])
    assert "The time for this rating is over" in alice.get(url).content.decode()
    typed = {key: f"{value:g}" for key, value in answers(6).items()}
    assert alice.post(url, typed).status_code == 409
    assert not Score.objects.exists()


def test_the_clients_check_in_is_not_the_therapists_to_answer(
    world: World, alice: Browser, mine: CheckIn
) -> None:
    theirs = CheckIn.objects.get(rater="client", session_number=1)
    assert alice.get(reverse("rate", args=[theirs.id])).status_code == 404
