"""A real server on the synthetic practice, and a real Chromium looking at it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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
RAPPORT = Path(sys.executable).with_name("rapport")


@dataclass
class Server:
    """One `rapport serve` with a home of its own; can be killed and started again."""

    home: Path
    port: int
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [RAPPORT, *words], env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        self.process = subprocess.Popen([RAPPORT, "serve"], env=self.environ)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/account/login/", timeout=2)
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert self.process.poll() is None, "the server ended while starting"
                time.sleep(0.1)
        pytest.fail("the server did not answer within 60 s")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, Any]]]:
    """The synthetic practice, served; with what `rapport demo` prints about it."""
    home = tmp_path_factory.mktemp("home")
    port = _free_port()
    environ = {
        **os.environ,
        "RAPPORT_HOME": str(home),
        "RAPPORT_DEMO": "1",
        "RAPPORT_RELAY": "1",
        "PORT": str(port),
    }
    environ.pop("DATABASE_URL", None)
    server = Server(home, port, environ)
    facts = json.loads(server.command("demo", "--no-serve", "--json"))
    server.start()
    yield server, facts
    server.stop()


@pytest.fixture
def server(demo: tuple[Server, dict[str, Any]]) -> Server:
    return demo[0]


@pytest.fixture
def facts(demo: tuple[Server, dict[str, Any]]) -> dict[str, Any]:
    """Sign-ins and links of the synthetic practice."""
    return demo[1]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browser contexts and closes them after the test."""
    contexts: list[BrowserContext] = []

    def new(viewport: dict[str, int] = DESK, **options: Any) -> BrowserContext:
        context = browser.new_context(viewport=viewport, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Page:
    """A client's phone."""
    return open_context(PHONE, has_touch=True, is_mobile=True).new_page()


@pytest.fixture
def sign_in(
    server: Server, facts: dict[str, Any], open_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """A desk at which a demo member has signed in, by the role that the demo names."""

    def at(role: str, viewport: dict[str, int] = DESK, **options: Any) -> Page:
        person = next(one for one in facts["sign_ins"] if one["role"] == role)
        page = open_context(viewport, **options).new_page()
        page.goto(f"{server.url}/account/login/")
        page.get_by_label("E-mail").fill(person["email"])
        page.get_by_label("Password", exact=True).fill(person["password"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/account/login" not in url)
        return page

    return at


def find_faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]
    ]
