"""``rapport relay``: deliveries in a process of their own, beside several web processes."""

from __future__ import annotations

import signal
import threading

import click

from rapport.commands.output import say
from rapport.commands.practices import rooms


@click.command()
def relay() -> None:
    """Deliver what waits in the outbox until stopped. For PostgreSQL; SQLite needs none.

    \b
    Example:
      RAPPORT_RELAY=0 rapport serve &
      rapport relay
    """
    with rooms():
        from rapport.flow.rounds import each_round
        from rapport.kernel.relay import run

        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        say("The relay is running.")
        run(stop, each_round=each_round)
