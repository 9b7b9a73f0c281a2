import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction

from rapport.flow.reactions import REACTIONS
from rapport.kernel import backlog, clock, outbox, scope
from rapport.kernel.models import OutboxMessage
from tests.rooms.kernel.pings import (
    PRACTICE,
    Pinged,
    effects,
    fail,
    lose_the_claim,
    make_due,
    note,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    outbox.connect({Pinged: (note,)})
    yield
    outbox.connect(REACTIONS)


def answer_with(*reactions: outbox.Reaction) -> None:
    outbox.connect({Pinged: reactions})


def test_a_message_is_delivered_once_and_gone() -> None:
    publish()
    assert outbox.deliver_due() == 1
    assert outbox.deliver_due() == 0
    assert effects() == 1
    assert not OutboxMessage.objects.exists()


def test_each_reaction_has_a_message_of_its_own() -> None:
    answer_with(note, fail)
    outbox.publish(Pinged(PRACTICE), at=clock.now())
    outbox.deliver_due()
    assert effects() == 1
    (left,) = OutboxMessage.objects.all()
    assert left.reaction.endswith(".fail")


def test_an_event_goes_with_the_transaction_that_made_it_true() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish()
        raise ZeroDivisionError
    assert not OutboxMessage.objects.exists()


def test_a_reaction_stands_in_the_practice_of_its_event() -> None:
    seen = []

    def look(event: Pinged) -> None:
        seen.append(scope.current())

    answer_with(look)
    publish()
    outbox.deliver_due()
    assert seen == [PRACTICE]


def test_what_is_not_due_waits() -> None:
    publish(due_at=clock.now() + timedelta(hours=1))
    assert outbox.deliver_due() == 0
    make_due()
    assert outbox.deliver_due() == 1


def test_a_failure_undoes_its_effect_and_is_tried_again_later() -> None:
    answer_with(fail)
    publish()
    before = clock.now()
    assert outbox.deliver_due() == 1
    assert effects() == 0
    left = OutboxMessage.objects.get()
    assert left.attempts == 1
    assert timedelta(seconds=1) < left.due_at - before < timedelta(seconds=4)
    assert outbox.deliver_due() == 0


def test_it_backs_off_and_at_last_gives_up_for_somebody_to_see(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer_with(fail)
    publish()
    waits = []
    for _ in range(outbox.GIVE_UP_AFTER):
        make_due()
        before = clock.now()
        outbox.deliver_due()
        waits.append((OutboxMessage.objects.get().due_at - before).total_seconds())
    assert all(later > 1.9 * earlier for earlier, later in pairwise(waits))
    make_due()
    assert outbox.deliver_due() == 0
    (failed,) = backlog.backlog(PRACTICE, at=clock.now()).failed
    assert failed.attempts == outbox.GIVE_UP_AFTER
    assert caplog.records[-1].levelno == logging.ERROR


def test_what_a_client_wrote_stays_out_of_log_and_table(caplog: pytest.LogCaptureFixture) -> None:
    answer_with(fail)
    publish()
    outbox.deliver_due()
    fault = OutboxMessage.objects.get().fault
    assert fault.startswith("ValueError at pings.py:")
    assert "sleep" not in caplog.text + fault


def test_a_lost_claim_undoes_the_effect_and_leaves_the_message_to_the_other_relay() -> None:
    answer_with(lose_the_claim)
    publish()
    outbox.deliver_due()
    assert effects() == 0
    left = OutboxMessage.objects.get()
    assert left.fault == ""
    assert left.gave_up_at is None


def test_of_two_relays_that_saw_a_message_one_claims_it() -> None:
    publish()
    first, second = OutboxMessage.objects.get(), OutboxMessage.objects.get()
    assert outbox._claim(first)
    assert not outbox._claim(second)


def test_a_relay_that_died_leaves_its_message_to_the_next() -> None:
    publish()
    outbox._claim(OutboxMessage.objects.get())
    assert outbox.deliver_due() == 0
    make_due()
    assert outbox.deliver_due() == 1
    assert effects() == 1


def test_a_message_that_kills_its_relay_every_time_is_given_up() -> None:
    publish()
    for _ in range(outbox.GIVE_UP_AFTER):
        make_due()
        outbox._claim(OutboxMessage.objects.get())
    make_due()
    outbox.deliver_due()
    assert effects() == 0
    assert OutboxMessage.objects.get().gave_up_at is not None


def test_a_reaction_that_is_no_longer_there_is_shown() -> None:
    publish()
    answer_with()
    outbox.deliver_due()
    assert OutboxMessage.objects.get().fault.startswith("KeyError")
