"""One's own clients, found by any part of a name; and a new one."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client as Browser
from django.urls import reverse

from rapport.agreements.queries import consent_stands
from rapport.people.models import Client, Participant, Relationship
from tests.doors.visitors import rated_sessions, visit
from tests.people import World

PERSON = {"p0-given_name": "Mara", "p0-family_name": "Moss", "p0-email": "mara@client.example"}
BEGIN = {
    "kind": "individual",
    "track": "therapy",
    "interpreter": "",
    "language": "en",
    "started_on": "2026-03-01",
}


def test_everybody_stands_there_by_name(world: World, alice: Browser) -> None:
    page = alice.get(reverse("clients")).content.decode()
    assert page.index("Ben Bright") < page.index("Chloe Calder")


@pytest.mark.parametrize(("words", "found"), [("bri", True), ("BEN b", True), ("calder", False)])
def test_part_of_a_name_is_enough(alice: Browser, words: str, found: bool) -> None:
    page = alice.get(reverse("clients"), {"q": words}).content.decode()
    assert ("Ben Bright" in page) is found


def test_nobody_found_says_so_and_keeps_the_words(alice: Browser) -> None:
    page = alice.get(reverse("clients"), {"q": "<b>zz"}).content.decode()
    assert "Nobody found" in page
    assert "&lt;b&gt;zz" in page
    assert "<b>zz" not in page


def test_the_search_box_of_the_rail_gets_its_results_only(alice: Browser) -> None:
    answer = alice.get(
        reverse("clients"),
        {"q": "ben"},
        headers={"HX-Request": "true", "HX-Target": "search-results"},
    ).content.decode()
    assert "Ben Bright" in answer
    assert "<html" not in answer


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²"])
def test_what_is_not_a_page_is_the_first(alice: Browser, page: str) -> None:
    assert "Ben Bright" in alice.get(reverse("clients"), {"page": page}).content.decode()


def test_a_caseload_of_nobody_teaches_how_to_begin(world: World) -> None:
    page = visit(world.dana).get(reverse("clients")).content.decode()
    assert "Start with your first client" in page
    assert reverse("client_new") in page


def test_a_client_and_the_relationship_begin_together(world: World, alice: Browser) -> None:
    answer = alice.post(reverse("client_new"), PERSON | BEGIN | {"p0-messages": "1"})
    client = Client.objects.get(given_name="Mara")
    relationship = Relationship.objects.get(participants__client=client)
    assert answer["Location"] == reverse("brief", args=[relationship.id])
    assert relationship.therapist_id == world.alice.id
    assert consent_stands(relationship, purpose="messages", client=client, at=_now())
    assert "Before session 1" in alice.get(answer["Location"]).content.decode()


def test_without_the_tick_no_consent_stands(alice: Browser) -> None:
    alice.post(reverse("client_new"), PERSON | BEGIN)
    client = Client.objects.get(given_name="Mara")
    relationship = Relationship.objects.get(participants__client=client)
    assert not consent_stands(relationship, purpose="messages", client=client, at=_now())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"p0-given_name": ""}, "p0-given_name"),
        ({"p0-email": "not an address"}, "p0-email"),
        ({"started_on": "soon"}, "started_on"),
        ({"track": "coaching"}, "track"),
        ({"interpreter": "nobody"}, "interpreter"),
    ],
)
def test_what_cannot_be_read_is_said_beside_it_and_the_rest_stays(
    alice: Browser, wrong: dict[str, str], field: str
) -> None:
    before = Client.objects.count()
    answer = alice.post(reverse("client_new"), PERSON | BEGIN | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in page
    assert 'value="Moss"' in page
    assert Client.objects.count() == before


def test_a_refusal_of_the_room_changes_nothing_either(alice: Browser) -> None:
    before = Client.objects.count()
    answer = alice.post(reverse("client_new"), PERSON | BEGIN | {"p0-phone": "12"})
    assert answer.status_code == 422
    assert "phone number" in answer.content.decode()
    assert Client.objects.count() == before


def test_a_couple_has_two_people(world: World, alice: Browser) -> None:
    page = alice.post(reverse("client_new"), PERSON | BEGIN | {"another": "1"}).content.decode()
    assert 'name="p1-given_name"' in page
    assert 'value="couple" checked' in page
    assert 'value="Moss"' in page
    couple = PERSON | BEGIN | {"kind": "couple", "p1-given_name": "Nils", "p1-family_name": "Moss"}
    alice.post(reverse("client_new"), couple)
    assert Participant.objects.filter(client__family_name="Moss").count() == 2


def test_an_interpreter_takes_their_seat(world: World, alice: Browser) -> None:
    alice.post(reverse("client_new"), PERSON | BEGIN | {"interpreter": str(world.ines.id)})
    relationship = Relationship.objects.get(participants__client__given_name="Mara")
    assert relationship.interpreter_id == world.ines.id


def test_the_strip_stands_in_the_list_for_the_first_five(
    world: World, alice: Browser, now: datetime
) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(5, None)], now=now)
    page = alice.get(reverse("clients")).content.decode()
    assert 'class="strip"' in page


def _now() -> datetime:
    from rapport.kernel import clock

    return clock.now()


def test_agreed_to_links_but_nowhere_to_send_them(alice: Browser) -> None:
    nowhere = PERSON | BEGIN | {"p0-email": "", "p0-messages": "1"}
    answer = alice.post(reverse("client_new"), nowhere)
    assert answer.status_code == 422
    assert "Add an e-mail or a phone number, or untick this." in answer.content.decode()


def test_a_person_too_many_is_taken_away_again(alice: Browser) -> None:
    typed = PERSON | BEGIN | {"p1-given_name": "Wrong", "p2-given_name": "Noor", "kind": "family"}
    page = alice.post(reverse("client_new"), typed | {"without": "1"}).content.decode()
    assert 'value="Mara"' in page
    assert 'name="p1-given_name" type="text" value="Noor"' in page
    assert "Wrong" not in page
    assert "p2-given_name" not in page
    assert 'value="couple" checked' in page
    alone = alice.post(reverse("client_new"), PERSON | BEGIN | {"without": "9"}).content.decode()
    assert 'value="Mara"' in alone or "The client" in alone
