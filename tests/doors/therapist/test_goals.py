"""Goals and promises: added, put in focus, closed, kept."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client as Browser
from django.urls import reverse

from rapport.goals.models import Goal, Promise
from tests.people import World


@pytest.fixture
def goal(world: World, alice: Browser, now: datetime) -> Goal:
    own = {"practice_id": world.practice.id, "relationship": world.alice_and_ben}
    return Goal.objects.create(**own, client=world.ben, words="Sleep through", created_at=now)


def test_no_goal_yet_and_the_page_says_how_to_find_one(world: World, alice: Browser) -> None:
    page = alice.get(reverse("goals", args=[world.alice_and_ben.id])).content.decode()
    assert "No goal yet" in page
    assert "Nothing is promised" in page


def test_a_goal_is_added_in_their_words(world: World, alice: Browser) -> None:
    url = reverse("goals", args=[world.alice_and_ben.id])
    page = alice.post(url, {"words": "Say no <once> a week", "area": "work"}, follow=True)
    assert "Say no &lt;once&gt; a week" in page.content.decode()
    assert Goal.objects.get().area == "work"


@pytest.mark.parametrize("words", ["", "   ", "x" * 301])
def test_a_goal_needs_some_words_and_the_area_typed_stays(
    world: World, alice: Browser, words: str
) -> None:
    url = reverse("goals", args=[world.alice_and_ben.id])
    answer = alice.post(url, {"words": words, "area": "work"})
    assert answer.status_code == 422
    assert 'href="#f-words"' in answer.content.decode()
    assert 'value="work"' in answer.content.decode()


def test_one_goal_is_in_focus(world: World, alice: Browser, goal: Goal) -> None:
    page = alice.post(reverse("goal_focus", args=[goal.id]), follow=True).content.decode()
    assert "In focus" in page


def test_a_closed_goal_stays_to_be_read(alice: Browser, goal: Goal) -> None:
    page = alice.post(reverse("goal_close", args=[goal.id]), follow=True).content.decode()
    assert "closed at session 1" in page
    assert alice.post(reverse("goal_close", args=[goal.id])).status_code == 409


def test_a_promise_stands_until_it_is_kept(world: World, alice: Browser) -> None:
    url = reverse("promise_new", args=[world.alice_and_ben.id])
    assert alice.post(url, {"promise": ""}).status_code == 422
    assert (
        "Send the diary"
        in alice.post(url, {"promise": "Send the diary"}, follow=True).content.decode()
    )
    promise = Promise.objects.get()
    page = alice.post(reverse("promise_settle", args=[promise.id]), {"kept": "1"}, follow=True)
    assert "Send the diary" not in page.content.decode()
    promise.refresh_from_db()
    assert promise.kept is True


def test_a_promise_may_be_let_go(world: World, alice: Browser) -> None:
    alice.post(reverse("promise_new", args=[world.alice_and_ben.id]), {"promise": "Send it"})
    promise = Promise.objects.get()
    alice.post(reverse("promise_settle", args=[promise.id]))
    promise.refresh_from_db()
    assert promise.kept is False
