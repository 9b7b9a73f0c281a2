"""The work together ends, says how, and may be taken back for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from rapport.alliance.actions import reassess
from rapport.kernel import clock
from rapport.kernel.actor import system
from rapport.people.models import Relationship
from tests.doors.visitors import rated_sessions, visit
from tests.people import World


def end(alice: Browser, world: World, **others: str) -> str:
    said = {"ending": "planned", "ended_on": timezone.localdate().isoformat()}
    address = f"/relationships/{world.alice_and_ben.id}/end"
    return alice.post(address, said | others, follow=True).content.decode()


def test_it_ends_as_planned_and_says_so(world: World, alice: Browser) -> None:
    page = alice.get(f"/relationships/{world.alice_and_ben.id}").content.decode()
    assert "End the work together" in page
    asked = alice.get(f"/relationships/{world.alice_and_ben.id}/end").content.decode()
    assert "Appointments still to come are cancelled" in asked
    page = end(alice, world)
    assert "Ended as planned on" in page
    assert "Take the ending back" in page
    assert "End the work together" not in page
    assert "Ended as planned on" in alice.get("/clients?ended=1").content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ending": ""}, "Say how it ended."),
        ({"ended_on": ""}, "This is missing."),
        ({"ended_on": "2020-01-01"}, "or later."),
        ({"ended_on": "2999-01-01"}, "Choose today or an earlier day."),
    ],
)
def test_what_is_missing_is_said(
    world: World, alice: Browser, wrong: dict[str, str], words: str
) -> None:
    assert words in end(alice, world, **wrong)
    assert Relationship.objects.get(id=world.alice_and_ben.id).ended_on is None


def test_it_is_taken_back(world: World, alice: Browser) -> None:
    end(alice, world, ending="dropout")
    address = f"/relationships/{world.alice_and_ben.id}/reopen"
    assert "The work goes on" in alice.post(address, follow=True).content.decode()
    assert Relationship.objects.get(id=world.alice_and_ben.id).ended_on is None
    assert alice.post(address).status_code == 409


def test_a_month_later_it_is_final(world: World, alice: Browser) -> None:
    long_ago = timezone.localdate() - timedelta(days=40)
    Relationship.objects.filter(id=world.alice_and_ben.id).update(
        started_on=long_ago, ended_on=long_ago, ending="planned"
    )
    address = f"/relationships/{world.alice_and_ben.id}"
    assert "This ending is final" in alice.get(address).content.decode()
    assert alice.post(f"{address}/reopen").status_code == 422


def test_the_radar_says_how_it_ended(world: World, alice: Browser) -> None:
    now = clock.now()
    rated_sessions(world.alice_and_ben, world.ben, [(6.0, 6.0)], now=now)
    end(alice, world, ending="dropout")
    world.alice_and_ben.refresh_from_db()
    by = system(world.practice.id)
    reassess(world.alice_and_ben, client=world.ben, by=by, at=now)
    page = visit(world.sam).get("/supervision/radar?ended=1").content.decode()
    assert "Ended without a plan on" in page
