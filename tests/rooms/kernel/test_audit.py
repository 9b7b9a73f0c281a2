from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from rapport.kernel import audit
from rapport.kernel.actor import Actor, system
from rapport.kernel.models import AuditEntry, AuditHead
from tests.people import NOW

PRACTICE, OTHER = uuid4(), uuid4()
SOMEBODY = uuid4()

pytestmark = pytest.mark.django_db


def write(number: int = 5, practice: UUID = PRACTICE) -> None:
    by = Actor("member", SOMEBODY, practice)
    for step in range(number):
        audit.record("read", "client", [uuid4()], by=by, at=NOW + timedelta(minutes=step))


def entry(number: int) -> AuditEntry:
    return AuditEntry.objects.get(practice_id=PRACTICE, number=number)


def change(place: int, **fields: object) -> Callable[[], object]:
    return lambda: AuditEntry.objects.filter(number=place).update(**fields)


def swap() -> None:
    """Two entries trade places, each with its digests."""
    second, third = entry(2), entry(3)
    AuditEntry.objects.filter(id=second.id).update(number=99)
    AuditEntry.objects.filter(id=third.id).update(number=2)
    AuditEntry.objects.filter(id=second.id).update(number=3)


def cut_the_end() -> None:
    AuditEntry.objects.filter(number=5).delete()


def cut_the_end_and_move_the_head() -> None:
    """The head is made to say that the chain always ended at the fourth entry."""
    cut_the_end()
    AuditHead.objects.update(number=4, digest=entry(4).digest)


def append_without_the_key() -> None:
    last = entry(5)
    forged = AuditEntry.objects.create(
        practice_id=PRACTICE,
        number=6,
        at=NOW,
        actor_kind="system",
        verb="nothing",
        subject_kind="client",
        previous=last.digest,
        digest="0" * 64,
    )
    AuditHead.objects.update(number=6, digest=forged.digest)


def test_a_chain_left_alone_is_whole() -> None:
    write()
    write(3, OTHER)
    assert audit.verify([PRACTICE]) == []
    assert audit.verify_practice(PRACTICE) is None
    assert audit.length(PRACTICE) == 5


def empty_the_log() -> None:
    AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()


@pytest.mark.parametrize(
    ("tamper", "number"),
    [
        (change(3, verb="list"), 3),
        (change(3, subject_kind="alert"), 3),
        (change(3, subject_ids=[]), 3),
        (change(3, actor_id=None), 3),
        (change(3, actor_kind="system"), 3),
        (change(3, at=NOW), 3),
        (change(3, digest="0" * 64), 3),
        (change(3, previous="0" * 64), 3),
        (change(3, number=77), 3),
        (change(3, practice_id=OTHER), 3),
        (lambda: AuditEntry.objects.filter(number=1).delete(), 1),
        (lambda: AuditEntry.objects.filter(number=3).delete(), 3),
        (swap, 2),
        (cut_the_end, 5),
        (cut_the_end_and_move_the_head, 5),
        (append_without_the_key, 6),
        (lambda: AuditHead.objects.all().delete(), 0),
        (empty_the_log, 0),
        (lambda: AuditHead.objects.update(seal=""), 6),
    ],
)
def test_whatever_is_done_to_a_chain_is_found(tamper: Callable[[], object], number: int) -> None:
    write()
    tamper()
    faults = {fault.practice_id: fault for fault in audit.verify([PRACTICE])}
    assert faults[PRACTICE].number == number
    assert audit.verify_practice(PRACTICE) is not None


def test_one_broken_chain_leaves_the_others_whole() -> None:
    write()
    write(3, OTHER)
    AuditEntry.objects.filter(practice_id=PRACTICE, number=2).update(verb="list")
    assert [fault.practice_id for fault in audit.verify([PRACTICE])] == [PRACTICE]


def test_an_entry_goes_with_the_transaction_it_belongs_to() -> None:
    write(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record("read", "client", [], by=system(PRACTICE), at=NOW)
        raise ZeroDivisionError
    assert audit.length(PRACTICE) == 1
    assert audit.verify([PRACTICE]) == []
