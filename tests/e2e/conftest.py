"""A real server on the synthetic practice, and a real Chromium looking at it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.people import Demo, Practice, sign_in_at
from tests.e2e.server import Server, free_port

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MIRA = "mira@linnet-house.example"
Open = Callable[..., BrowserContext]


def _server(home: Path, **environ: str) -> Server:
    port = free_port()
    own = {**os.environ, "RAPPORT_HOME": str(home), "RAPPORT_RELAY": "1", "PORT": str(port)}
    for name in ("DATABASE_URL", "RAPPORT_DEMO", "RAPPORT_BASE_URL"):
        own.pop(name, None)
    return Server(home, port, own | environ)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The synthetic practice, served; with what `rapport demo` prints about it."""
    server = _server(tmp_path_factory.mktemp("synthetic"), RAPPORT_DEMO="1")
    facts = json.loads(server.command("demo", "--no-serve", "--json"))
    server.start()
    yield Demo(server, facts)
    server.stop()


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real installation with nothing in it."""
    server = _server(tmp_path_factory.mktemp("bare"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Open]:
    """Opens browser contexts; nothing in them may break the policy or a script."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def new(viewport: dict[str, int] = DESK, **options: Any) -> BrowserContext:
        context = browser.new_context(viewport=viewport, **options)
        context.set_default_timeout(15_000)
        context.on("console", hear)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def phone(open_context: Open) -> Page:
    """A client's phone."""
    return open_context(PHONE, has_touch=True, is_mobile=True).new_page()


@pytest.fixture(scope="session")
def signed_in(demo: Demo, browser: Browser) -> Callable[[str], Any]:
    """What a browser keeps of a sign-in, by the role that the demo names; signed in once each."""
    kept: dict[str, Any] = {}

    def state(role: str) -> Any:
        if role not in kept:
            context = browser.new_context()
            sign_in_at(context.new_page(), demo.server.url, **demo.who(role))
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return state


@pytest.fixture
def at_desk(signed_in: Callable[[str], Any], open_context: Open) -> Callable[..., Page]:
    """A page of a demo member who is signed in, by role."""

    def page(role: str, viewport: dict[str, int] = DESK, **options: Any) -> Page:
        return open_context(viewport, storage_state=signed_in(role), **options).new_page()

    return page


@pytest.fixture
def mira(demo: Demo, at_desk: Callable[..., Page]) -> Practice:
    """The demo's therapist, with clients who have been coming for a while."""
    return Practice(demo.server, at_desk("therapist"), "Mira Thornfield", MIRA)


@pytest.fixture
def practice(demo: Demo, open_context: Open) -> Practice:
    """A therapist of the synthetic practice who has just begun: no client, an empty diary."""
    email, password = f"{token_hex(4)}@linnet-house.example", "a kite over the dunes"
    demo.server.command(
        "member", "add", "Wren Newcome", "--email", email, "--role", "therapist",
        typed=f"{password}\n",
    )  # fmt: skip
    desk = open_context().new_page()
    sign_in_at(desk, demo.server.url, email=email, password=password)
    return Practice(demo.server, desk, "Wren Newcome", email)
