"""Signed notes: locked, added to, amended with a reason, co-signed; the chain shows tampering."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from rapport.kernel.errors import NotFound
from rapport.kernel.unchanging import FactKeptError
from rapport.people.actions import hand_over, leave
from rapport.people.models import Supervision
from rapport.records import access, actions, queries
from rapport.records.models import Note, Signing
from tests.people import NOW, World, actor, hold, relate
from tests.rooms.records.notes import drafted, signed, typed

LATER = NOW + timedelta(hours=1)


def amend(note: Note, world: World, reason: str = "A wrong day", **texts: str) -> Signing:
    last = Signing.objects.filter(note=note).latest("number").number
    return actions.amend_note(
        note, texts=texts, reason=reason, number=last, by=actor(world.alice), at=LATER
    )


def test_a_signed_text_has_name_time_and_digest_and_never_changes(in_practice: World) -> None:
    note = signed(in_practice.alice_and_ben, in_practice.ben, plan="Rest")
    signing = note.current
    assert (signing.name, signing.at, len(signing.digest)) == ("Alice Arden", NOW, 64)
    assert queries.signed_note(note).is_whole
    signing.sections = []
    with pytest.raises(FactKeptError):
        signing.save()
    with pytest.raises(FactKeptError):
        Signing.objects.filter(note=note).delete()


def test_nothing_is_signed_twice_or_empty(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.alice)
    empty = drafted(world.alice_and_ben, world.ben)
    assert not any(empty.texts.values())
    with pytest.raises(actions.NotReady) as refused:
        actions.sign_note(empty, cosigner_id=None, by=by, at=NOW)
    assert "subjective" in refused.value.fields
    note = signed(world.alice_and_ben, world.ben)
    with pytest.raises(actions.AlreadySigned):
        actions.sign_note(note, cosigner_id=None, by=by, at=NOW)


@pytest.mark.parametrize(("hours", "late"), [(72, False), (74, True)])
def test_a_late_entry_is_marked(in_practice: World, hours: int, late: bool) -> None:
    session = hold(in_practice.alice_and_ben, 1)
    at = session.held_at + timedelta(hours=hours)
    assert signed(in_practice.alice_and_ben, in_practice.ben, session=session, at=at).late is late


def test_an_amendment_keeps_the_old_text_readable(in_practice: World) -> None:
    note = signed(in_practice.alice_and_ben, in_practice.ben, plan="Rest", subjective="Monday")
    amend(note, in_practice, subjective="Tuesday")
    note = access.note(note.id, by=actor(in_practice.alice), at=LATER)
    shown = queries.signed_note(note)
    assert shown.is_whole
    assert [part.text for part in shown.current.sections] == ["Tuesday", "Rest"]
    assert shown.current.reason == "A wrong day"
    assert [part.text for part in shown.earlier[0].sections] == ["Monday", "Rest"]


@pytest.mark.parametrize(
    ("reason", "texts"), [("", {"plan": "Walk"}), ("x" * 301, {"plan": "Walk"}), ("Why", {})]
)
def test_an_amendment_needs_a_reason_and_a_change(
    in_practice: World, reason: str, texts: dict[str, str]
) -> None:
    note = signed(in_practice.alice_and_ben, in_practice.ben, plan="Rest")
    before = {"plan": "Rest"}
    with pytest.raises(actions.NotReady):
        amend(note, in_practice, reason, **(before | texts))


def test_an_amendment_over_an_unread_signing_is_refused(in_practice: World) -> None:
    note = signed(in_practice.alice_and_ben, in_practice.ben, plan="Rest")
    amend(note, in_practice, plan="Walk")
    with pytest.raises(actions.AmendedMeanwhile):
        actions.amend_note(
            note,
            texts={"plan": "Swim"},
            reason="Why",
            number=1,
            by=actor(in_practice.alice),
            at=LATER,
        )


def test_an_addendum_stands_under_the_note(in_practice: World) -> None:
    note = signed(in_practice.alice_and_ben, in_practice.ben)
    by = actor(in_practice.alice)
    with pytest.raises(actions.NotReady):
        actions.add_addendum(note, words="  ", by=by, at=LATER)
    actions.add_addendum(note, words="She rang: all is well.", by=by, at=LATER)
    (addendum,) = queries.signed_note(note).addenda
    assert (addendum.words, addendum.name) == ("She rang: all is well.", "Alice Arden")


def test_a_draft_takes_no_addendum(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    with pytest.raises(actions.NotReady):
        actions.add_addendum(note, words="Yes", by=actor(in_practice.alice), at=LATER)


def test_the_supervisor_signs_what_they_saw(in_practice: World) -> None:
    world = in_practice
    note = signed(world.alice_and_ben, world.ben, cosigner=world.sam, plan="Rest")
    sam = actor(world.sam)
    (waiting,) = queries.to_cosign(by=sam, at=NOW)
    assert waiting.id == note.id
    actions.co_sign(note, words="Agreed.", number=1, by=sam, at=LATER)
    assert not queries.to_cosign(by=sam, at=NOW)
    with pytest.raises(actions.AmendedMeanwhile):
        actions.co_sign(note, words="", number=2, by=sam, at=LATER)
    (cosigned,) = queries.signed_note(note).cosignatures
    assert (cosigned.name, cosigned.words) == ("Sam Sorel", "Agreed.")


def test_an_amendment_comes_back_to_the_supervisor_with_what_changed(in_practice: World) -> None:
    world, sam = in_practice, actor(in_practice.sam)
    note = signed(world.alice_and_ben, world.ben, cosigner=world.sam, plan="Rest one week")
    assert queries.signed_note(note).since.signed_before is None
    actions.co_sign(note, words="", number=1, by=sam, at=LATER)
    amend(note, world, plan="Rest one month")
    actions.add_addendum(note, words="Rang.", by=actor(world.alice), at=LATER)
    with pytest.raises(actions.AmendedMeanwhile):
        actions.co_sign(note, words="", number=2, by=sam, at=LATER)
    since = queries.signed_note(note).since
    (section,) = since.changed
    assert [(run.what, run.words) for run in section.runs] == [
        ("same", "Rest one "),
        ("removed", "week"),
        ("added", "month"),
    ]
    assert since.reasons == ("A wrong day",)
    assert [one.words for one in since.addenda] == ["Rang."]
    assert len(queries.to_cosign(by=sam, at=NOW)) == 1
    actions.co_sign(note, words="", number=4, by=sam, at=LATER)
    assert queries.signed_note(note).is_whole


def test_only_a_supervisor_of_the_author_can_be_asked(in_practice: World) -> None:
    world = in_practice
    note = drafted(world.alice_and_ben, world.ben)
    typed(note, plan="Rest")
    with pytest.raises(actions.NotReady):
        actions.sign_note(note, cosigner_id=world.dana.id, by=actor(world.alice), at=NOW)


def test_a_supervisor_who_supervises_no_more_is_not_waited_for(in_practice: World) -> None:
    world, alice = in_practice, actor(in_practice.alice)
    note = signed(world.alice_and_ben, world.ben, cosigner=world.sam)
    with pytest.raises(actions.AmendedMeanwhile):
        actions.ask_to_cosign(note, cosigner_id=None, by=alice, at=LATER)
    Supervision.objects.all().delete()
    assert not queries.to_cosign(by=actor(world.sam), at=NOW)
    actions.add_addendum(note, words="She rang.", by=alice, at=LATER)
    note.refresh_from_db()
    assert (note.cosigner_id, note.to_cosign) == (None, False)
    with pytest.raises(actions.NotReady):
        actions.ask_to_cosign(note, cosigner_id=world.sam.id, by=alice, at=LATER)
    Supervision.objects.create(
        practice=world.practice, supervisor=world.sam, supervisee=world.alice
    )
    actions.ask_to_cosign(note, cosigner_id=world.sam.id, by=alice, at=LATER)
    assert [one.id for one in queries.to_cosign(by=actor(world.sam), at=NOW)] == [note.id]


def test_who_was_asked_signs_after_a_hand_over_too(in_practice: World) -> None:
    world, sam = in_practice, actor(in_practice.sam)
    note = signed(world.alice_and_ben, world.ben, cosigner=world.sam)
    hand_over(world.alice_and_ben, to=world.dana, by=actor(world.omar), at=NOW)
    assert access.note(note.id, by=sam, at=NOW) == note
    asked = access.one_to_cosign(note.id, by=sam, at=NOW)
    actions.co_sign(asked, words="", number=1, by=sam, at=LATER)
    with pytest.raises(NotFound):
        access.note(note.id, by=sam, at=NOW)


def test_a_word_too_long_is_refused_and_not_cut(in_practice: World) -> None:
    world = in_practice
    note = signed(world.alice_and_ben, world.ben, cosigner=world.sam)
    with pytest.raises(actions.NotReady) as refused:
        actions.co_sign(note, words="x" * 20_001, number=1, by=actor(world.sam), at=LATER)
    assert "words" in refused.value.fields


def test_who_reads_a_signed_note(in_practice: World) -> None:
    world = in_practice
    note = signed(world.alice_and_ben, world.ben)
    for member in (world.alice, world.sam):
        assert access.note(note.id, by=actor(member), at=NOW)
    for member in (world.dana, world.omar, world.rae, world.ines, world.charlie):
        with pytest.raises(NotFound):
            access.note(note.id, by=actor(member), at=NOW)
    for member in (world.sam, world.dana):
        with pytest.raises(NotFound):
            access.own(note.id, by=actor(member), at=NOW)
    with pytest.raises(NotFound):
        access.one_to_cosign(note.id, by=actor(world.sam), at=NOW)


def test_a_draft_stays_its_authors_after_a_hand_over(in_practice: World) -> None:
    world, alice, dana = in_practice, actor(in_practice.alice), actor(in_practice.dana)
    note, done = drafted(world.alice_and_ben, world.ben), signed(world.alice_and_ben, world.ben)
    hand_over(world.alice_and_ben, to=world.dana, by=actor(world.omar), at=NOW)
    typed(access.own(note.id, by=alice, at=NOW), plan="Rest")
    assert [row.id for row in queries.overview(by=alice, at=NOW).drafts] == [note.id]
    for missing, by in ((note, dana), (done, alice), (note, actor(world.sam))):
        with pytest.raises(NotFound):
            access.note(missing.id, by=by, at=NOW)
    draft = access.to_save(note.id, by=alice, at=NOW)
    actions.sign_note(draft, cosigner_id=None, by=alice, at=NOW)
    assert access.note(note.id, by=dana, at=NOW).signed_at
    with pytest.raises(NotFound):
        access.own(note.id, by=alice, at=NOW)


def test_a_draft_whose_author_left_is_read_by_whoever_goes_on(in_practice: World) -> None:
    world, dana = in_practice, actor(in_practice.dana)
    note = drafted(world.alice_and_ben, world.ben)
    hand_over(world.alice_and_ben, to=world.dana, by=actor(world.omar), at=NOW)
    leave(world.alice, left_on=NOW.date(), by=actor(world.omar), at=NOW)
    assert access.note(note.id, by=dana, at=NOW) == note
    listed = queries.notes_of(world.alice_and_ben, client=world.ben, page=1, by=dana, at=NOW)
    assert [row.id for row in listed.rows] == [note.id]
    with pytest.raises(NotFound):
        access.own(note.id, by=dana, at=NOW)
    with pytest.raises(NotFound):
        access.note(note.id, by=actor(world.sam), at=NOW)


def test_what_was_changed_behind_the_house_is_seen(in_practice: World) -> None:
    note = signed(in_practice.alice_and_ben, in_practice.ben, plan="Rest")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_signing SET name = 'Somebody Else'")
    assert not queries.signed_note(note).is_whole


def test_a_couples_notes_do_not_cross(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.alice)
    couple = relate(world.alice, world.ben, world.chloe)
    his, hers = signed(couple, world.ben), signed(couple, world.chloe)
    shared = signed(couple, None)
    seen = queries.notes_of(couple, client=world.ben, page=1, by=by, at=NOW)
    assert {row.id for row in seen.rows} == {his.id, shared.id}
    seen = queries.notes_of(couple, client=world.chloe, page=1, by=by, at=NOW)
    assert {row.id for row in seen.rows} == {hers.id, shared.id}
