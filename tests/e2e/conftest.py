"""A real server on the synthetic practice, and a real Chromium looking at it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
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


@pytest.fixture
def sign_in(demo: Demo, open_context: Open) -> Callable[..., Page]:
    """A desk at which a demo member has signed in, by the role that the demo names."""

    def at(role: str, viewport: dict[str, int] = DESK, **options: Any) -> Page:
        page = open_context(viewport, **options).new_page()
        sign_in_at(page, demo.server.url, **demo.who(role))
        return page

    return at


@pytest.fixture
def desk(sign_in: Callable[..., Page]) -> Page:
    """The therapist's desk, signed in."""
    return sign_in("therapist")


@pytest.fixture
def practice(demo: Demo, desk: Page) -> Practice:
    """What the therapist does at the desk, where a story only needs it done."""
    return Practice(demo.server, desk)
