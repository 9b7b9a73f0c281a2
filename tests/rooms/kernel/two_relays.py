"""Run as a program: two relays at once on a database of their own; prints what came of it.

``python -m tests.rooms.kernel.two_relays threads|processes``, with the database in the environment.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from rapport.kernel import audit, clock, outbox  # noqa: E402
from rapport.kernel.models import OutboxMessage  # noqa: E402
from tests.rooms.kernel.pings import PRACTICE, Pinged, effects, note  # noqa: E402

MESSAGES = 60
outbox.connect({Pinged: (note,)})


def drain() -> None:
    while outbox.deliver_due(limit=20) or OutboxMessage.objects.filter(attempts=0).exists():
        continue
    connection.close()


def together(how: str) -> None:
    if how == "processes":
        command = [sys.executable, "-m", "tests.rooms.kernel.two_relays", "one"]
        running = [subprocess.Popen(command) for _ in range(2)]
        assert [process.wait(timeout=60) for process in running] == [0, 0]
        return
    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main(how: str) -> None:
    if how == "one":
        drain()
        return
    call_command("migrate", "kernel", verbosity=0)
    for _ in range(MESSAGES):
        outbox.publish(Pinged(PRACTICE), at=clock.now())
    together(how)
    left = OutboxMessage.objects.count()
    print(json.dumps({"effects": effects(), "left": left, "faults": len(audit.verify([PRACTICE]))}))


if __name__ == "__main__":
    main(sys.argv[1])
