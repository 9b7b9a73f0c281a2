"""The brief: read in 30 seconds, and nothing on it that is still sealed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.test import Client as Browser
from django.urls import reverse

from rapport.alliance.actions import reassess
from rapport.goals.models import Goal, Promise
from rapport.kernel.actor import system
from rapport.measures.actions import ask_after, ask_before, submit_check_in
from tests.doors.visitors import answers, appointment, rated_sessions
from tests.people import World, client_actor, hold, relate


def brief(browser: Browser, world: World) -> str:
    return browser.get(reverse("brief", args=[world.alice_and_ben.id])).content.decode()


def test_before_the_first_session_it_says_what_will_stand_there(
    world: World, alice: Browser
) -> None:
    page = brief(alice, world)
    assert "Before session 1, not booked yet" in page
    assert "nothing to compare yet" in page
    assert reverse("book", args=[world.alice_and_ben.id]) in page


def test_what_changed_the_words_the_goal_the_promise_and_one_question(
    world: World, alice: Browser, now: datetime
) -> None:
    own = {"practice_id": world.practice.id, "relationship": world.alice_and_ben}
    Goal.objects.create(
        **own, client=world.ben, words="Sleep through", in_focus=True, created_at=now
    )
    Promise.objects.create(
        **own, client=world.ben, words="Send the sleep diary", made_at_session=1, at=now
    )
    rated_sessions(world.alice_and_ben, world.ben, [(5, 5), (4, 6), (3, 6)], now=now)
    page = brief(alice, world)
    for words in ("Since last time", "Sleep through", "Send the sleep diary", "One question"):
        assert words in page
    assert "First five sessions" in page
    assert "as of session 3" in page


def test_a_sealed_rating_changes_nothing_on_it(world: World, alice: Browser, now: datetime) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(5, 5), (5, 5)], now=now)
    hold(world.alice_and_ben, 3)
    asked = ask_after(world.alice_and_ben, session_number=3, at=now)
    pages = []
    theirs = next(row for row in asked if row.rater == "client")
    for value in (None, 1.0):
        if value is not None:
            submit_check_in(
                theirs,
                answers=answers(value),
                words="It was hard.",
                by=client_actor(world.ben),
                at=now,
            )
        by = system(world.practice.id)
        reassess(world.alice_and_ben, client=world.ben, by=by, at=now)
        page = brief(alice, world).split("<main", 1)[1].split("<aside", 1)[0]
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert "It was hard." not in pages[1]
    assert pages[0] == pages[1]


def test_the_page_says_when_it_was_worked_out_and_that_it_is_unvalidated(
    world: World, alice: Browser, now: datetime
) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(5, 5)], now=now)
    assert "Worked out today" in brief(alice, world)


def test_a_couple_has_a_brief_each(world: World, alice: Browser, now: datetime) -> None:
    couple = relate(world.alice, world.ben, world.chloe)
    address = reverse("brief", args=[couple.id])
    for one, other in ((world.ben, world.chloe), (world.chloe, world.ben)):
        page = alice.get(address, {"client": str(one.id)}).content.decode()
        assert f"<h1>{one.name}</h1>" in page
        assert f"{address}?client={other.id}" in page


def test_the_therapist_gives_the_check_in_and_the_supervisor_does_not(
    world: World, alice: Browser, sam: Browser, now: datetime
) -> None:
    appointment(world.alice_and_ben, now + timedelta(hours=3))
    ask_before(world.alice_and_ben, session_number=1, expires_at=now + timedelta(days=1), at=now)
    mine = brief(alice, world)
    assert "Hand over the tablet" in mine
    assert "Cancel the appointment" in mine
    for words in ("Hand over", "Cancel the appointment", '<form action="/check-ins'):
        assert words not in brief(sam, world)


def test_without_consent_the_link_is_not_sent_and_the_page_says_why(
    world: World, alice: Browser, now: datetime
) -> None:
    (asked,) = ask_before(
        world.alice_and_ben, session_number=1, expires_at=now + timedelta(days=1), at=now
    )
    page = alice.post(reverse("check_in_send", args=[asked.id]), follow=True).content.decode()
    asked.refresh_from_db()
    assert asked.sent_at is None
    assert "flash-warning" in page
