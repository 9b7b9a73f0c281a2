"""Pages about notes in a practice with a million of them: loads it, then times each page.

    RAPPORT_HOME=/somewhere/large python bench/notes.py --notes 1000000

Fifty therapists, 10,000 clients; every note signed, its words drawn by Zipf's law from 4,000, so
that the commonest stand in nearly every note and the rarest in few. The first 100,000 go through
the models, the rest are copies of them under other names (SQLite only). Pages are asked in this
process through Django's test client: middleware, database and template, no network. Each look is
at another relationship, note or word.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from uuid import UUID

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.urls import reverse  # noqa: E402

from rapport.kernel import clock, scope  # noqa: E402
from rapport.people.models import (  # noqa: E402
    Client,
    Member,
    Participant,
    Practice,
    Relationship,
    Session,
    Supervision,
    User,
)
from rapport.records import search  # noqa: E402
from rapport.records.chain import digest_of  # noqa: E402
from rapport.records.facts import Facts  # noqa: E402
from rapport.records.models import Note, Signing  # noqa: E402

THERAPISTS, CLIENTS, SESSIONS = 50, 10_000, 20
WORDS_IN_NOTE, VOCABULARY = 60, 4_000
BASE = 100_000
AT_ONCE = 5_000
SECTIONS = [{"key": "plan", "label": "Plan", "hint": "", "prefill": []}]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--notes", type=int, default=1_000_000)
    arguments.add_argument("--looks", type=int, default=100)
    given = arguments.parse_args()
    call_command("migrate", verbosity=0)
    with scope.every_practice():
        if not Note.objects.exists():
            began = time.perf_counter()
            load(given.notes)
            print(f"{given.notes} notes loaded in {time.perf_counter() - began:.0f} s")
        measure(given.looks)


def load(count: int) -> None:
    rng = np.random.default_rng(11)
    words = np.array([f"w{number:04}" for number in range(VOCABULARY)])
    odds = 1 / np.arange(1, VOCABULARY + 1)
    relationships = people()
    for first in range(0, min(count, BASE), AT_ONCE):
        drawn = rng.choice(words, size=(AT_ONCE, WORDS_IN_NOTE), p=odds / odds.sum())
        rows = range(first, min(first + AT_ONCE, count))
        with transaction.atomic():
            write(
                [
                    (relationships[n % CLIENTS], " ".join(w))
                    for n, w in zip(rows, drawn, strict=False)
                ]
            )
    for number in range(1, count // BASE):
        copy(number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy(number: int) -> None:
    """Every note of the base once more: identifiers of the base begin with 0, a copy's do not."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, changed in (
            ("records_signing", ("id", "note_id")),
            ("records_note", ("id", "current_id")),
        ):
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            names = [column[0] for column in cursor.description]
            values = [f"'{number:x}' || substr({n}, 2)" if n in changed else n for n in names]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)})"
                f" SELECT {', '.join(values)} FROM {table} WHERE id < '1'"
            )
        cursor.execute(
            "INSERT INTO records_words (keys, words, note)"
            f" SELECT 'n{number:x}' || substr(keys, 3), words, '{number:x}' || substr(note, 2)"
            " FROM records_words WHERE note < '1'"
        )


def people() -> list[Relationship]:
    """The practice: supervisor, therapists, clients, and the sessions they held."""
    now = clock.now()
    practice = Practice.objects.create(name="Bench Practice", synthetic=True, created_at=now)
    supervisor = member(practice, "supervisor", ["supervisor"])
    therapists = [member(practice, f"therapist{n}", ["therapist"]) for n in range(THERAPISTS)]
    for one in therapists:
        Supervision.objects.create(practice=practice, supervisor=supervisor, supervisee=one)
    clients = [
        Client(practice=practice, given_name=f"G{n}", family_name=f"F{n}", created_at=now)
        for n in range(CLIENTS)
    ]
    relationships = [
        Relationship(practice=practice, therapist=therapists[n % THERAPISTS], started_on=now.date())
        for n in range(CLIENTS)
    ]
    places = [
        Participant(practice=practice, relationship=r, client=c)
        for r, c in zip(relationships, clients, strict=True)
    ]
    sessions = [
        Session(
            practice=practice,
            relationship=one,
            number=n + 1,
            held_at=now - timedelta(weeks=SESSIONS - n),
        )
        for one in relationships
        for n in range(SESSIONS)
    ]
    with transaction.atomic():
        for table, rows in (
            (Client, clients),
            (Relationship, relationships),
            (Participant, places),
            (Session, sessions),
        ):
            table.objects.bulk_create(rows, batch_size=2000)
    for relationship, client in zip(relationships, clients, strict=True):
        relationship.whose = client  # type: ignore[attr-defined]
    for session in sessions:
        session.relationship.held = [*getattr(session.relationship, "held", ()), session.id]  # type: ignore[attr-defined]
    return relationships


def member(practice: Practice, name: str, roles: list[str]) -> Member:
    user = User.objects.create(email=f"{name}@bench.example")
    return Member.objects.create(practice=practice, user=user, name=name, roles=roles)


def write(told: list[tuple[Relationship, str]]) -> None:
    """Signed notes, their texts, and the index."""
    rows = [signed(relationship, words) for relationship, words in told]
    Note.objects.bulk_create([note for note, _ in rows], batch_size=1000)
    Signing.objects.bulk_create([signing for _, signing in rows], batch_size=1000)
    for note, signing in rows:
        search.enter(note.id, note.author_id, signing.sections[0]["text"])


def signed(relationship: Relationship, words: str) -> tuple[Note, Signing]:
    now = clock.now()
    signing = Signing(
        practice_id=relationship.practice_id,
        number=1,
        kind="note",
        sections=[{"key": "plan", "label": "Plan", "text": words}],
        member_id=relationship.therapist_id,
        name="Bench",
        at=now,
    )
    note = Note(
        practice_id=relationship.practice_id,
        relationship=relationship,
        client=relationship.whose,  # type: ignore[attr-defined]
        session_id=random.choice(relationship.held),  # type: ignore[attr-defined]
        author_id=relationship.therapist_id,
        template="soap",
        title="SOAP",
        sections=SECTIONS,
        facts=Facts().as_json(),
        begun_at=now,
        saved_at=now,
        signed_at=now,
        current_id=signing.id,
    )
    signing.note_id = note.id
    signing.digest = digest_of(signing)
    return note, signing


def measure(looks: int) -> None:
    therapist = Member.objects.get(name="therapist7")
    rows = Relationship.objects.filter(therapist=therapist)
    own = list(rows.values_list("id", flat=True)[:looks])
    signed = Note.objects.filter(author=therapist, id__lt=UUID(int=1 << 124))
    notes = list(signed.values_list("id", flat=True)[:looks])
    browser = signed_in(therapist)
    asked = {
        "own notes": lambda n: browser.get(reverse("own_notes")),
        "notes of a relationship": lambda n: browser.get(
            reverse("notes", args=[own[n % len(own)]])
        ),
        "one signed note": lambda n: browser.get(reverse("note", args=[notes[n % len(notes)]])),
        "search, a word of nearly every note": lambda n: look_for(browser, f"w{n % 3:04}"),
        "search, two common words": lambda n: look_for(browser, f"w{n % 9:04} w{n % 40:04}"),
        "search, a rare word": lambda n: look_for(browser, f"w{3900 + n % 100:04}"),
        "search, a word nobody wrote": lambda n: look_for(browser, f"nothing{n}"),
    }
    draft = begun(therapist, own[0])
    asked["the draft"] = lambda n: browser.get(reverse("note", args=[draft.id]))
    asked["saving the draft"] = saves(browser, draft)
    for ask in asked.values():
        ask(0)
    gc.freeze()  # as the server does
    print(f"{'page':40} {'p50 ms':>8} {'p95 ms':>8} {'processor p95 ms':>17}")
    for name, ask in asked.items():
        walls, processors = zip(*timed(ask, looks), strict=True)
        figures = statistics.median(walls), late(walls), late(processors)
        print("{:40} {:8.1f} {:8.1f} {:17.1f}".format(name, *figures))
    Note.objects.filter(id=draft.id).delete()


def late(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[int(0.95 * len(times))]


def timed(ask: Callable[[int], HttpResponse], looks: int) -> Iterator[tuple[float, float]]:
    """Milliseconds of the clock, and of this process's processor."""
    for number in range(looks):
        began, used = time.perf_counter(), time.process_time()
        answer = ask(number)
        yield 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used)
        if answer.status_code != 200:
            raise SystemExit(f"bench: answered {answer.status_code}")


def look_for(browser: Browser, words: str) -> HttpResponse:
    return browser.post(reverse("own_notes"), {"words": words})


def begun(therapist: Member, relationship_id: object) -> Note:
    now = clock.now()
    return Note.objects.create(
        practice_id=therapist.practice_id,
        relationship_id=relationship_id,
        client_id=Participant.objects.get(relationship_id=relationship_id).client_id,
        author=therapist,
        template="soap",
        title="SOAP",
        sections=SECTIONS,
        facts=Facts().as_json(),
        begun_at=now,
        saved_at=now,
    )


def saves(browser: Browser, draft: Note) -> Callable[[int], HttpResponse]:
    url, script = reverse("note_save", args=[draft.id]), {"Accept": "application/json"}

    def save(_number: int) -> HttpResponse:
        saves.count += 1
        typed = {"revision": 0, "window": "w", "s-plan": f"typed {saves.count}"}
        return browser.post(url, typed, headers=script)

    saves.count = 0
    save(0)
    return save


def signed_in(who: Member) -> Browser:
    browser = Browser(headers={"host": "127.0.0.1"})
    assert who.user is not None
    browser.force_login(who.user, settings.AUTHENTICATION_BACKENDS[1])
    session = browser.session
    session["second_factor"] = True
    session.save()
    return browser


if __name__ == "__main__":
    main()
