"""Alerts: acknowledged with a clock, settled with what was done, answered with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from rapport.alerts.actions import escalate_overdue
from rapport.alerts.models import Alert
from rapport.measures.actions import ask_before, save_answer
from rapport.measures.models import CheckIn
from tests.doors.visitors import rated_sessions
from tests.people import World, client_actor

BECAUSE = "We spoke about it on the phone."


@pytest.fixture
def risk(world: World, alice: Browser, now: datetime) -> Alert:
    """Ben has answered the risk question."""
    (asked,) = ask_before(
        world.alice_and_ben, session_number=1, expires_at=now + timedelta(days=1), at=now
    )
    save_answer(asked, item="risk", value=3, by=client_actor(world.ben), at=now)
    return Alert.objects.get(kind="risk")


@pytest.fixture
def suggestion(world: World, alice: Browser, now: datetime) -> Alert:
    """Ben's rating has fallen far below what was expected."""
    rated_sessions(
        world.alice_and_ben, world.ben, [(6, 6), (6, 6), (6, 6), (6, 6), (1, 6)], now=now
    )
    return Alert.objects.get(kind="suggestion")


def test_nothing_waits_and_the_page_says_what_would(alice: Browser) -> None:
    page = alice.get(reverse("alerts")).content.decode()
    assert "Nothing waits for you" in page
    assert "No rule has spoken yet" in page


def test_a_risk_stands_everywhere_until_it_is_acknowledged(alice: Browser, risk: Alert) -> None:
    for name in ("today", "alerts"):
        page = alice.get(reverse(name)).content.decode()
        assert "Ben Bright" in page
        assert "cknowledge" in page
    page = alice.post(reverse("alert_acknowledge", args=[risk.id]), follow=True).content.decode()
    assert 'Acknowledged <span class="on-screen">today' in page
    assert "I am dealing with it" not in page
    assert "Settle it" in page


def test_nobody_in_time_and_the_supervisor_sees_whose_it_is(
    world: World, sam: Browser, risk: Alert, now: datetime
) -> None:
    assert "Ben Bright" not in sam.get(reverse("today")).content.decode()
    escalate_overdue(world.practice.id, at=now + timedelta(hours=1))
    page = sam.get(reverse("today")).content.decode()
    assert "Ben Bright" in page
    assert "Alice Arden · not acknowledged in time; passed on" in page
    done = sam.post(reverse("alert_acknowledge", args=[risk.id]), follow=True).content.decode()
    assert "Acknowledged by Sam Sorel" in done


def test_a_risk_is_settled_with_what_was_done(alice: Browser, risk: Alert) -> None:
    alice.post(reverse("alert_acknowledge", args=[risk.id]))
    url = reverse("alert_settle", args=[risk.id])
    refused = alice.post(url, {"because": " "})
    assert refused.status_code == 422
    assert 'href="#f-because"' in refused.content.decode()
    assert alice.post(url, {"because": BECAUSE}).status_code == 302
    risk.refresh_from_db()
    assert risk.settled_at is not None
    assert BECAUSE in alice.get(reverse("alert", args=[risk.id])).content.decode()


def test_a_suggestion_comes_with_what_it_takes_to_doubt_it(
    alice: Browser, suggestion: Alert
) -> None:
    page = alice.get(reverse("alert", args=[suggestion.id])).content.decode()
    for words in ("Rule", "Seen", "False alarms", "Three things to try", "Was this useful?"):
        assert words in page


def test_not_useful_needs_a_reason_and_is_counted(alice: Browser, suggestion: Alert) -> None:
    url = reverse("alert_answer", args=[suggestion.id])
    assert alice.post(url, {"because": ""}).status_code == 422
    alice.post(url, {"because": "It was a bad day."})
    suggestion.refresh_from_db()
    assert suggestion.settled_at is not None
    counted = alice.get(reverse("alerts")).content.decode().split("<tbody>", 1)[1]
    cells = [cell.split("<")[0] for cell in counted.split('class="number">')[1:]]
    assert cells == ["1", "0", "1", "0"]


def test_useful_is_counted_and_waits_no_more(alice: Browser, suggestion: Alert) -> None:
    alice.post(reverse("alert_answer", args=[suggestion.id]), {"useful": "1"})
    suggestion.refresh_from_db()
    assert suggestion.settled_at is not None
    assert "Nothing waits for you" in alice.get(reverse("alerts")).content.decode()
    settled = alice.get(reverse("alerts"), {"settled": "1"}).content.decode()
    assert reverse("alert", args=[suggestion.id]) in settled
    assert "found this useful" in alice.get(reverse("alert", args=[suggestion.id])).content.decode()


def test_an_answer_from_within_a_page_gets_a_fragment(alice: Browser, suggestion: Alert) -> None:
    url = reverse("alert_answer", args=[suggestion.id])
    answer = alice.post(url, {"because": "No."}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer
    assert "not useful" in answer


def test_a_risk_is_not_called_useful(alice: Browser, risk: Alert) -> None:
    answer = alice.post(reverse("alert_answer", args=[risk.id]), {"useful": "1"})
    assert answer.status_code == 422


def test_the_alert_tells_question_and_answer_in_words(
    world: World, alice: Browser, risk: Alert, now: datetime
) -> None:
    address = reverse("alert", args=[risk.id])
    page = alice.get(address).content.decode()
    assert "Did you have thoughts of ending your life" in page
    assert "(3, where 4 is the most)" in page
    assert "Last answer" not in page
    asked = CheckIn.objects.get(id=risk.source_id)
    save_answer(asked, item="risk", value=0, by=client_actor(world.ben), at=now)
    page = alice.get(address).content.decode()
    assert "<dt>Last answer</dt><dd>No</dd>" in page


def test_one_card_a_check_in_and_it_says_who_is_told_next(
    world: World, alice: Browser, risk: Alert, now: datetime
) -> None:
    asked = CheckIn.objects.get(id=risk.source_id)
    save_answer(asked, item="risk", value=1, by=client_actor(world.ben), at=now)
    assert Alert.objects.filter(kind="risk").count() == 2
    page = alice.get(reverse("today")).content.decode()
    assert page.count('class="risk"') == 1
    assert reverse("alert", args=[risk.id]) in page
    assert "Week Check, before session 1 · yours · acknowledge by" in page
    assert "then Sam Sorel is told" in page
    alice.post(reverse("alert_acknowledge", args=[risk.id]))
    assert not Alert.objects.filter(kind="risk", acknowledged_at=None).exists()


def test_a_settled_risk_stays_on_the_brief_as_one_quiet_line(
    world: World, alice: Browser, risk: Alert
) -> None:
    alice.post(reverse("alert_settle", args=[risk.id]), {"because": BECAUSE})
    page = alice.get(reverse("brief", args=[world.alice_and_ben.id])).content.decode()
    assert 'class="risk"' not in page
    assert f"Settled by Alice Arden: {BECAUSE}" in page
    assert "How strong are those thoughts today" in page


def test_a_suggestion_offers_two_answers_and_no_third_way(
    alice: Browser, suggestion: Alert
) -> None:
    page = alice.get(reverse("alert", args=[suggestion.id])).content.decode()
    assert "It was useful" in page
    assert "(optional)" not in page
    assert reverse("alert_settle", args=[suggestion.id]) not in page
    brief = alice.get(reverse("brief", args=[suggestion.relationship_id])).content.decode()
    assert 'name="useful"' in brief
