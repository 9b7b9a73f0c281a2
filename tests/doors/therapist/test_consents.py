"""Consents and contact: noted later, withdrawn, until a day, in the very words; and the address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from rapport.agreements import texts
from rapport.agreements.models import ConsentEntry
from rapport.agreements.queries import consent_stands
from rapport.kernel import clock
from rapport.measures.actions import ask_before
from tests.doors.visitors import visit
from tests.people import World


def page_of(world: World) -> str:
    return f"/relationships/{world.alice_and_ben.id}/consents?client={world.ben.id}"


def note(alice: Browser, world: World, **others: str) -> str:
    said = {"client": str(world.ben.id), "purpose": "messages", "word": "give", "until": ""}
    answer = alice.post(page_of(world), said | others, follow=True)
    return answer.content.decode()


def stands(world: World, purpose: str = "messages") -> bool:
    return consent_stands(world.alice_and_ben, purpose=purpose, client=world.ben, at=clock.now())


@pytest.mark.parametrize("purpose", texts.PURPOSES)
def test_every_purpose_is_noted_and_withdrawn(world: World, alice: Browser, purpose: str) -> None:
    page = alice.get(page_of(world)).content.decode()
    assert texts.LABELS[purpose] in page
    assert texts.current(purpose).words.split(".")[0] in page
    assert "Noted by Alice Arden." in note(alice, world, purpose=purpose)
    assert stands(world, purpose)
    entry = ConsentEntry.objects.get()
    assert entry.text_sha256 == texts.current(purpose).sha256
    assert "Withdrawn" in note(alice, world, purpose=purpose, word="withdraw")
    assert not stands(world, purpose)


def test_a_consent_lasts_through_its_last_day(world: World, alice: Browser) -> None:
    today = timezone.localdate()
    note(alice, world, until=today.isoformat())
    assert stands(world)
    refused = note(alice, world, until=(today - timedelta(days=1)).isoformat())
    assert "Choose a later day." in refused
    assert "Write it as a date." in note(alice, world, until="soon")
    assert ConsentEntry.objects.count() == 1


def test_a_link_without_consent_leads_to_where_it_is_noted(world: World, alice: Browser) -> None:
    now = clock.now()
    (week,) = ask_before(
        world.alice_and_ben, session_number=1, expires_at=now + timedelta(days=1), at=now
    )
    send = f"/check-ins/{week.id}/send"
    page = alice.post(send, follow=True).content.decode()
    assert "note their consent first" in page
    assert "Note that they agree" in page
    note(alice, world)
    assert "The link is on its way" in alice.post(send, follow=True).content.decode()
    assert len(mail.outbox) == 1


def test_the_address_is_changed_and_what_was_typed_stays(world: World, alice: Browser) -> None:
    address = f"/relationships/{world.alice_and_ben.id}/contact"
    typed = {"client": str(world.ben.id), "email": "ben at home", "phone": "12"}
    wrong = alice.post(address, typed)
    assert wrong.status_code == 422
    assert 'value="ben at home"' in wrong.content.decode()
    right = typed | {"email": "ben@new.example", "phone": ""}
    page = alice.post(address, right, follow=True).content.decode()
    assert "<dd>ben@new.example</dd>" in page
    world.ben.refresh_from_db()
    assert world.ben.email == "ben@new.example"


def test_contact_is_not_for_supervisors(world: World) -> None:
    sam = visit(world.sam)
    brief = sam.get(f"/relationships/{world.alice_and_ben.id}/brief").content.decode()
    assert "Consents and contact" not in brief
    assert sam.get(page_of(world)).status_code == 404
