"""Drafts: prefilled, saved as they are typed, never lost between two windows."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from rapport.alliance.queries import note_facts
from rapport.goals import actions as goals
from rapport.kernel.errors import NotFound
from rapport.records import access, actions, queries
from rapport.records.models import DraftVersion, Note
from tests.people import NOW, World, actor, hold, relate
from tests.rooms.records.notes import OTHER, WINDOW, drafted, signed, typed


def save(note: Note, revision: int, window: str, **texts: str) -> actions.Saved:
    return actions.save_draft(note, texts=texts, revision=revision, window=window, at=NOW)


def test_a_note_starts_with_what_is_known(in_practice: World) -> None:
    world = in_practice
    session = hold(world.alice_and_ben, 1)
    goals.set_goal(
        world.alice_and_ben,
        client=world.ben,
        words="Sleep.",
        area="",
        by=actor(world.alice),
        at=NOW,
    )
    note = drafted(world.alice_and_ben, world.ben, session=session)
    assert note.texts["subjective"].startswith("Session 1, ")
    assert "(50 minutes)" in note.texts["subjective"]
    assert note.texts["assessment"] == "“Sleep”: not rated yet."
    assert note.texts["plan"] == ""
    assert queries.facts_of(note) == note_facts(
        world.alice_and_ben, client=world.ben, session=session, at=NOW
    )


def test_the_same_draft_goes_on_when_it_is_begun_twice(in_practice: World) -> None:
    world = in_practice
    session = hold(world.alice_and_ben, 1)
    first = drafted(world.alice_and_ben, world.ben, session=session)
    assert drafted(world.alice_and_ben, world.ben, session=session).id == first.id
    other = drafted(world.alice_and_ben, world.ben, session=session, template="supervision")
    assert other.id != first.id


def test_a_shared_chart_holds_nothing_that_one_of_them_answered(in_practice: World) -> None:
    world = in_practice
    couple = relate(world.alice, world.ben, world.chloe)
    session = hold(couple, 1)
    goals.set_goal(
        couple, client=world.ben, words="Leave her", area="", by=actor(world.alice), at=NOW
    )
    shared = drafted(couple, None, session=session)
    assert "Leave her" not in str(shared.texts) + str(shared.facts)
    his = drafted(couple, world.ben, session=session)
    assert "Leave her" in his.texts["assessment"]
    by = actor(world.alice)
    hers = queries.notes_of(couple, client=world.chloe, page=1, by=by, at=NOW)
    assert [row.id for row in hers.rows] == [shared.id]


def test_one_persons_relationship_has_no_shared_chart(in_practice: World) -> None:
    with pytest.raises(NotFound):
        drafted(in_practice.alice_and_ben, None)


def test_somebody_elses_chart_or_session_is_not_there(in_practice: World) -> None:
    world = in_practice
    with pytest.raises(NotFound):
        drafted(world.alice_and_ben, world.chloe)
    with pytest.raises(NotFound):
        drafted(world.alice_and_ben, world.ben, session=hold(world.alice_and_chloe, 1))


def test_each_save_is_a_revision(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    assert save(note, 0, WINDOW, plan="Rest") == actions.Saved(1, aside=False)
    assert save(note, 1, WINDOW, plan="Rest more") == actions.Saved(2, aside=False)
    assert save(note, 2, WINDOW, plan="Rest more") == actions.Saved(2, aside=False)
    note.refresh_from_db()
    assert note.texts["plan"] == "Rest more"
    assert DraftVersion.objects.filter(note=note).count() == 3


def test_only_the_last_saves_are_kept(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    for number in range(60):
        save(note, number, WINDOW, plan=str(number))
    assert DraftVersion.objects.filter(note=note).count() == 50


def test_a_save_whose_answer_was_lost_may_come_again(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    save(note, 0, WINDOW, plan="Rest")
    assert not save(note, 0, WINDOW, plan="Rest, and more").aside


def test_a_second_window_loses_nothing(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    save(note, 0, WINDOW, plan="Rest", risk="None named")
    assert save(note, 0, OTHER, plan="Walk", subjective="She slept").aside
    assert save(note, 0, OTHER, plan="Walk daily", subjective="She slept", risk="").aside
    note.refresh_from_db()
    assert note.texts["plan"] == "Rest"
    (aside,) = queries.asides_of(note)
    two = {one.key: (one.saved, one.other, one.suggested) for one in aside.texts}
    assert two["plan"] == ("Rest", "Walk daily", "both")
    assert two["risk"] == ("None named", "", "saved")
    assert two["subjective"] == ("", "She slept", "other")


def test_the_two_texts_become_one(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    save(note, 0, WINDOW, plan="Rest")
    save(note, 0, OTHER, plan="Walk")
    (aside,) = queries.asides_of(note)
    with pytest.raises(actions.ComparedTooLate):
        settle(note, actions.Compared(0, aside.id, aside.at), "x")
    settle(note, actions.Compared(1, aside.id, aside.at), "Rest\n\nWalk")
    note.refresh_from_db()
    assert note.texts["plan"] == "Rest\n\nWalk"
    assert not queries.asides_of(note)
    assert save(note, 0, WINDOW, plan="Rest, again").aside  # it has not seen the one text yet


def test_a_text_that_nobody_saw_is_not_settled(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    save(note, 0, WINDOW, plan="Rest")
    save(note, 0, OTHER, plan="Walk")
    (aside,) = queries.asides_of(note)
    later = NOW + timedelta(minutes=1)
    actions.save_draft(note, texts={"plan": "Walk daily"}, revision=0, window=OTHER, at=later)
    for seen in (aside.id, uuid4()):
        with pytest.raises(actions.ComparedTooLate):
            settle(note, actions.Compared(1, seen, aside.at), "Rest")
    (kept,) = queries.asides_of(note)
    assert kept.texts[0].other == "Walk daily"


def settle(note: Note, seen: actions.Compared, plan: str) -> None:
    actions.settle_aside(note, seen, texts={"plan": plan}, at=NOW)


def test_nothing_is_signed_while_two_texts_stand(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    save(note, 0, WINDOW, plan="Rest")
    save(note, 0, OTHER, plan="Walk")
    with pytest.raises(actions.NotReady, match="Compare"):
        actions.sign_note(note, cosigner_id=None, by=actor(in_practice.alice), at=NOW)


def test_what_comes_after_the_signature_is_refused(in_practice: World) -> None:
    note = signed(in_practice.alice_and_ben, in_practice.ben)
    assert not DraftVersion.objects.filter(note=note).exists()
    with pytest.raises(actions.AlreadySigned):
        save(note, 1, WINDOW, plan="Too late")
    with pytest.raises(actions.AlreadySigned):
        actions.discard_draft(note, by=actor(in_practice.alice), at=NOW)


def test_a_section_is_no_book_and_holds_no_nul(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    with pytest.raises(actions.TextTooLong) as refused:
        typed(note, plan="x" * 20_001)
    assert set(refused.value.fields) == {"plan"}
    typed(note, plan="one\r\ntwo\x00  ", nonsense="not a section")
    note.refresh_from_db()
    assert note.texts["plan"] == "one\ntwo"
    assert "nonsense" not in note.texts


def test_a_draft_is_its_authors_alone(in_practice: World) -> None:
    world = in_practice
    note = drafted(world.alice_and_ben, world.ben)
    assert access.note(note.id, by=actor(world.alice), at=NOW)
    for other in (world.sam, world.dana, world.omar, world.rae, world.ines):
        with pytest.raises(NotFound):
            access.note(note.id, by=actor(other), at=NOW)
    page = queries.notes_of(
        world.alice_and_ben, client=world.ben, page=1, by=actor(world.sam), at=NOW
    )
    assert not page.rows


def test_a_draft_can_be_thrown_away(in_practice: World) -> None:
    note = drafted(in_practice.alice_and_ben, in_practice.ben)
    actions.discard_draft(note, by=actor(in_practice.alice), at=NOW + timedelta(hours=1))
    assert not Note.objects.exists()
    assert not DraftVersion.objects.exists()
