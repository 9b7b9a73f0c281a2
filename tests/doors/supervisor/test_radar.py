"""The caseload radar: what is open comes first, and nobody is ranked."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rapport.people.models import Client
from tests.doors.visitors import rated_sessions, visit
from tests.people import NOW, World, relate


def another(world: World, number: int, now: datetime, ratings: list[tuple[float, float]]) -> None:
    client = Client.objects.create(
        practice_id=world.practice.id,
        given_name=f"Nora{number}",
        family_name="N",
        created_at=NOW,
    )
    rated_sessions(relate(world.alice, client), client, ratings, now=now)


def test_nothing_assessed_yet_and_the_page_says_so(sam: Browser) -> None:
    page = sam.get(reverse("radar")).content.decode()
    assert "Relationships of the people you supervise stand here" in page


@pytest.mark.parametrize("who", ["alice", "dana", "omar", "rae", "ines", "charlie"])
def test_to_everybody_else_it_is_not_there(world: World, who: str) -> None:
    assert visit(getattr(world, who)).get(reverse("radar")).status_code == 404


def test_nobody_signed_in_is_asked_to_sign_in(world: World) -> None:
    assert visit(None).get(reverse("radar")).status_code == 302


def test_what_asks_for_attention_comes_first(
    world: World, sam: Browser, alice: Browser, now: datetime
) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(6, 6)] * 6, now=now)
    slipping = [(6.0, 6.0), (6.0, 6.0), (6.0, 6.0), (2.0, 6.0), (1.0, 6.0)]
    another(world, 1, now, slipping)
    page = sam.get(reverse("radar")).content.decode()
    assert page.index("Nora1") < page.index("Ben Bright")
    open_only = sam.get(reverse("radar"), {"attention": "1"}).content.decode()
    assert "Nora1" in open_only
    assert "Ben Bright" not in open_only


def test_filters(world: World, sam: Browser, alice: Browser, now: datetime) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(6, 6)] * 6, now=now)
    another(world, 1, now, [(6.0, 6.0)])
    early = sam.get(reverse("radar"), {"first_five": "1"}).content.decode()
    assert "Nora1" in early
    assert "Ben Bright" not in early
    nobody = sam.get(reverse("radar"), {"therapist": str(world.dana.id)}).content.decode()
    assert "Nora1" not in nobody
    everybody = sam.get(reverse("radar"), {"therapist": "nobody"}).content.decode()
    assert "Nora1" in everybody


def test_dana_whom_sam_does_not_supervise_stays_hidden(
    world: World, sam: Browser, alice: Browser, now: datetime
) -> None:
    client = Client.objects.create(
        practice_id=world.practice.id, given_name="Hidden", family_name="H", created_at=NOW
    )
    rated_sessions(relate(world.dana, client), client, [(6, 6)], now=now)
    assert "Hidden" not in sam.get(reverse("radar")).content.decode()


def test_no_figure_ranks_anybody(world: World, sam: Browser, alice: Browser, now: datetime) -> None:
    another(world, 1, now, [(6.0, 6.0), (2.0, 6.0)])
    page = sam.get(reverse("radar")).content.decode()
    assert "attention</th>" not in page
    assert "<table" not in page


def test_pages(world: World, sam: Browser, alice: Browser, now: datetime) -> None:
    for page in ("1", "2", "0", "x", "9" * 20):
        assert sam.get(reverse("radar"), {"page": page}).status_code == 200


def test_the_number_of_questions_does_not_grow(
    world: World, sam: Browser, alice: Browser, now: datetime
) -> None:
    counts = []
    for number in range(12):
        another(world, number, now, [(5.0, 5.0), (2.0, 6.0)])
        if number in {0, 11}:
            sam.get(reverse("radar"))  # the first request of a session also notes its use
            with CaptureQueriesContext(connection) as asked:
                sam.get(reverse("radar"))
            counts.append(len(asked))
    assert counts[0] == counts[1] <= 14
