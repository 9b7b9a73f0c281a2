"""Psychotherapy notes at the door: written, written anew, and seen nowhere else."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from rapport.kernel import clock
from rapport.kernel.models import AuditEntry, OutboxMessage
from rapport.records import psychotherapy
from rapport.records.models import PsychotherapyNote
from tests.doors.visitors import visit
from tests.house.permissions import rows
from tests.house.routes import ACTORS, Stage, address, build, call
from tests.people import World

CANARY = "zaunkoenig-7731"
OWN_PAGES = re.compile(r"/psychotherapy-notes")


def write(world: World, alice: Browser) -> str:
    url = reverse("psychotherapy_notes", args=[world.alice_and_chloe.id])
    assert alice.post(url, {"words": f"I felt {CANARY} in the room."}).status_code == 302
    return url


def test_the_page_says_what_belongs_here_and_who_reads_it(world: World, alice: Browser) -> None:
    page = alice.get(reverse("psychotherapy_notes", args=[world.alice_and_ben.id]))
    assert "What does not belong here" in page.content.decode()
    assert "data-note" not in page.content.decode()  # nothing of it is kept on the device
    assert 'data-private="/signed-in"' in page.content.decode()


def test_typing_in_a_private_form_renews_the_sign_in(world: World, alice: Browser) -> None:
    session = alice.session
    session["seen_at"] = (clock.now() - timedelta(minutes=29)).isoformat()
    session.save()
    assert alice.get(reverse("signed_in")).json()["token"]
    assert clock.now() - datetime.fromisoformat(alice.session["seen_at"]) < timedelta(minutes=1)


def test_the_sign_in_does_not_promise_to_keep_a_private_note(world: World, alice: Browser) -> None:
    session = alice.session
    session["seen_at"] = (clock.now() - timedelta(minutes=31)).isoformat()
    session.save()
    url = reverse("psychotherapy_notes", args=[world.alice_and_ben.id])
    page = alice.post(url, {"words": CANARY}, follow=True).content.decode()
    assert "What you typed is kept, except in private notes." in page
    assert not PsychotherapyNote.objects.exists()


def test_written_read_and_written_anew(world: World, alice: Browser) -> None:
    url = write(world, alice)
    assert CANARY in alice.get(url).content.decode()
    one = reverse("psychotherapy_note", args=[PsychotherapyNote.objects.get().id])
    assert alice.post(one, {"words": "Calmer", "revision": 1})["Location"] == url
    stale = alice.post(one, {"words": "An older window", "revision": 1})
    assert stale.status_code == 409
    assert "Calmer" in stale.content.decode()
    assert "An older window" in stale.content.decode()
    assert alice.post(one, {"words": " ", "revision": 2}).status_code == 422
    assert alice.post(url, {"words": ""}).status_code == 422


def test_after_a_hand_over_the_list_opens_and_takes_no_more(world: World, alice: Browser) -> None:
    url = write(world, alice)
    world.alice_and_chloe.therapist = world.dana
    world.alice_and_chloe.save()
    one = reverse("psychotherapy_note", args=[PsychotherapyNote.objects.get().id])
    page = alice.post(one, {"words": "Calmer", "revision": 1}, follow=True).content.decode()
    assert "Calmer" in page
    assert "<textarea" not in page
    assert alice.post(url, {"words": "More"}).status_code == 404


def test_no_page_of_anybody_and_no_row_of_the_database_holds_it(
    world: World, alice: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage = build(world)
    write(world, alice)
    note = str(PsychotherapyNote.objects.latest("written_at").id)
    seen = 0
    for row in [one for one in rows() if one.method == "GET" and "/account/" not in one.route]:
        for who in ACTORS:
            path = address(row.route, stage.objects | {"psychotherapy_note": note})
            if who == "alice" and OWN_PAGES.search(path):
                continue
            answer = call(stage, who, row.method, path)
            assert CANARY not in answer.content.decode(errors="ignore"), f"{who}: {path}"
            seen += 1
    assert seen > 300
    assert CANARY not in searched(stage)
    assert CANARY not in whole_database()
    assert CANARY not in caplog.text
    assert AuditEntry.objects.filter(subject_kind="psychotherapy_note").exists()
    assert not OutboxMessage.objects.filter(payload__icontains="psychotherapy").exists()


def test_an_error_does_not_tell_it(
    world: World,
    alice: Browser,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = write(world, alice)

    def breaks(note: object, words: str) -> str:
        raise RuntimeError(words)

    monkeypatch.setattr(psychotherapy.crypto, "unseal", lambda *_a, **_k: breaks(None, CANARY))
    alice.raise_request_exception = False
    answer = alice.get(url)
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    monkeypatch.setattr(psychotherapy.crypto, "seal", lambda words, **_k: breaks(None, words))
    assert alice.post(url, {"words": CANARY}).status_code == 500
    assert CANARY not in caplog.text


@pytest.mark.parametrize("who", ["sam", "dana", "omar", "rae", "ines", "charlie"])
def test_to_everybody_else_it_is_not_there(world: World, alice: Browser, who: str) -> None:
    url, browser = write(world, alice), visit(getattr(world, who))
    one = reverse("psychotherapy_note", args=[PsychotherapyNote.objects.get().id])
    for address_ in (url, one):
        assert browser.get(address_).status_code == 404
        assert browser.post(address_, {"words": "x", "revision": 1}).status_code == 404


def searched(stage: Stage) -> str:
    """What the author's own searches answer."""
    browser = stage.browsers["alice"]
    pages = [
        browser.post(reverse("own_notes"), {"words": "zaunkoenig"}),
        browser.get(reverse("clients"), {"q": "zaunkoenig"}),
    ]
    return "".join(page.content.decode().replace('value="zaunkoenig', "") for page in pages)


def whole_database() -> str:
    """Every column of every row as text."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = []
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)
