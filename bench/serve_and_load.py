"""Load the pages of a running server with wrk: Today, brief, radar, over a large practice.

    RAPPORT_HOME=/somewhere/large python bench/serve_and_load.py

The database is one that ``bench/practice.py`` filled (``DATABASE_URL`` for PostgreSQL). One
``rapport serve`` with its relay runs beside; wrk keeps 1, then 8 requests in flight. A page is
asked for 40 different relationships in turn, and each disclosure is written to the audit chain.
"CPU" is the server's own processor time for one request: it changes least on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
os.environ["RAPPORT_DEMO"] = "1"  # a made-up practice needs no second factor

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from rapport.kernel import scope  # noqa: E402
from rapport.people.models import Member, Practice, Relationship, User  # noqa: E402

HERE = Path(__file__).parent
RAPPORT = Path(sys.executable).with_name("rapport")
RELATIONSHIPS = 40


@dataclass(frozen=True)
class Page:
    """One kind of page: who asks for it, and under which addresses."""

    name: str
    cookie: str
    paths: tuple[str, ...]
    queries: int


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--seconds", type=int, default=8)
    seconds = arguments.parse_args().seconds
    pages = wanted()
    port = free_port()
    with served(port) as server:
        print(f"{connection.vendor}, {os.cpu_count()} cores, wrk -t1, {seconds} s a line")
        print(
            f"{'page':22} {'queries':>7} {'c':>2} {'req/s':>8} {'p50 ms':>8} {'p95 ms':>8} "
            f"{'CPU ms':>7} errors"
        )
        for page in pages:  # the first look of a process compiles templates and draws charts
            load(page, port, 1, 2)
        for connections in (1, 8):
            for page in pages:
                before = cpu_s(server.pid)
                requests, rate, p50, p95, errors = load(page, port, connections, seconds)
                cpu_ms = 1000 * (cpu_s(server.pid) - before) / max(1, int(requests))
                print(
                    f"{page.name:22} {page.queries:7} {connections:2} {rate:>8} {p50:>8} {p95:>8} "
                    f"{cpu_ms:7.1f} {errors}"
                )
        print(f"memory of the server, relay included: {_resident_mb(server.pid)} MB")


def wanted() -> list[Page]:
    practice = Practice.objects.get()
    with scope.practice(practice.id):
        therapist = Member.objects.select_related("user").get(name="Therapist0")
        supervisor = Member.objects.select_related("user").get(name="Supervisor")
        ids = Relationship.objects.filter(therapist=therapist, ended_on=None).order_by("id")
        chosen = list(ids.values_list("id", flat=True)[:RELATIONSHIPS])
    return [
        page("today", therapist, ["/today"]),
        page("brief", therapist, [f"/relationships/{one}/brief" for one in chosen]),
        page("clients", therapist, ["/clients"]),
        page("radar, first page", supervisor, ["/supervision/radar"]),
        page("radar, page 100", supervisor, ["/supervision/radar?page=100"]),
        page("relationship", therapist, [f"/relationships/{one}" for one in chosen]),
    ]


def page(name: str, member: Member, paths: list[str]) -> Page:
    """Sign in, and count what one look at the page asks of the database."""
    assert isinstance(member.user, User)
    browser = Browser(headers={"host": "127.0.0.1"})
    browser.force_login(member.user, settings.AUTHENTICATION_BACKENDS[1])
    counts = set()
    for path in [paths[0], *paths[:5]]:
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"bench: {path} answers {answer.status_code}")
        counts.add(sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE")) for q in queries))
    cookie = f"sessionid={browser.cookies['sessionid'].value}"
    return Page(name, cookie, tuple(paths), max(counts))


def load(page: Page, port: int, connections: int, seconds: int) -> list[str]:
    command = ["wrk", "-t1", f"-c{connections}", "-s", str(HERE / "percentiles.lua")]
    told = os.environ | {"COOKIE": page.cookie, "PATHS": " ".join(page.paths)}
    address = f"http://127.0.0.1:{port}"
    done = subprocess.run(
        [*command, f"-d{seconds}s", address], env=told, capture_output=True, text=True, check=True
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("figures "))
    return line.split()[1:]


@contextmanager
def served(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """``rapport serve`` on this port, until the block ends."""
    server = subprocess.Popen(
        [str(RAPPORT), "serve", "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_up(port)
        yield server
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_up(port: int) -> None:
    for _ in range(600):
        try:
            with urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=60):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit("bench: the server did not come up")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def cpu_s(pid: int) -> float:
    """The processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()
