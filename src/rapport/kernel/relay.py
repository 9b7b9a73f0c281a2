"""The relay: delivers the outbox until it is told to stop.

Embedded, it is a thread of the web process and is woken by the commit itself. Scaled, it is
``rapport relay``, woken by PostgreSQL's NOTIFY. Either way it looks every second as well, for
what has come due meanwhile.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from rapport.kernel import outbox

log = logging.getLogger(__name__)
LOOK_EVERY_S = 1.0


def run(stop: threading.Event, *, each_round: Callable[[], None]) -> None:
    """Deliver and tick until ``stop`` is set. ``each_round`` does what the clock alone starts."""
    while not stop.is_set():
        try:
            outbox.wake.clear()
            while outbox.deliver_due() and not stop.is_set():
                continue
            each_round()
            _wait_for_work()
        except (OperationalError, InterfaceError) as error:
            log.warning("the relay lost its database: %s", type(error).__name__)
            close_old_connections()
            stop.wait(LOOK_EVERY_S)
        except Exception as error:  # noqa: BLE001  (it carries every alarm: it outlives a fault)
            log.error("a round of the relay failed: %s", outbox.fault_of(error))  # noqa: TRY400
            stop.wait(LOOK_EVERY_S)
    connection.close()


def start_thread(*, each_round: Callable[[], None]) -> Callable[[], None]:
    """Run the relay beside the web server; returns what stops it."""
    stop = threading.Event()
    thread = threading.Thread(
        target=run, args=(stop,), kwargs={"each_round": each_round}, name="relay", daemon=True
    )
    thread.start()

    def end() -> None:
        stop.set()
        outbox.wake.set()
        thread.join(timeout=10)

    return end


def _wait_for_work() -> None:
    if connection.vendor != "postgresql":
        outbox.wake.wait(LOOK_EVERY_S)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {outbox.CHANNEL}")
    assert connection.connection is not None
    for _ in connection.connection.notifies(timeout=LOOK_EVERY_S, stop_after=1):
        break
