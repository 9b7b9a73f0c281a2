"""Several forms at one go: the next is offered once one was sent, on a phone and on the tablet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client as Browser

from rapport.alerts.models import Alert
from rapport.kernel import clock, scope
from rapport.measures import actions
from rapport.measures.actions import Rhythm
from rapport.measures.models import CheckIn, Score
from tests.doors.client.conftest import WEEK, Phone
from tests.doors.visitors import visit
from tests.people import World, actor
from tests.rooms.measures.test_questionnaire import form as heron_form

Pick = Callable[[CheckIn], Phone]


@pytest.fixture
def herons(world: World, tmp_path: Path) -> None:
    """Ben is to be asked the PHQ-9 before each session; its wording is about herons."""
    path = tmp_path / "heron.json"
    path.write_text(json.dumps(heron_form()), encoding="utf-8")
    with scope.practice(world.practice.id):
        actions.import_wording(path, by=actor(world.omar), at=clock.now())
        actions.assign_measure(
            world.alice_and_ben,
            client=world.ben,
            instrument="phq9",
            rhythm=Rhythm("before"),
            by=actor(world.alice),
            at=clock.now(),
        )


def send_week(page: Phone) -> Phone:
    page.open()
    for item, value in WEEK.items():
        page.tap(item, value)
    return page.tap("send", 1)


def test_the_next_form_follows_on_with_its_own_words_and_terms(
    herons: None, week: CheckIn, phone: Pick
) -> None:
    page = send_week(phone(week))
    assert page.taps == 6
    assert "There is one more form for today." in page.page
    assert "The Heron Questionnaire" in page.page
    page.tap("next", 1)
    assert "1 of 10" in page.page
    assert page.question() == "How often did you meet a heron at pond q1?"
    assert "Nobody&#39;s. Herons are free." in page.page
    assert "Robert L. Spitzer" in page.page
    assert "unvalidated" not in page.page


def test_it_is_answered_and_scored_and_asks_for_no_words_again(
    world: World, herons: None, week: CheckIn, phone: Pick
) -> None:
    send_week(phone(week))
    with scope.practice(world.practice.id):
        page = phone(CheckIn.objects.get(instrument="phq9")).open()
    for number in range(1, 10):
        page.tap(f"phq9_{number}", 0)
    assert "Ready to send?" in page.page
    assert "<textarea" not in page.page
    page.tap("send", 1)
    assert "Thank you" in page.page
    assert 'name="next"' not in page.page
    with scope.practice(world.practice.id):
        assert Score.objects.get(measure="phq9").value == 0


def test_the_link_that_was_sent_leads_on_later_too(
    herons: None, week: CheckIn, phone: Pick
) -> None:
    send_week(phone(week))
    page = phone(week).open()
    assert "Already answered, thank you" in page.page
    assert "1 of 10" in page.tap("next", 1).page


def test_an_unanswered_form_leads_nowhere_else(herons: None, week: CheckIn, phone: Pick) -> None:
    page = phone(week).open().tap("next", 1)
    assert "heron" not in page.page.lower()


def test_item_nine_brings_help_and_an_alert_at_once(
    world: World, herons: None, week: CheckIn, phone: Pick
) -> None:
    with scope.practice(world.practice.id):
        page = phone(CheckIn.objects.get(instrument="phq9")).open("?q=9")
    page.tap("phq9_9", 1)
    assert "crisis-loud" in page.page
    assert world.practice.crisis_help in page.page
    with scope.practice(world.practice.id):
        assert "Question 9" in Alert.objects.get().sentence


def test_the_tablet_goes_on_to_the_next_form_and_nowhere_else(world: World, herons: None) -> None:
    tablet = visit(world.alice)
    reply = tablet.post(
        f"/relationships/{world.alice_and_ben.id}/kiosk",
        {"client": world.ben.id, "moment": "before", "code": "2580"},
    )
    first = str(reply["Location"])
    second = go_on(tablet, first)
    assert second != first
    assert "heron" in tablet.get(second).content.decode()
    assert tablet.get(first)["Location"] == "/kiosk"
    assert tablet.get("/today")["Location"] == "/kiosk"
    assert second in tablet.get("/kiosk").content.decode()


def go_on(tablet: Browser, form: str) -> str:
    for item, value in WEEK.items():
        tablet.post(form, {item: value})
    tablet.post(form, {"send": "1"})
    page = tablet.get(form).content.decode()
    assert re.search(r'name="next"', page)
    return str(tablet.post(form, {"next": "1"})["Location"])
