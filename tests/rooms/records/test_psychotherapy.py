"""Psychotherapy notes: the author's alone, sealed with a key of their own."""

from __future__ import annotations

import pytest

from rapport.kernel.actor import Actor
from rapport.kernel.errors import Misconfigured, NotFound
from rapport.kernel.models import AuditEntry
from rapport.people.actions import hand_over
from rapport.records import access, actions, queries
from rapport.records.models import PsychotherapyNote
from rapport.records.psychotherapy import opened
from tests.people import NOW, World, actor

WORDS = "I caught myself wanting to be the good father."


def written(world: World, words: str = WORDS) -> PsychotherapyNote:
    return actions.write_psychotherapy_note(
        world.alice_and_ben, words=words, by=actor(world.alice), at=NOW
    )


def listed(world: World, by: Actor, page: int = 1) -> queries.PrivatePage:
    return queries.psychotherapy_notes(world.alice_and_ben, page=page, by=by, at=NOW)


def test_the_author_reads_it_and_the_table_holds_noise(in_practice: World) -> None:
    note = written(in_practice)
    (shown,) = listed(in_practice, actor(in_practice.alice)).rows
    assert shown.words == WORDS
    entry = AuditEntry.objects.latest("number")
    assert (entry.verb, entry.subject_kind) == ("list", "psychotherapy_note")
    assert entry.subject_ids == [str(note.id)]
    assert "father" not in note.sealed


@pytest.mark.parametrize("who", ["sam", "dana", "omar", "rae", "ines", "charlie"])
def test_nobody_else_obtains_it(in_practice: World, who: str) -> None:
    note, by = written(in_practice), actor(getattr(in_practice, who))
    with pytest.raises(NotFound):
        access.psychotherapy_note(note.id, by=by, at=NOW)
    assert not listed(in_practice, by).rows
    with pytest.raises(NotFound):
        access.place_of_psychotherapy_notes(in_practice.alice_and_ben.id, by=by, at=NOW)


def test_each_of_many_is_reached(in_practice: World) -> None:
    ids = {written(in_practice).id for _ in range(31)}
    pages = [listed(in_practice, actor(in_practice.alice), page) for page in (1, 2)]
    assert [len(page.rows) for page in pages] == [30, 1]
    assert {row.id for page in pages for row in page.rows} == ids


def test_they_stay_the_authors_after_the_work_was_handed_over(in_practice: World) -> None:
    world, alice, dana = in_practice, actor(in_practice.alice), actor(in_practice.dana)
    written(world)
    hand_over(world.alice_and_ben, to=world.dana, by=actor(world.omar), at=NOW)
    place = access.place_of_psychotherapy_notes(world.alice_and_ben.id, by=alice, at=NOW)
    assert place == world.alice_and_ben
    assert access.place_of_psychotherapy_notes(place.id, by=dana, at=NOW) == place
    assert not listed(world, dana).rows


def test_a_sealed_text_opens_in_its_own_row_only(in_practice: World) -> None:
    one, other = written(in_practice), written(in_practice, "Something else")
    other.sealed = one.sealed
    with pytest.raises(Misconfigured):
        opened(other)


def test_another_secret_opens_nothing(in_practice: World, settings: pytest.FixtureRequest) -> None:
    note = written(in_practice)
    settings.SECRET_KEY = "a backup without the key of the house it came from"
    with pytest.raises(Misconfigured):
        opened(note)


def test_it_is_written_anew_once_for_each_time_it_was_read(in_practice: World) -> None:
    note, by = written(in_practice), actor(in_practice.alice)
    actions.rewrite_psychotherapy_note(note, words="Better so", revision=1, by=by, at=NOW)
    with pytest.raises(actions.WrittenMeanwhile):
        actions.rewrite_psychotherapy_note(note, words="Or so", revision=1, by=by, at=NOW)
    note.refresh_from_db()
    assert opened(note) == "Better so"


@pytest.mark.parametrize("words", ["", " \n", "x" * 20_001])
def test_it_needs_words(in_practice: World, words: str) -> None:
    with pytest.raises(actions.NothingWritten):
        written(in_practice, words)
