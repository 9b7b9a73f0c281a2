from dataclasses import replace
from datetime import date, timedelta

import pytest

from rapport.kernel import scope
from rapport.kernel.actor import system
from rapport.kernel.errors import RapportError
from rapport.kernel.models import AuditEntry, OutboxMessage
from rapport.people import actions
from rapport.people.actions import AlreadyEnded
from rapport.people.checks import BadInput, NotTheirs
from rapport.people.models import Client, Member, Relationship, Session, User
from tests.people import NOW, World, actor

GOOD = "a walk along the shore"


def new_client(world: World, **others: str) -> Client:
    typed = {"given_name": "Cora", "family_name": "Calm", "email": "", "phone": "", "language": ""}
    return actions.add_client(**(typed | others), by=actor(world.alice), at=NOW)


def start(world: World, *clients: Client, **others: object) -> Relationship:
    asked: dict[str, object] = {
        "therapist": world.alice,
        "interpreter": None,
        "kind": "individual",
        "track": "therapy",
        "started_on": date(2026, 3, 1),
        "by": actor(world.alice),
        "at": NOW,
    }
    return actions.start_relationship(clients, **(asked | others))


@pytest.mark.django_db
def test_a_practice_opens_with_its_first_member() -> None:
    practice = actions.open_practice(
        "Quiet Street", timezone="Europe/Zurich", country="ch", synthetic=False, at=NOW
    )
    member = actions.add_member(
        practice.id,
        name="  Omar   Okoye ",
        email="Omar@Quiet.example",
        password=GOOD,
        roles=["admin", "therapist", "admin"],
        at=NOW,
    )
    assert practice.country == "CH"
    assert member.name == "Omar Okoye"
    assert member.roles == ["admin", "therapist"]
    assert member.user is not None
    assert member.user.email == "omar@quiet.example"
    assert member.user.check_password(GOOD)
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["open", "add"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"timezone": "Mars"}, "timezone"), ({"country": "Narnia"}, "country")],
)
def test_a_practice_that_cannot_be(wrong: dict[str, str], field: str) -> None:
    right = {"timezone": "UTC", "country": "US"}
    with pytest.raises(BadInput) as refused:
        actions.open_practice("Quiet Street", **(right | wrong), synthetic=False, at=NOW)
    assert field in refused.value.fields


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": "ALICE@lindenhof.example"}, "email"),
        ({"email": ""}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"roles": ["king"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"name": " "}, "name"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_a_member_that_cannot_be(world: World, wrong: dict[str, object], field: str) -> None:
    right: dict[str, object] = {
        "name": "Nora New",
        "email": "nora@lindenhof.example",
        "password": GOOD,
        "roles": ["therapist"],
    }
    users = User.objects.count()
    with pytest.raises(BadInput) as refused:
        actions.add_member(world.practice.id, **(right | wrong), at=NOW)
    assert field in refused.value.fields
    assert User.objects.count() == users


def test_a_member_known_from_imports_cannot_sign_in(world: World) -> None:
    member = actions.add_member(
        world.practice.id,
        name="T7",
        email="",
        password="",
        roles=["therapist"],
        at=NOW,
        reference="T7",
    )
    assert member.user is None
    assert member.reference == "T7"


def test_a_client_is_admitted(in_practice: World) -> None:
    client = new_client(in_practice, phone="044 668 18 00", email=" cora@client.example ")
    assert client.phone == "+41446681800" if in_practice.practice.country == "CH" else client.phone
    assert client.email == "cora@client.example"
    assert client.language == "en"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"given_name": ""}, "given_name"), ({"email": "x"}, "email"), ({"phone": "12"}, "phone")],
)
def test_a_client_that_cannot_be(in_practice: World, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        new_client(in_practice, **wrong)
    assert field in refused.value.fields


def test_researchers_and_interpreters_admit_nobody(in_practice: World) -> None:
    for member in (in_practice.rae, in_practice.ines):
        with pytest.raises(NotTheirs):
            actions.add_client(
                "Cora", "Calm", email="", phone="", language="en", by=actor(member), at=NOW
            )


def test_a_relationship_begins_with_everybody_in_their_seat(in_practice: World) -> None:
    world = in_practice
    triad = start(world, world.ben, interpreter=world.ines)
    assert [place.client for place in triad.participants.all()] == [world.ben]
    couple = start(world, world.ben, world.chloe, kind="couple")
    assert couple.participants.count() == 2


def test_seats_that_do_not_fit(in_practice: World) -> None:
    world = in_practice
    wrong: list[tuple[tuple[Client, ...], dict[str, object], str]] = [
        ((), {}, "clients"),
        ((world.ben, world.chloe), {}, "clients"),
        ((world.ben,), {"kind": "couple"}, "clients"),
        ((world.ben, world.ben), {"kind": "couple"}, "clients"),
        ((world.ben,), {"kind": "crowd"}, "kind"),
        ((world.ben,), {"track": "coaching"}, "therapist"),
        ((world.ben,), {"interpreter": world.rae}, "interpreter"),
        ((world.ben,), {"therapist": world.omar, "by": actor(world.omar)}, "therapist"),
    ]
    for clients, others, field in wrong:
        with pytest.raises(BadInput) as refused:
            start(world, *clients, **others)
        assert field in refused.value.fields


def test_nobody_starts_a_relationship_for_a_colleague_but_the_office(in_practice: World) -> None:
    world = in_practice
    with pytest.raises(NotTheirs):
        start(world, world.ben, by=actor(world.dana))
    assert start(world, world.ben, by=actor(world.omar)).therapist == world.alice


def test_practices_do_not_mix(in_practice: World) -> None:
    world = in_practice
    with pytest.raises(BadInput):
        start(world, world.ben, therapist=world.charlie, by=system(world.practice.id))


def test_sessions_count_from_one_and_are_told_to_the_other_rooms(in_practice: World) -> None:
    relationship = in_practice.alice_and_ben
    by = actor(in_practice.alice)
    numbers = [
        actions.hold_session(
            relationship, held_at=NOW + timedelta(minutes=step), duration_min=50, by=by, at=NOW
        ).number
        for step in range(3)
    ]
    assert numbers == [1, 2, 3]
    assert OutboxMessage.objects.filter(event="SessionHeld").exists()


@pytest.mark.parametrize(
    ("held_at", "minutes", "field"),
    [
        (NOW + timedelta(days=2), 50, "held_at"),
        (NOW - timedelta(days=2), 50, "held_at"),
        (NOW, 0, "duration_min"),
        (NOW, 601, "duration_min"),
    ],
)
def test_a_session_that_cannot_have_been(
    in_practice: World, held_at: object, minutes: int, field: str
) -> None:
    relationship, by = in_practice.alice_and_ben, actor(in_practice.alice)
    actions.hold_session(
        relationship, held_at=NOW - timedelta(days=1), duration_min=50, by=by, at=NOW
    )
    with pytest.raises(BadInput) as refused:
        actions.hold_session(relationship, held_at=held_at, duration_min=minutes, by=by, at=NOW)
    assert field in refused.value.fields
    assert Session.objects.count() == 1


def test_an_ended_relationship_stays_ended(in_practice: World) -> None:
    relationship, by = in_practice.alice_and_ben, actor(in_practice.alice)
    with pytest.raises(BadInput):
        actions.end_relationship(
            relationship, ending="dropout", ended_on=date(2020, 1, 1), by=by, at=NOW
        )
    with pytest.raises(BadInput):
        actions.end_relationship(relationship, ending="badly", ended_on=NOW.date(), by=by, at=NOW)
    actions.end_relationship(relationship, ending="planned", ended_on=NOW.date(), by=by, at=NOW)
    with pytest.raises(AlreadyEnded):
        actions.hold_session(relationship, held_at=NOW, duration_min=50, by=by, at=NOW)
    with pytest.raises(AlreadyEnded):
        actions.end_relationship(relationship, ending="planned", ended_on=NOW.date(), by=by, at=NOW)


def test_supervision_is_the_offices_to_give(in_practice: World) -> None:
    world = in_practice
    with pytest.raises(NotTheirs):
        actions.supervise(world.dana, supervisor=world.sam, by=actor(world.sam), at=NOW)
    for supervisor in (world.alice, world.dana):
        with pytest.raises(RapportError):
            actions.supervise(world.dana, supervisor=supervisor, by=actor(world.omar), at=NOW)
    first = actions.supervise(world.dana, supervisor=world.sam, by=actor(world.omar), at=NOW)
    again = actions.supervise(world.dana, supervisor=world.sam, by=actor(world.omar), at=NOW)
    assert first == again


def test_another_practices_relationship_is_absent_to_actions(world: World) -> None:
    stranger = replace(actor(world.charlie), roles=frozenset({"therapist", "admin"}))
    with scope.practice(world.elsewhere.id), pytest.raises(RapportError):
        actions.hold_session(world.alice_and_ben, held_at=NOW, duration_min=50, by=stranger, at=NOW)


def test_members_keep_their_practice(world: World) -> None:
    with scope.practice(world.elsewhere.id):
        assert [member.name for member in Member.objects.all()] == ["Charlie Outsider"]
