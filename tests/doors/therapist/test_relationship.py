"""The relationship: sentence, curves, agreement or its refusal, stage."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from rapport.alliance.models import StageStep
from tests.doors.visitors import rated_sessions
from tests.people import World


def page_of(browser: Browser, world: World, **asked: str) -> str:
    url = reverse("relationship", args=[world.alice_and_ben.id])
    return browser.get(url, asked).content.decode()


def test_before_any_rating_it_says_what_will_stand_there(world: World, alice: Browser) -> None:
    page = page_of(alice, world)
    assert "No rating yet" in page
    assert "<figure" not in page


def test_both_curves_with_their_numbers_as_a_table(
    world: World, alice: Browser, now: datetime
) -> None:
    then = now - timedelta(days=9)  # long enough ago that what is missing stays missing
    rated_sessions(world.alice_and_ben, world.ben, [(4, 6), (5, 6), (6, None)], now=then)
    page = page_of(alice, world)
    figure = page.split("<figure", 1)[1].split("</figure", 1)[0]
    assert "<svg" in figure
    assert ">Ben<" in figure
    assert ">Alice<" in figure
    assert "not rated" in figure
    assert figure.count("<tr>") == 4


def test_agreement_is_given_with_its_n_or_refused_with_what_it_needs(
    world: World, alice: Browser, now: datetime
) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(4, 6), (5, 6)], now=now)
    few = page_of(alice, world).split("Do you see it alike?", 1)[1]
    assert "needs 3" in few
    assert "not a risk" in few


def test_one_construct_at_a_time(world: World, alice: Browser, now: datetime) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(4, 6)], now=now)
    assert "How do you both see it? Working alliance" in page_of(alice, world)
    other = page_of(alice, world, show="relationship_check.empathy")
    assert "How do you both see it? Empathy" in other
    assert "How do you both see it? Working alliance" in page_of(alice, world, show="nothing.such")


def test_a_stage_is_confirmed_with_what_speaks_for_it(world: World, alice: Browser) -> None:
    url = reverse("stage", args=[world.alice_and_ben.id])
    page = alice.post(url, {"stage": "commitment", "evidence": ["goals_agreed"]}, follow=True)
    assert "Commitment since session" in page.content.decode()
    assert StageStep.objects.get().evidence == ["goals_agreed"]


@pytest.mark.parametrize(
    "typed",
    [
        {"stage": "commitment", "words": ""},
        {"stage": "", "words": "We agreed it all."},
        {"stage": "bliss", "words": "We agreed it all."},
        {"stage": "process", "evidence": "invented", "words": "We agreed it all."},
    ],
)
def test_a_stage_without_ground_is_refused_and_what_was_typed_stays(
    world: World, alice: Browser, typed: dict[str, str]
) -> None:
    answer = alice.post(reverse("stage", args=[world.alice_and_ben.id]), typed)
    assert answer.status_code == 422
    assert typed["words"] in answer.content.decode()
    assert "error-summary" in answer.content.decode()
    assert not StageStep.objects.exists()


def test_the_supervisor_reads_and_confirms_nothing(
    world: World, sam: Browser, alice: Browser, now: datetime
) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(4, 6)], now=now)
    page = page_of(sam, world)
    assert "Working alliance" in page
    assert "Confirm a stage" not in page
