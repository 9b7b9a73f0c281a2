"""Notes at the door: begun, saved, compared, signed, added to, amended, found."""

from __future__ import annotations

import html
import re
from datetime import datetime

import pytest
from django.test import Client as Browser
from django.urls import reverse

from rapport.people.models import Session, Supervision
from rapport.records.models import Note, Signing
from rapport.scheduling.models import Appointment
from tests.doors.visitors import rated_sessions, visit
from tests.people import World, hold, relate
from tests.rooms.records.notes import drafted, signed

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def session(world: World, alice: Browser, now: datetime) -> Session:
    rated_sessions(world.alice_and_ben, world.ben, [(5, 5), (6, 5)], now=now)
    return world.alice_and_ben.sessions.get(number=2)


@pytest.fixture
def draft(world: World, alice: Browser, now: datetime) -> Note:
    return drafted(world.alice_and_ben, world.ben, at=now)


def begin(world: World, browser: Browser, **more: str) -> Note:
    url = reverse("notes", args=[world.alice_and_ben.id])
    answer = browser.post(url, {"template": "soap"} | more)
    assert answer.status_code == 302
    return Note.objects.latest("begun_at")


def fields(note: Note, window: str = "w", **texts: str) -> dict[str, object]:
    typed = {f"s-{key}": text for key, text in texts.items()}
    return {"revision": note.revision, "window": window} | typed


def test_no_note_yet_and_the_page_says_what_one_is(world: World, alice: Browser) -> None:
    page = alice.get(reverse("notes", args=[world.alice_and_ben.id])).content.decode()
    assert "No note yet" in page
    assert "Begin" in page
    assert "No note yet" in alice.get(reverse("own_notes")).content.decode()


def test_a_note_is_begun_with_times_scores_and_its_facts_beside(
    world: World, alice: Browser, session: Session
) -> None:
    note = begin(world, alice, session=str(session.id))
    page = alice.get(reverse("note", args=[note.id])).content.decode()
    assert "Session 2, " in page
    assert "Latest scores" in page
    assert page.index("Sign and lock") < page.index("Latest scores")


def test_after_the_session_the_note_is_one_tap_away(
    world: World, alice: Browser, session: Session
) -> None:
    row = Appointment.objects.create(
        practice=world.practice,
        relationship=world.alice_and_ben,
        starts_at=session.held_at,
        state="held",
        session=session,
        place="video",
    )
    url = reverse("after_session", args=[row.id])
    page = alice.get(url).content.decode()
    assert "Write the note" in page
    assert 'data-keys="n"' in page
    note = begin(world, alice, session=str(session.id), client=str(world.ben.id))
    assert ", by video" in note.texts["subjective"]
    assert "Open the note" in alice.get(url).content.decode()


@pytest.mark.parametrize("more", [{"template": "coaching"}, {"template": ""}])
def test_a_kind_that_is_not_offered(world: World, alice: Browser, more: dict[str, str]) -> None:
    url = reverse("notes", args=[world.alice_and_ben.id])
    assert alice.post(url, more).status_code == 422


def test_somebody_elses_session_is_not_there(world: World, alice: Browser) -> None:
    other = hold(world.alice_and_chloe, 1)
    url = reverse("notes", args=[world.alice_and_ben.id])
    answer = alice.post(url, {"template": "soap", "session": str(other.id)})
    assert answer.status_code == 404


def test_a_script_saves_and_hears_the_revision(alice: Browser, draft: Note) -> None:
    url = reverse("note_save", args=[draft.id])
    answer = alice.post(url, fields(draft, plan="Rest"), headers=SCRIPT)
    assert (answer.status_code, answer.json()) == (200, {"revision": 1, "aside": False})


def test_without_a_script_the_button_keeps_the_draft(alice: Browser, draft: Note) -> None:
    url = reverse("note_save", args=[draft.id])
    page = alice.post(url, fields(draft, plan="Rest"), follow=True).content.decode()
    assert "The draft is kept." in page
    assert "Rest" in page


def test_too_long_and_what_was_typed_stays(alice: Browser, draft: Note) -> None:
    url = reverse("note_save", args=[draft.id])
    typed = fields(draft, plan="x" * 20_001, risk="Asked.")
    assert alice.post(url, typed, headers=SCRIPT).json()["code"] == "text_too_long"
    answer = alice.post(url, typed)
    assert answer.status_code == 422
    assert 'href="#f-s-plan"' in answer.content.decode()
    assert "Asked." in answer.content.decode()


def test_a_second_window_is_shown_both_texts(alice: Browser, draft: Note) -> None:
    save, compare = (reverse(name, args=[draft.id]) for name in ("note_save", "note_compare"))
    alice.post(save, fields(draft, plan="Rest at home"))
    answer = alice.post(save, fields(draft, "other", plan="Walk by the canal"), headers=SCRIPT)
    assert (answer.status_code, answer.json()["aside"]) == (409, True)
    assert alice.post(save, fields(draft, "other", plan="Walk by the canal"))["Location"] == compare
    page = alice.get(compare).content.decode()
    assert "Rest at home" in page
    assert "Walk by the canal" in page
    assert "Compare them" in alice.get(reverse("note", args=[draft.id])).content.decode()
    sign = reverse("note_sign", args=[draft.id])
    draft.refresh_from_db()
    refused = alice.post(sign, fields(draft, "w", plan="Rest at home"))
    assert refused.status_code == 422
    seen = hidden(page, "revision", "aside", "aside_at") | {"s-plan": "both"}
    alice.post(save, fields(draft, "third", plan="Swim") | {"revision": 0})
    for stale in ({"revision": 0}, {"aside": draft.id}, {"aside_at": "2020-01-01T00:00:00+00:00"}):
        assert alice.post(compare, seen | stale).status_code == 409
    alice.post(compare, seen)
    draft.refresh_from_db()
    assert draft.texts["plan"] == "Rest at home\n\nWalk by the canal"
    assert alice.post(compare, seen).status_code == 409  # the third window's text was not seen
    page = alice.get(compare).content.decode()
    assert "Swim" in page
    alice.post(compare, hidden(page, "revision", "aside", "aside_at") | {"s-plan": "both"})
    assert alice.get(compare).status_code == 302


def test_a_draft_is_signed_after_the_work_was_handed_over(
    world: World, alice: Browser, draft: Note
) -> None:
    world.alice_and_ben.therapist = world.dana
    world.alice_and_ben.save()
    page = alice.get(reverse("note", args=[draft.id])).content.decode()
    assert reverse("notes", args=[draft.relationship_id]) not in page
    url = reverse("note_sign", args=[draft.id])
    answer = alice.post(url, fields(draft, plan="Rest"), follow=True)
    assert answer.status_code == 200
    assert "Signed and locked." in answer.content.decode()


def test_a_draft_that_was_left_behind_is_shown_and_not_changed(
    world: World, alice: Browser, draft: Note
) -> None:
    alice.post(reverse("note_save", args=[draft.id]), fields(draft, plan="Rest"))
    world.alice_and_ben.therapist = world.dana
    world.alice_and_ben.save()
    dana, url = visit(world.dana), reverse("note", args=[draft.id])
    assert dana.get(url).status_code == 404
    world.alice.left_on = draft.begun_at.date()
    world.alice.save()
    page = dana.get(url).content.decode()
    assert "Alice Arden began this, left, and did not sign it." in page
    assert "Rest" in page
    assert "<textarea" not in page
    assert dana.post(reverse("note_save", args=[draft.id]), {}).status_code == 404


def test_another_supervisor_is_asked_where_the_first_left(
    world: World, alice: Browser, now: datetime
) -> None:
    note = signed(world.alice_and_ben, world.ben, cosigner=world.sam, at=now)
    url, ask = reverse("note", args=[note.id]), reverse("note_ask", args=[note.id])
    assert ask not in alice.get(url).content.decode()
    Supervision.objects.all().delete()
    page = alice.get(url).content.decode()
    assert "Sam Sorel was asked, and supervises you no more." in page
    assert ask in page
    page = alice.post(ask, {"cosigner": str(world.sam.id)}, follow=True).content.decode()
    assert "Choose somebody who supervises you." in page
    alice.post(ask, {"cosigner": ""})
    assert "Waits for co-signature" not in alice.get(url).content.decode()


def test_a_word_too_long_with_a_signature_stays(world: World, alice: Browser) -> None:
    note = signed(world.alice_and_ben, world.ben, cosigner=world.sam)
    typed = {"words": "x" * 20_001, "number": 1}
    answer = visit(world.sam).post(reverse("note_co_sign", args=[note.id]), typed)
    assert answer.status_code == 422
    assert "x" * 20_001 in answer.content.decode()


def hidden(page: str, *names: str) -> dict[str, str]:
    """The hidden fields of a form as it was shown."""
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in names}
    return {name: html.unescape(one[1]) for name, one in found.items() if one}


def test_signed_it_is_a_page_to_read(alice: Browser, draft: Note) -> None:
    url = reverse("note_sign", args=[draft.id])
    page = alice.post(url, fields(draft, plan="Rest <well>"), follow=True).content.decode()
    assert "Signed and locked." in page
    assert "Rest &lt;well&gt;" in page
    assert Signing.objects.get().digest in page
    assert "<textarea" in page  # for an addendum
    assert "data-note=" not in page


def test_nothing_written_is_not_signed(alice: Browser, draft: Note) -> None:
    answer = alice.post(reverse("note_sign", args=[draft.id]), fields(draft, plan=" "))
    assert answer.status_code == 422
    assert "nothing to sign" in answer.content.decode()


def test_what_is_typed_after_the_signature_stands_ready_as_an_addendum(
    alice: Browser, draft: Note
) -> None:
    stale = fields(draft, "other", plan="Typed too late")
    alice.post(reverse("note_sign", args=[draft.id]), fields(draft, plan="Rest"))
    save = reverse("note_save", args=[draft.id])
    assert alice.post(save, stale, headers=SCRIPT).status_code == 410
    for route in ("note_save", "note_sign"):
        answer = alice.post(reverse(route, args=[draft.id]), stale)
        assert answer.status_code == 409
        assert "Typed too late</textarea>" in answer.content.decode()


def test_an_addendum_and_an_amendment(world: World, alice: Browser, now: datetime) -> None:
    note = signed(world.alice_and_ben, world.ben, at=now, plan="Monday")
    read, more = reverse("note", args=[note.id]), reverse("addendum_new", args=[note.id])
    assert alice.post(more, {"words": ""}).status_code == 422
    assert "She rang" in alice.post(more, {"words": "She rang"}, follow=True).content.decode()
    amend = reverse("note_amend", args=[note.id])
    assert "Monday" in alice.get(amend).content.decode()
    typed = {"number": 2, "s-plan": "Tuesday", "reason": ""}
    assert alice.post(amend, typed).status_code == 422
    old = alice.post(amend, typed | {"reason": "Wrong day", "number": 1})
    assert old.status_code == 409
    assert "She rang" in old.content.decode()
    assert "Tuesday" in old.content.decode()
    alice.post(amend, typed | {"reason": "Wrong day"})
    page = alice.get(read).content.decode()
    assert page.index("Tuesday") < page.index("Earlier text")
    assert "Monday" in page[page.index("Earlier text") :]
    assert "Wrong day" in page


def test_a_draft_is_not_amended_and_takes_no_addendum(alice: Browser, draft: Note) -> None:
    assert alice.get(reverse("note_amend", args=[draft.id])).status_code == 302
    assert alice.post(reverse("addendum_new", args=[draft.id]), {"words": "x"}).status_code == 302


def test_a_draft_thrown_away(alice: Browser, draft: Note) -> None:
    page = alice.post(reverse("note_discard", args=[draft.id]), follow=True).content.decode()
    assert "The draft is gone." in page
    assert not Note.objects.exists()


def test_the_supervisor_co_signs_from_the_queue(
    world: World, alice: Browser, sam: Browser, now: datetime
) -> None:
    queue = reverse("co_sign")
    assert "Nothing waits for your signature" in sam.get(queue).content.decode()
    draft = drafted(world.alice_and_ben, world.ben, at=now)
    typed = fields(draft, plan="Rest at home") | {"cosigner": str(world.sam.id)}
    assert "Ask Sam Sorel" in alice.get(reverse("note", args=[draft.id])).content.decode()
    alice.post(reverse("note_sign", args=[draft.id]), typed)
    assert "Ben Bright" in sam.get(queue).content.decode()
    read, sign = (reverse(name, args=[draft.id]) for name in ("note", "note_co_sign"))
    assert "asks you to co-sign" in sam.get(read).content.decode()
    assert sam.post(sign, {"number": 1, "words": "Agreed."})["Location"] == queue
    assert sam.post(sign, {"number": 2}).status_code == 404
    amended = {"number": 2, "s-plan": "Rest at work", "reason": "Said so"}
    alice.post(reverse("note_amend", args=[draft.id]), amended)
    page = sam.get(read).content.decode()
    assert "<del>home</del><ins>work</ins>" in page
    assert sam.post(sign, {"number": 2}).status_code == 409
    assert sam.post(sign, {"number": 3}).status_code == 302
    assert "Co-signed by" in alice.get(read).content.decode()


@pytest.mark.parametrize("cosigner", ["nobody", "dana"])
def test_only_a_supervisor_is_asked(
    world: World, alice: Browser, draft: Note, cosigner: str
) -> None:
    asked = str(world.dana.id) if cosigner == "dana" else cosigner
    typed = fields(draft, plan="Rest") | {"cosigner": asked}
    alice.post(reverse("note_sign", args=[draft.id]), typed)
    assert not Note.objects.filter(to_cosign=True).exists()


def test_ones_own_notes_are_searched_and_no_address_holds_the_words(
    world: World, alice: Browser, now: datetime
) -> None:
    signed(world.alice_and_ben, world.ben, at=now, plan="The harbour at night")
    url = reverse("own_notes")
    assert "The harbour at night" in alice.post(url, {"words": "harb"}).content.decode()
    assert "No signed note of yours" in alice.post(url, {"words": "boat"}).content.decode()
    assert "harbour at night" not in visit(world.dana).post(url, {"words": "harb"}).content.decode()


def test_a_couples_page_shows_one_chart_and_the_shared_one(
    world: World, alice: Browser, now: datetime
) -> None:
    couple = relate(world.alice, world.ben, world.chloe)
    signed(couple, world.ben, at=now, plan="Only his")
    signed(couple, world.chloe, at=now, plan="Only hers")
    signed(couple, None, at=now, plan="Of both")
    url = reverse("notes", args=[couple.id])
    his = alice.get(url, {"client": world.ben.id}).content.decode()
    assert "Only his" in his
    assert "Of both" in his
    assert "Only hers" not in his
    begun = alice.post(url, {"client": world.ben.id, "template": "soap", "chart": "together"})
    assert begun.status_code == 302
    assert Note.objects.latest("begun_at").client_id is None


def test_many_notes_have_pages(world: World, alice: Browser, now: datetime) -> None:
    for number in range(31):
        drafted(world.alice_and_ben, world.ben, template="soap", at=now).title = str(number)
    page = alice.get(reverse("notes", args=[world.alice_and_ben.id]), {"page": "2"})
    assert "31 to 31 of 31" in page.content.decode()
    assert alice.get(reverse("notes", args=[world.alice_and_ben.id]), {"page": "x"})


def test_a_practices_own_template(world: World, alice: Browser) -> None:
    url = reverse("note_template_new")
    assert "Subjective" in alice.get(url, {"from": "soap"}).content.decode()
    assert alice.post(url, {"name": "Call", "track": "therapy"}).status_code == 422
    typed = {"name": "Call", "track": "therapy", "label-2": "What", "prefill-2": "session"}
    page = alice.post(url, typed, follow=True).content.decode()
    assert "Call" in page
    assert "Call" in visit(world.omar).get(reverse("note_templates")).content.decode()
    row = page.split("/retire")[0].rsplit("/", 1)[-1]
    alice.post(reverse("note_template_retire", args=[row]))
    assert "None yet." in alice.get(reverse("note_templates")).content.decode()
