"""Psychotherapy notes: the author's alone, sealed with a key of their own."""

from __future__ import annotations

import pytest

from rapport.kernel.errors import Misconfigured, NotFound
from rapport.records import access, actions, queries
from rapport.records.models import PsychotherapyNote
from rapport.records.psychotherapy import opened
from tests.people import NOW, World, actor

WORDS = "I caught myself wanting to be the good father."


def written(world: World, words: str = WORDS) -> PsychotherapyNote:
    return actions.write_psychotherapy_note(
        world.alice_and_ben, words=words, by=actor(world.alice), at=NOW
    )


def test_the_author_reads_it_and_the_table_holds_noise(in_practice: World) -> None:
    note = written(in_practice)
    (shown,) = queries.psychotherapy_notes(in_practice.alice_and_ben, by=actor(in_practice.alice))
    assert shown.words == WORDS
    assert "father" not in note.sealed


@pytest.mark.parametrize("who", ["sam", "dana", "omar", "rae", "ines", "charlie"])
def test_nobody_else_obtains_it(in_practice: World, who: str) -> None:
    note, by = written(in_practice), actor(getattr(in_practice, who))
    with pytest.raises(NotFound):
        access.psychotherapy_note(note.id, by=by, at=NOW)
    assert not queries.psychotherapy_notes(in_practice.alice_and_ben, by=by)


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
