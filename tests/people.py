"""The people of the tests. All of them are invented.

Alice is a therapist and Ben her client. Dana is another therapist of the same practice, Sam
supervises Alice, Omar runs the office, Rae does research, Ines interprets for Chloe. Charlie is a
therapist of another practice altogether.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rapport.kernel import scope
from rapport.kernel.actor import Actor
from rapport.people.models import (
    Client,
    Member,
    Participant,
    Practice,
    Relationship,
    Session,
    Supervision,
    User,
)

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
PASSWORD = "a long walk by the river"


@dataclass(frozen=True)
class World:
    practice: Practice
    elsewhere: Practice
    alice: Member
    dana: Member
    sam: Member
    omar: Member
    rae: Member
    ines: Member
    charlie: Member
    ben: Client
    chloe: Client
    alice_and_ben: Relationship
    alice_and_chloe: Relationship  # with Ines: a triad


def actor(member: Member) -> Actor:
    """The actor that a door would make of this member."""
    return Actor("member", member.id, member.practice_id, frozenset(member.roles))


def client_actor(client: Client) -> Actor:
    return Actor("client", client.id, client.practice_id)


def build_world() -> World:
    practice = Practice.objects.create(
        name="Lindenhof Practice", timezone="Europe/Zurich", created_at=NOW
    )
    elsewhere = Practice.objects.create(name="Harbour Practice", created_at=NOW)
    with scope.practice(elsewhere.id):
        charlie = _member(elsewhere, "Charlie Outsider", "therapist")
    with scope.practice(practice.id):
        alice = _member(practice, "Alice Arden", "therapist")
        sam = _member(practice, "Sam Sorel", "therapist", "supervisor")
        ines = _member(practice, "Ines Ibarra", "interpreter")
        ben = _client(practice, "Ben", "Bright")
        chloe = _client(practice, "Chloe", "Calder")
        Supervision.objects.create(practice=practice, supervisor=sam, supervisee=alice)
        return World(
            practice=practice,
            elsewhere=elsewhere,
            alice=alice,
            dana=_member(practice, "Dana Dell", "therapist"),
            sam=sam,
            omar=_member(practice, "Omar Okoye", "admin"),
            rae=_member(practice, "Rae Rowan", "researcher"),
            ines=ines,
            charlie=charlie,
            ben=ben,
            chloe=chloe,
            alice_and_ben=relate(alice, ben),
            alice_and_chloe=relate(alice, chloe, interpreter=ines),
        )


def relate(therapist: Member, *clients: Client, interpreter: Member | None = None) -> Relationship:
    relationship = Relationship.objects.create(
        practice_id=therapist.practice_id,
        therapist=therapist,
        interpreter=interpreter,
        kind="individual" if len(clients) == 1 else "couple",
        started_on=date(2026, 2, 1),
    )
    for client in clients:
        Participant.objects.create(
            practice_id=therapist.practice_id, relationship=relationship, client=client
        )
    return relationship


def hold(relationship: Relationship, number: int) -> Session:
    """A session held, a week after the one before."""
    return Session.objects.create(
        practice_id=relationship.practice_id,
        relationship=relationship,
        number=number,
        held_at=NOW - timedelta(weeks=10 - number),
    )


def _member(practice: Practice, name: str, *roles: str) -> Member:
    given, house = name.partition(" ")[0].lower(), practice.name.partition(" ")[0].lower()
    email = f"{given}@{house}.example"
    user = User.objects.create_user(email=email, password=PASSWORD)
    return Member.objects.create(practice=practice, user=user, name=name, roles=list(roles))


def _client(practice: Practice, given: str, family: str) -> Client:
    return Client.objects.create(
        practice=practice,
        given_name=given,
        family_name=family,
        email=f"{given.lower()}@client.example",
        created_at=NOW,
    )
