"""The measures of a dyad: what is asked, what could be, and what lacks its wording."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import reverse

from rapport.alliance.actions import reassess
from rapport.kernel import clock
from rapport.kernel.actor import system
from rapport.measures import actions
from rapport.measures.models import Assignment, CheckIn
from tests.people import World, actor, client_actor, hold, relate
from tests.rooms.measures.asked import CALM
from tests.rooms.measures.test_questionnaire import form as heron_form

EVERY = {"moment": "before", "every": "1"}


@pytest.fixture
def herons(alice: Browser, world: World, tmp_path: Path) -> None:
    """The practice has wording for the PHQ-9's key; it asks about herons."""
    path = tmp_path / "heron.json"
    path.write_text(json.dumps(heron_form()), encoding="utf-8")
    actions.import_wording(path, by=actor(world.omar), at=clock.now())


def page_of(world: World) -> str:
    return reverse("measures", args=[world.alice_and_ben.id])


def answer(world: World, number: int, each: int) -> None:
    """Ben's herons before a session that is then held."""
    at = clock.now()
    asked = actions.ask_before(
        world.alice_and_ben, session_number=number, expires_at=at + timedelta(hours=9), at=at
    )
    for check_in in asked:
        given = CALM
        if check_in.instrument == "phq9":
            given = {f"phq9_{n}": each for n in range(1, 9)} | {"phq9_9": 0}
        by = client_actor(world.ben)
        actions.submit_check_in(check_in, answers=given, words="", by=by, at=at)


def test_it_says_what_is_asked_offered_and_lacking(world: World, alice: Browser) -> None:
    page = alice.get(page_of(world)).content.decode()
    assert "Nothing else is asked" in page
    assert 'value="sleep_check"' in page
    assert 'value="phq9"' not in page
    assert "Wording is missing" in page
    assert "rapport measures import FILE" in page
    assert "Unvalidated" in page


def test_imported_wording_can_be_assigned_and_shows_its_terms(
    world: World, alice: Browser, herons: None
) -> None:
    page = alice.get(page_of(world)).content.decode()
    assert 'value="phq9"' in page
    assert "Herons are free." in page
    form = EVERY | {"instrument": "phq9", "every": "2", "until_session": "9"}
    page = alice.post(page_of(world), form, follow=True).content.decode()
    assert "before every 2 sessions, from session 1 to session 9" in page
    assert "assigned by Alice Arden" in page
    assert Assignment.objects.get().client_id == world.ben.id


def test_what_was_typed_stays_beside_what_is_wrong(world: World, alice: Browser) -> None:
    form = EVERY | {"instrument": "sleep_check", "from_session": "7", "until_session": "3"}
    answer = alice.post(page_of(world), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#f-until_session"' in page
    assert 'value="7"' in page
    assert 'value="sleep_check" checked' in page
    assert alice.post(page_of(world), EVERY).status_code == 422
    assert not Assignment.objects.exists()


def test_an_assignment_is_ended_once(world: World, alice: Browser) -> None:
    alice.post(page_of(world), EVERY | {"instrument": "sleep_check"})
    url = reverse("assignment_end", args=[Assignment.objects.get().id])
    page = alice.post(url, {"client": world.ben.id}, follow=True).content.decode()
    assert "Asked earlier" in page
    assert "ended by Alice Arden" in page
    assert alice.post(url).status_code == 409


def test_both_partners_of_a_couple_or_one(world: World, alice: Browser) -> None:
    couple = relate(world.alice, world.ben, world.chloe)
    url = reverse("measures", args=[couple.id])
    form = EVERY | {"instrument": "sleep_check", "client": str(world.chloe.id)}
    page = alice.post(url, form | {"everybody": "1"}, follow=True).content.decode()
    assert "each person, for themselves" in page
    assert Assignment.objects.get().client_id is None


def test_a_supervisor_reads_and_changes_nothing(world: World, alice: Browser, sam: Browser) -> None:
    alice.post(page_of(world), EVERY | {"instrument": "sleep_check"})
    page = sam.get(page_of(world)).content.decode()
    assert "Sleep Check" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>")[0]


def test_scores_bands_and_change_stand_on_brief_and_relationship(
    world: World, alice: Browser, herons: None, now: datetime
) -> None:
    alice.post(page_of(world), EVERY | {"instrument": "phq9"})
    answer(world, 1, 2)
    hold(world.alice_and_ben, 1)
    answer(world, 2, 1)
    brief = alice.get(reverse("brief", args=[world.alice_and_ben.id])).content.decode()
    assert "8 of 27, mild, after 16 (lower is better)<" in brief
    assert "8 of 24, as last time (lower is better), unvalidated<" in brief
    assert "depression score went from 16 to 8: a reliable improvement" in brief
    hold(world.alice_and_ben, 2)
    by = system(world.practice.id)
    reassess(world.alice_and_ben, client=world.ben, by=by, at=now + timedelta(hours=1))
    brief = alice.get(reverse("brief", args=[world.alice_and_ben.id])).content.decode()
    assert "Measured so far" in brief
    assert "Now: mild." in brief
    url = reverse("relationship", args=[world.alice_and_ben.id])
    page = alice.get(url, {"outcome": "phq9.total"}).content.decode()
    assert "depression score went from 16 to 8: a reliable improvement" in page
    assert "The latest score, 8, is called “mild”." in page


def test_the_brief_sends_one_link_for_all_that_is_asked_together(
    world: World, alice: Browser, now: datetime
) -> None:
    alice.post(page_of(world), EVERY | {"instrument": "sleep_check"})
    actions.ask_before(
        world.alice_and_ben, session_number=1, expires_at=now + timedelta(hours=9), at=now
    )
    page = alice.get(reverse("brief", args=[world.alice_and_ben.id])).content.decode()
    assert "Sleep Check before session 1: the link has not been sent" in page
    assert page.count("/send") == 1
    week = CheckIn.objects.get(instrument="week_check")
    assert reverse("check_in_send", args=[week.id]) in page
    today = alice.get(reverse("today")).content.decode()
    assert "Sleep Check before session 1" in today
