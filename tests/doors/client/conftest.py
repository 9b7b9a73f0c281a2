"""A client with a link, on a phone without cookies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from rapport.kernel import clock, scope
from rapport.measures import actions, links
from rapport.measures.models import CheckIn
from tests.doors.account.conftest import fresh_limits, static_folder
from tests.people import World, hold

__all__ = ["fresh_limits", "static_folder"]

WEEK = {"distress": 2, "functioning": 4, "wellbeing": 4, "life_satisfaction": 4, "risk": 0}


@dataclass
class Phone:
    """Follows redirects by hand and counts taps; keeps no cookie, runs no script."""

    address: str
    page: str = ""
    status: int = 0
    taps: int = 0

    def open(self, query: str = "") -> Phone:
        return self._look(_fresh().get(self.address + query))

    def tap(self, name: str, value: object, **fields: object) -> Phone:
        """Press a button of a form: one request, and the page it leads to."""
        self.taps += 1
        reply = _fresh().post(self.address, {name: value, **fields})
        if reply.status_code == 303:
            reply = _fresh().get(reply["Location"])
        return self._look(reply)

    def send_json(self, **fields: object) -> HttpResponse:
        """What the script sends."""
        reply = _fresh().post(self.address, fields, headers={"Accept": "application/json"})
        assert isinstance(reply, HttpResponse)
        return reply

    def question(self) -> str:
        """The question on the screen."""
        (found,) = re.findall(r'<h1 class="question">(.*?)</h1>', self.shown, flags=re.S)
        return str(found).strip()

    @property
    def shown(self) -> str:
        """The page without the later questions that only the script brings out."""
        return SCREEN.sub("", self.page)

    def _look(self, reply: HttpResponse) -> Phone:
        self.page, self.status = reply.content.decode(), reply.status_code
        return self


SCREEN = re.compile(r"<template.*?</template>", flags=re.S)


def _fresh() -> Browser:
    return Browser(enforce_csrf_checks=True)


@pytest.fixture
def week(world: World) -> CheckIn:
    """Ben's Week Check before session 1."""
    with scope.practice(world.practice.id):
        return actions.ask_now(
            world.alice_and_ben, client=world.ben, moment="before", at=clock.now()
        )


@pytest.fixture
def today(world: World) -> dict[str, CheckIn]:
    """Everybody's Relationship Check after session 1 of Alice, Chloe and Ines, by rater."""
    with scope.practice(world.practice.id):
        hold(world.alice_and_chloe, 1)
        asked = actions.ask_after(world.alice_and_chloe, session_number=1, at=clock.now())
        return {check_in.rater: check_in for check_in in asked}


@pytest.fixture
def phone() -> Callable[[CheckIn], Phone]:
    return lambda check_in: Phone(f"/c/{links.check_in_token(check_in)}")


@pytest.fixture
def stored(world: World) -> Callable[[CheckIn], CheckIn]:
    """The row as the database has it now."""

    def load(check_in: CheckIn) -> CheckIn:
        with scope.practice(world.practice.id):
            return CheckIn.objects.get(id=check_in.id)

    return load
