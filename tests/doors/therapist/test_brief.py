"""The brief: read in 30 seconds, and nothing on it that is still sealed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.test import Client as Browser
from django.urls import reverse

from rapport.alliance.actions import reassess
from rapport.goals.models import Goal, Promise
from rapport.kernel.actor import system
from rapport.measures.actions import ask_after, ask_before, submit_check_in, talk_about
from tests.doors.visitors import answers, appointment, rated_sessions
from tests.people import World, actor, client_actor, hold, relate


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
    for words in ("Ask about", "Sleep through", "Send the sleep diary", "One question"):
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
    before, after = (page.partition('class="strip-full"') for page in pages)
    assert before[0] == after[0]
    assert "sealed</span>" in after[2]
    assert "sealed</span>" not in before[2]


def test_the_page_says_when_it_was_worked_out_and_that_it_is_unvalidated(
    world: World, alice: Browser, now: datetime
) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(5, 5)], now=now)
    assert 'Worked out <span class="on-screen">today' in brief(alice, world)


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


def test_ones_own_sealed_rating_is_not_missing_and_nobody_is_at_fault(
    world: World, alice: Browser, now: datetime
) -> None:
    hold(world.alice_and_ben, 1)
    mine = next(
        row
        for row in ask_after(world.alice_and_ben, session_number=1, at=now)
        if row.rater == "therapist"
    )
    submit_check_in(mine, answers=answers(6), words="", by=actor(world.alice), at=now)
    by = system(world.practice.id)
    reassess(world.alice_and_ben, client=world.ben, by=by, at=now)
    page = brief(alice, world)
    assert "Session 1 can still be rated" in page
    strip = page.partition('class="strip-full"')[2]
    assert "sealed</span>" in strip
    assert "not yet</span>" in strip
    assert "missing</span>" not in strip
    assert "did not rate" not in page
    assert "the link has not been sent" in page


def test_new_words_stand_beside_a_wish_and_old_ones_are_folded(
    world: World, alice: Browser, now: datetime
) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(5, 5)], now=now)
    place = world.alice_and_ben.participants.get()
    by = client_actor(world.ben)
    for number, words, at in ((1, "Long ago.", now - timedelta(days=9)), (2, "The nights.", now)):
        (asked,) = ask_before(
            world.alice_and_ben, session_number=number, expires_at=at + timedelta(days=1), at=at
        )
        week = dict.fromkeys(("distress", "functioning", "wellbeing", "life_satisfaction"), 3.0)
        submit_check_in(asked, answers=week | {"risk": 0.0}, words=words, by=by, at=at)
    talk_about(place, words="My sister", by=by, at=now + timedelta(minutes=1))
    page, _fold, earlier = brief(alice, world).partition("Earlier words")
    assert "My sister" in page
    assert "The nights." in page
    assert "Long ago." not in page
    assert "Long ago." in earlier


def test_answers_given_ahead_are_what_the_headline_speaks_of(
    world: World, alice: Browser, now: datetime
) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(5, 5)], now=now)
    by = client_actor(world.ben)
    for number, level, at in ((1, 2.0, now - timedelta(days=7)), (2, 5.0, now)):
        (asked,) = ask_before(
            world.alice_and_ben, session_number=number, expires_at=at + timedelta(days=1), at=at
        )
        week = {"distress": level, "functioning": 3.0, "wellbeing": 3.0, "life_satisfaction": 3.0}
        submit_check_in(asked, answers=week | {"risk": 0.0}, words="", by=by, at=at)
    page = brief(alice, world)
    assert "Distress is worse than last time: 14, after 11." in page
    assert "after 11 (lower is better)" in page


def test_the_link_to_a_week_that_is_over_is_not_offered(
    world: World, alice: Browser, now: datetime
) -> None:
    (asked,) = ask_before(
        world.alice_and_ben, session_number=1, expires_at=now + timedelta(days=1), at=now
    )
    send = reverse("check_in_send", args=[asked.id])
    assert send in brief(alice, world)
    hold(world.alice_and_ben, 1)
    assert send not in brief(alice, world)
