import threading
from collections.abc import Iterator

import pytest

from rapport.flow.reactions import REACTIONS
from rapport.kernel import outbox, relay
from tests.rooms.kernel.pings import Pinged, effects, note, publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    outbox.connect({Pinged: (note,)})
    yield
    outbox.connect(REACTIONS)


def test_it_delivers_and_ticks_until_it_is_stopped() -> None:
    stop = threading.Event()
    rounds = []

    def tick() -> None:
        rounds.append(1)
        outbox.wake.set()
        if len(rounds) == 3:
            stop.set()

    publish()
    relay.run(stop, each_round=tick)
    assert effects() == 1
    assert len(rounds) == 3


def test_a_fault_in_a_round_stops_neither_deliveries_nor_later_rounds(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LOOK_EVERY_S", 0.01)
    stop = threading.Event()
    rounds = []

    def tick() -> None:
        rounds.append(1)
        if len(rounds) == 3:
            stop.set()
            outbox.wake.set()
            return
        publish() if len(rounds) == 1 else None
        raise ValueError("Ben wrote: I cannot sleep")

    relay.run(stop, each_round=tick)
    assert effects() == 1
    assert "ValueError at test_relay.py" in caplog.text
    assert "sleep" not in caplog.text
