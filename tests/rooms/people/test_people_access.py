from uuid import uuid4

import pytest

from rapport.kernel import scope
from rapport.kernel.actor import Actor
from rapport.kernel.errors import NotFound
from rapport.kernel.models import AuditEntry
from rapport.people import access, queries
from rapport.people.models import Member, Relationship
from tests.people import NOW, World, actor, hold

WAYS = {
    "own": access.own,
    "clinical": access.clinical,
    "administrative": access.administrative,
    "interpreting": access.interpreting,
}
MAY = {
    ("alice", "own"),
    ("alice", "clinical"),
    ("sam", "clinical"),
    ("omar", "administrative"),
    ("ines", "interpreting"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["alice", "dana", "sam", "omar", "rae", "ines", "charlie"])
def test_who_obtains_the_triad_and_how(world: World, name: str, way: str) -> None:
    member: Member = getattr(world, name)
    with scope.practice(member.practice_id):
        if (name, way) in MAY:
            found = WAYS[way](world.alice_and_chloe.id, by=actor(member), at=NOW)
            assert found == world.alice_and_chloe
            assert AuditEntry.objects.get().verb == "read"
            return
        with pytest.raises(NotFound) as forbidden:
            WAYS[way](world.alice_and_chloe.id, by=actor(member), at=NOW)
        with pytest.raises(NotFound) as absent:
            WAYS[way](uuid4(), by=actor(member), at=NOW)
    assert forbidden.value.message == absent.value.message
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"refused"}


def test_a_wall_stands_between_coaching_and_therapy(in_practice: World) -> None:
    world = in_practice
    Relationship.objects.filter(id=world.alice_and_ben.id).update(track="coaching")
    with pytest.raises(NotFound):
        access.own(world.alice_and_ben.id, by=actor(world.alice), at=NOW)
    coach = Actor("member", world.alice.id, world.practice.id, frozenset({"coach"}))
    assert access.own(world.alice_and_ben.id, by=coach, at=NOW) == world.alice_and_ben
    with pytest.raises(NotFound):
        access.own(world.alice_and_chloe.id, by=coach, at=NOW)


def test_lists_are_disclosures_too(in_practice: World) -> None:
    hold(in_practice.alice_and_ben, 1)
    rows = queries.caseload(by=actor(in_practice.alice), at=NOW)
    assert [(row.name, row.sessions_held) for row in rows] == [
        ("Ben Bright", 1),
        ("Chloe Calder", 0),
    ]
    entry = AuditEntry.objects.get()
    assert entry.verb == "list"
    assert set(entry.subject_ids) == {str(row.id) for row in rows}


def test_an_empty_list_discloses_nothing(in_practice: World) -> None:
    assert queries.caseload(by=actor(in_practice.dana), at=NOW) == ()
    assert not AuditEntry.objects.exists()


def test_the_office_sees_names_and_counts_of_everybody(in_practice: World) -> None:
    rows, total = queries.found_in_office("", by=actor(in_practice.omar), at=NOW)
    assert total == len(rows)
    assert {row.therapist.name for row in rows} == {"Alice Arden"}
    assert queries.found_in_office("", by=actor(in_practice.alice), at=NOW) == ((), 0)


def test_only_what_a_search_shows_is_logged(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.omar)
    rows, total = queries.found_in_office("chl arden", by=by, at=NOW)
    assert ([row.name for row in rows], total) == (["Chloe Calder"], 1)
    assert AuditEntry.objects.latest("number").subject_ids == [str(world.alice_and_chloe.id)]
    assert len(queries.found_in_office("", by=by, at=NOW, limit=1)[0]) == 1
    assert len(AuditEntry.objects.latest("number").subject_ids) == 1


def test_colleagues_and_who_stands_above_them(in_practice: World) -> None:
    world = in_practice
    by = actor(world.alice)
    assert [row.name for row in queries.colleagues("interpreter", by=by)] == ["Ines Ibarra"]
    assert queries.supervisor_ids(world.alice.id) == (world.sam.id,)
    assert queries.supervisor_ids(world.dana.id) == ()
    assert queries.admin_ids(world.practice.id) == (world.omar.id,)
    assert access.colleague(world.ines.id, "interpreter", by=by) == world.ines
    for member, role in ((world.rae, "interpreter"), (world.charlie, "therapist")):
        with pytest.raises(NotFound):
            access.colleague(member.id, role, by=by)


def test_a_signed_in_user_acts_in_their_own_practice(world: World) -> None:
    member = access.member_of(world.alice.user)
    assert member == world.alice
    assert access.actor_for(member).practice_id == world.practice.id


def test_who_has_left_acts_nowhere(in_practice: World) -> None:
    world = in_practice
    world.alice.left_on = NOW.date()
    world.alice.save(update_fields=["left_on"])
    assert access.member_of(world.alice.user) is None
    assert queries.colleagues("therapist", by=actor(world.omar))[0].name == "Dana Dell"


def test_a_place_is_looked_for_within_its_relationship(in_practice: World) -> None:
    world = in_practice
    assert access.place_of(world.ben.id, world.alice_and_ben).client == world.ben
    with pytest.raises(NotFound):
        access.place_of(world.chloe.id, world.alice_and_ben)
