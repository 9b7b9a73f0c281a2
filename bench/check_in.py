"""Time check-ins from the press of "send" to the new assessment, worker included.

    RAPPORT_HOME=/somewhere/large python bench/check_in.py

The database is one that ``bench/practice.py`` filled (``DATABASE_URL`` for PostgreSQL). Each of
300 relationships gets one more session and the answers to its Week Check, all but sent. Then one
``rapport serve`` with its relay runs beside; for each client in turn the form is sent over HTTP,
and the database is asked every four milliseconds for the assessment that comes of it.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import time
from datetime import timedelta
from urllib.parse import urlsplit

from serve_and_load import cpu_s, free_port, served

from django.db import connection  # isort: skip  (the line above starts Django)
from django.db.models import Max  # isort: skip
from rapport.alliance.models import Assessment  # isort: skip
from rapport.kernel import clock, scope  # isort: skip
from rapport.measures.models import CheckIn  # isort: skip
from rapport.measures.queries import link_for  # isort: skip
from rapport.people.models import Participant, Practice, Session  # isort: skip

ANSWERS = {
    "distress": 2,
    "functioning": 2,
    "wellbeing": 4,
    "life_satisfaction": 4,
    "risk": 0,
}
PATIENCE_S = 30


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--clients", type=int, default=300)
    arguments.add_argument("--pause", type=float, default=0.0, help="seconds between two of them")
    given = arguments.parse_args()
    practice = Practice.objects.get()
    port = free_port()
    with scope.practice(practice.id):
        check_ins = prepare(given.clients)
        with served(port) as server:
            send(check_ins[0], port)  # the first of a process also loads what it needs
            before = cpu_s(server.pid)
            timed = [send(check_in, port, after=given.pause) for check_in in check_ins[1:]]
            cpu_ms = 1000 * (cpu_s(server.pid) - before) / len(timed)
    print(f"{connection.vendor}, {len(timed)} check-ins, {given.pause:g} s between two of them")
    for name, column in (("answer to the client", 0), ("assessment stored", 1)):
        print(f"{name:22} {_figures([row[column] * 1000 for row in timed])}")
    print(f"processor time of the server for each: {cpu_ms:.1f} ms")


def prepare(count: int) -> list[CheckIn]:
    """One more session held, and a Week Check answered but not sent, for so many clients."""
    places = Participant.objects.filter(relationship__ended_on=None).order_by("id")
    chosen = list(places.select_related("relationship", "client")[:count])
    ids = [place.relationship_id for place in chosen]
    held = Session.objects.filter(relationship_id__in=ids).values_list("relationship_id")
    last = dict(held.annotate(last=Max("number")))
    now = clock.now()
    Session.objects.bulk_create(
        Session(
            practice_id=place.practice_id,
            relationship_id=place.relationship_id,
            number=last[place.relationship_id] + 1,
            held_at=now,
        )
        for place in chosen
    )
    # Today's clients have this check-in already; it is answered in place of a second one.
    waiting = {
        "moment": "before",
        "answers": ANSWERS,
        "asked_at": now,
        "expires_at": now + timedelta(days=2),
    }
    return [
        CheckIn.objects.update_or_create(
            relationship_id=place.relationship_id,
            client=place.client,
            session_number=last[place.relationship_id] + 1,
            rater="client",
            instrument="week_check",
            create_defaults=waiting | {"practice_id": place.practice_id},
            defaults=waiting,
        )[0]
        for place in chosen
    ]


def send(check_in: CheckIn, port: int, *, after: float = 0.0) -> tuple[float, float]:
    """Send one form; return the seconds until its answer, and until its assessment stands."""
    time.sleep(after)
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    path = urlsplit(link_for(check_in)).path
    began = time.perf_counter()
    server.request(
        "POST", path, "send=1&words=", {"Content-Type": "application/x-www-form-urlencoded"}
    )
    answer = server.getresponse()
    answer.read()
    answered = time.perf_counter() - began
    server.close()
    if answer.status != 303:
        raise SystemExit(f"bench: the form answers {answer.status}")
    come = Assessment.objects.filter(
        relationship_id=check_in.relationship_id,
        client_id=check_in.client_id,
        as_of=check_in.session_number,
    )
    sql, parameters = come.values_list("id")[:1].query.sql_with_params()
    with connection.cursor() as cursor:
        while not cursor.execute(sql, parameters).fetchone():
            if time.perf_counter() - began > PATIENCE_S:
                raise SystemExit("bench: no assessment came")
            time.sleep(0.004)
    return answered, time.perf_counter() - began


def _figures(milliseconds: list[float]) -> str:
    cuts = statistics.quantiles(milliseconds, n=100)
    return f"p50 {cuts[49]:.1f} ms   p95 {cuts[94]:.1f} ms   p99 {cuts[98]:.1f} ms"


if __name__ == "__main__":
    main()
