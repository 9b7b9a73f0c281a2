import hashlib
from datetime import datetime, timedelta

import pytest

from rapport.agreements import actions, queries, texts
from rapport.agreements.ledger import PAGE, ledger
from rapport.agreements.models import ConsentEntry, Purpose
from rapport.kernel.models import AuditEntry
from rapport.kernel.unchanging import FactKeptError
from rapport.people.models import Client, Member
from tests.people import NOW, World, actor, relate

TEXT = "You may send me links by e-mail."
DAY = timedelta(days=1)


def give(
    world: World,
    *,
    at: datetime = NOW,
    purpose: str = "messages",
    text: str = TEXT,
    client: Client | None = None,
    member: Member | None = None,
    expires_at: datetime | None = None,
) -> ConsentEntry:
    return actions.give_consent(
        world.alice_and_chloe,
        purpose=purpose,
        text=text,
        client=client or (None if member else world.chloe),
        member=member,
        expires_at=expires_at,
        by=actor(world.alice),
        at=at,
    )


def stands(world: World, at: datetime, purpose: str = "messages") -> bool:
    return queries.consent_stands(world.alice_and_chloe, purpose=purpose, client=world.chloe, at=at)


def test_no_word_is_a_no(in_practice: World) -> None:
    assert not stands(in_practice, NOW)


def test_a_consent_stands_from_when_it_was_given_for_its_purpose_only(in_practice: World) -> None:
    give(in_practice)
    assert stands(in_practice, NOW)
    assert not stands(in_practice, NOW - DAY)
    assert not any(
        stands(in_practice, NOW, other) for other in Purpose.values if other != "messages"
    )


def test_taken_back_it_ends_at_once_and_can_be_given_again(in_practice: World) -> None:
    world = in_practice
    give(world)
    actions.withdraw_consent(
        world.alice_and_chloe,
        purpose="messages",
        text="I take it back.",
        client=world.chloe,
        by=actor(world.alice),
        at=NOW + DAY,
    )
    assert stands(world, NOW + DAY / 2)
    assert not stands(world, NOW + DAY)
    give(world, at=NOW + 2 * DAY)
    assert stands(world, NOW + 2 * DAY)
    assert ConsentEntry.objects.count() == 3


def test_it_ends_when_it_was_said_to_end(in_practice: World) -> None:
    give(in_practice, expires_at=NOW + DAY)
    assert stands(in_practice, NOW + DAY - timedelta(seconds=1))
    assert not stands(in_practice, NOW + DAY)


def test_the_exact_text_is_pinned(in_practice: World) -> None:
    assert give(in_practice).text_sha256 == hashlib.sha256(TEXT.encode()).hexdigest()


def test_the_ledger_is_appended_only(in_practice: World) -> None:
    entry = give(in_practice)
    with pytest.raises(FactKeptError):
        ConsentEntry.objects.filter(id=entry.id).update(given=False)
    with pytest.raises(FactKeptError):
        ConsentEntry.objects.all().delete()


def test_an_interpreter_consents_for_themselves(in_practice: World) -> None:
    world = in_practice
    give(world, member=world.ines, purpose="record")
    assert queries.consent_stands(
        world.alice_and_chloe, purpose="record", member=world.ines, at=NOW
    )
    assert not queries.consent_stands(
        world.alice_and_chloe, purpose="record", client=world.chloe, at=NOW
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "marketing"},
        {"text": "  "},
        {"expires_at": NOW},
    ],
)
def test_what_is_no_consent_is_refused(in_practice: World, wrong: dict[str, object]) -> None:
    with pytest.raises(actions.BadConsent):
        give(in_practice, **wrong)  # type: ignore[arg-type]
    assert not ConsentEntry.objects.exists()


def test_only_those_who_take_part_consent(in_practice: World) -> None:
    world = in_practice
    for person in ({"client": world.ben}, {"member": world.dana}):
        with pytest.raises(actions.BadConsent):
            give(world, **person)  # type: ignore[arg-type]


def test_the_ledger_shows_each_latest_word_and_what_ends_soonest_first(in_practice: World) -> None:
    world = in_practice
    give(world, purpose="research")
    give(world, purpose="record", expires_at=NOW + 9 * DAY)
    give(world, purpose="messages", expires_at=NOW + DAY)
    rows = ledger(by=actor(world.omar), at=NOW + 2 * DAY).rows
    assert [(row.purpose, row.state) for row in rows] == [
        ("messages", "expired"),
        ("record", "stands"),
        ("research", "stands"),
    ]
    assert {row.person_name for row in rows} == {"Chloe Calder"}
    assert ledger(by=actor(world.alice), at=NOW + 2 * DAY).rows == rows
    for member in (world.dana, world.sam, world.rae, world.ines):
        assert ledger(by=actor(member), at=NOW + 2 * DAY).rows == ()


def test_the_ledger_is_filtered_by_purpose_and_state(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.omar)
    give(world, purpose="record", expires_at=NOW + 9 * DAY)
    give(world, purpose="messages")
    give(world, purpose="research")
    actions.withdraw_consent(
        world.alice_and_chloe,
        purpose="research",
        text=TEXT,
        client=world.chloe,
        by=actor(world.alice),
        at=NOW + DAY,
    )

    def found(**asked: str) -> list[str]:
        return [row.purpose for row in ledger(by=by, at=NOW + DAY, **asked).rows]  # type: ignore[arg-type]

    assert found(state="stands") == ["messages", "record"]
    assert found(state="ends_soon") == ["record"]
    assert found(state="withdrawn") == ["research"]
    assert found(state="expired") == []
    assert found(purpose="messages") == ["messages"]
    assert ledger(by=by, at=NOW + DAY).ending_soon == 1


def test_the_ledger_comes_a_page_at_a_time_and_only_that_is_logged(in_practice: World) -> None:
    world = in_practice
    for _ in range(PAGE + 2):
        more = relate(world.alice, world.ben)
        actions.give_consent(
            more, purpose="record", text=TEXT, client=world.ben, by=actor(world.alice), at=NOW
        )
    second = ledger(by=actor(world.omar), at=NOW, page=2)
    assert (len(second.rows), second.pages, second.total) == (2, 2, PAGE + 2)
    assert len(AuditEntry.objects.latest("number").subject_ids) == 2
    assert ledger(by=actor(world.omar), at=NOW, page=99).page == 2


def test_a_clients_page_shows_every_purpose_and_the_very_words(in_practice: World) -> None:
    world = in_practice
    words = texts.current("messages")
    give(world, text=words.words)
    give(world, purpose="record", text="Only session 3.")
    standing = {
        one.purpose: one
        for one in queries.consents_of(
            world.alice_and_chloe, client=world.chloe, by=actor(world.alice), at=NOW
        )
    }
    assert next(iter(standing)) == "messages"
    assert set(standing) == set(Purpose.values)
    assert standing["messages"].agreed == words
    assert standing["messages"].noted_by == "Alice Arden"
    assert standing["record"].agreed is None
    assert standing["research"].state == "never"


def test_every_purpose_has_its_text() -> None:
    assert all(texts.current(purpose).words for purpose in Purpose.values)
