"""Note templates: those that ship, and a practice's own."""

from __future__ import annotations

import pytest

from rapport.kernel.errors import NotFound
from rapport.records import access, actions, queries
from rapport.records.actions.templating import BadTemplate
from rapport.records.facts import PREFILLS
from rapport.records.note_templates import Section, shipped
from tests.people import NOW, World, actor
from tests.rooms.records.notes import drafted


def make(world: World, who: str = "alice", **more: object) -> object:
    given = {"name": "Phone call", "track": "therapy", "sections": [Section("s1", "What it was")]}
    return actions.make_template(**(given | more), by=actor(getattr(world, who)), at=NOW)


def test_ten_ship_and_each_is_well_formed() -> None:
    assert len(shipped()) == 10
    for template in shipped():
        keys = [section.key for section in template.sections]
        assert len(set(keys)) == len(keys) > 2
        assert all(set(section.prefill) <= set(PREFILLS) for section in template.sections)
        assert set(template.tracks) <= {"therapy", "coaching"}


def test_coaching_is_offered_no_clinical_template() -> None:
    names = [one.key for one in shipped() if "coaching" in one.tracks]
    assert names == ["supervision", "coaching"]


@pytest.mark.parametrize("who", ["alice", "omar"])
def test_a_practice_makes_its_own(in_practice: World, who: str) -> None:
    made = make(in_practice, who)
    note = drafted(in_practice.alice_and_ben, in_practice.ben, template=str(made.id))
    assert note.title == "Phone call"
    assert [one.key for one in queries.templates_for("coaching")] == ["supervision", "coaching"]


def test_a_retired_template_is_offered_no_more_and_its_notes_stay(in_practice: World) -> None:
    made = make(in_practice)
    note = drafted(in_practice.alice_and_ben, in_practice.ben, template=str(made.id))
    actions.retire_template(made, by=actor(in_practice.omar), at=NOW)
    assert not queries.own_templates(by=actor(in_practice.alice))
    note.refresh_from_db()
    assert queries.sections_of(note)[0].label == "What it was"
    with pytest.raises(NotFound):
        access.template(made.id, by=actor(in_practice.alice))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"),
        ({"track": "space"}, "track"),
        ({"sections": []}, "label-1"),
        ({"sections": [Section("a", "x" * 81)]}, "label-1"),
        ({"sections": [Section("a", "x", "", ("moon",))]}, "label-1"),
    ],
)
def test_a_template_must_be_complete(in_practice: World, more: dict, field: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        make(in_practice, **more)
    assert field in refused.value.fields


@pytest.mark.parametrize("who", ["rae", "ines"])
def test_others_make_none(in_practice: World, who: str) -> None:
    with pytest.raises(NotFound):
        make(in_practice, who)
    with pytest.raises(NotFound):
        queries.own_templates(by=actor(getattr(in_practice, who)))
