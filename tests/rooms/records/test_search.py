"""Search over one's own signed notes, on both databases."""

from __future__ import annotations

import pytest

from rapport.records import actions, queries, search
from rapport.records.models import Note, Signing
from tests.people import NOW, World, actor, relate
from tests.rooms.records.notes import drafted, signed, typed


def hits(world: World, asked: str, who: str = "alice") -> list[object]:
    rows = queries.search_own(asked, by=actor(getattr(world, who)), at=NOW)
    return [row.id for row in rows]


@pytest.mark.parametrize(
    "asked", ["harbour", "HARB", "her harbour walk", "naïve", "walk, harbour!", "harbour 30"]
)
def test_words_and_beginnings_of_words_are_found(in_practice: World, asked: str) -> None:
    note = signed(
        in_practice.alice_and_ben, in_practice.ben, plan="Her walk by the harbour at 30. Naïve."
    )
    assert hits(in_practice, asked) == [note.id]


@pytest.mark.parametrize(
    "asked", ["", "  ", "'\"*()", "ha", "boat", "harbour AND boat", "keys : a"]
)
def test_nothing_else_is_found(in_practice: World, asked: str) -> None:
    signed(in_practice.alice_and_ben, in_practice.ben, plan="Walk by the harbour.")
    assert hits(in_practice, asked) == []


def test_only_ones_own(in_practice: World) -> None:
    world = in_practice
    note = signed(world.alice_and_ben, world.ben, plan="harbour")
    other = signed(relate(world.dana, world.chloe), world.chloe, plan="harbour")
    assert hits(world, "harbour") == [note.id]
    assert hits(world, "harbour", "dana") == [other.id]
    assert hits(world, "harbour", "sam") == []
    assert hits(world, f"a{world.dana.id.hex}") == []


def test_a_relationship_that_is_ones_own_no_longer_is_not_searched(in_practice: World) -> None:
    world = in_practice
    signed(world.alice_and_ben, world.ben, plan="harbour")
    world.alice_and_ben.therapist = world.dana
    world.alice_and_ben.save()
    assert hits(world, "harbour") == []


def test_the_newest_first_and_the_words_around(in_practice: World) -> None:
    world = in_practice
    first = signed(world.alice_and_ben, world.ben, plan="harbour")
    second = signed(world.alice_and_ben, world.ben, plan="so much " * 60 + "harbour in the end")
    assert hits(world, "harbour") == [second.id, first.id]
    row, _other = queries.search_own("harbour", by=actor(world.alice), at=NOW)
    assert row.opening.startswith("… ")
    assert "harbour in the end" in row.opening


def test_what_was_amended_and_added_is_what_is_found(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.alice)
    note = signed(world.alice_and_ben, world.ben, plan="harbour")
    actions.amend_note(note, texts={"plan": "canal"}, reason="Why", number=1, by=by, at=NOW)
    actions.add_addendum(note, words="lighthouse", by=by, at=NOW)
    assert hits(world, "harbour") == []
    assert hits(world, "canal lighthouse") == [note.id]


def test_an_addendum_to_an_old_note_does_not_make_it_the_newest(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.alice)
    notes = [signed(world.alice_and_ben, world.ben, plan="harbour") for _ in range(3)]
    actions.add_addendum(notes[0], words="lighthouse", by=by, at=NOW)
    assert hits(world, "harbour") == [one.id for one in reversed(notes)]


def test_drafts_are_not_in_the_index(in_practice: World) -> None:
    typed(drafted(in_practice.alice_and_ben, in_practice.ben), plan="harbour")
    assert hits(in_practice, "harbour") == []


def test_looking_for_many_words_takes_the_first_eight() -> None:
    assert len(search.words_of(" ".join("abcdefghij"))) == 8


def test_the_index_knows_no_note_that_is_gone(in_practice: World) -> None:
    note = signed(in_practice.alice_and_ben, in_practice.ben, plan="harbour")
    Note.objects.filter(id=note.id).update(author=in_practice.dana)
    assert hits(in_practice, "harbour") == []
    assert Signing.objects.exists()
