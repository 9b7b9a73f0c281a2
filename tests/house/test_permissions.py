"""Every route, every actor: exactly what the permission table says, and nothing it does not."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from tests.house.permissions import SIGN_IN, rows, told
from tests.house.routes import ACTORS, Stage, absent, address, build, call, patterns
from tests.people import World

ROWS = rows()
REFUSALS = {SIGN_IN, "401", "404", "405"}
STRANGERS = ("dana", "omar", "rae", "ines", "charlie")


@pytest.fixture
def stage(world: World) -> Stage:
    made = build(world)
    opened = call(made, "client", "GET", address("/c/<token>", made.objects))
    assert opened.status_code == 200
    return made


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    described = {row.route for row in ROWS}
    assert described == set(patterns())


def test_everybody_is_answered_as_the_table_says(stage: Stage) -> None:
    wrong = []
    for row in ROWS:
        path = address(row.route, stage.objects)
        for name in ACTORS:
            found = told(call(stage, name, row.method, path))
            if found != row.answers[name]:
                wrong.append(
                    f"{row.method} {row.route}: {name} got {found}, not {row.answers[name]}"
                )
    assert not wrong, "\n".join(wrong)


def test_a_method_without_a_row_is_refused(stage: Stage) -> None:
    described = {(row.route, row.method) for row in ROWS}
    wrong = []
    for route in patterns():
        # allauth's form views take PUT as POST; theirs hold nobody's record
        methods = ("GET", "POST") if route.startswith("/account/") else _METHODS
        for method in methods:
            for name in ("anonymous", "alice", "omar", "dana"):
                if (route, method) in described:
                    continue
                found = told(call(stage, name, method, address(route, stage.objects)))
                if found not in REFUSALS:
                    wrong.append(f"{method} {route}: {name} got {found}")
    assert not wrong, "\n".join(wrong)


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def test_forbidden_and_absent_are_the_same_to_the_last_byte(stage: Stage) -> None:
    compared = 0
    for row in ROWS:
        path, gone = address(row.route, stage.objects), absent(row.route, stage.objects)
        for name in STRANGERS:
            if path == gone or row.answers[name] != "404":
                continue
            forbidden = call(stage, name, row.method, path)
            missing = call(stage, name, row.method, gone)
            assert missing.status_code == 404, f"{row.method} {row.route}: {name}"
            assert _shown(forbidden) == _shown(missing), f"{row.method} {row.route}: {name}"
            compared += 1
    assert compared > 100


def _shown(answer: HttpResponse) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", answer.content.decode())


def test_nobody_gets_further_without_a_second_factor(stage: Stage) -> None:
    session = stage.browsers["alice"].session
    del session["second_factor"]
    session.save()
    for row in ROWS:
        if row.answers["anonymous"] not in {SIGN_IN, "401"} or row.route.startswith("/account/"):
            continue
        answer = call(stage, "alice", row.method, address(row.route, stage.objects))
        if row.route.startswith("/api/"):
            assert answer.status_code == 403, row.route
        else:
            assert answer["Location"] == "/account/2fa/", row.route
