"""The specimen, served under the content policy, and a real Chromium looking at it."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from rapport.web.design import specimen

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)


@dataclass
class Served:
    """Where the pages are, and what they have sent; ``answer`` is what the server says to it."""

    url: str = ""
    sent: list[dict[str, list[str]]] = field(default_factory=list)
    answer: int = 204


class Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, served: Served, **options: Any) -> None:
        self.served = served
        super().__init__(*args, **options)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(self.served.answer)
        self.end_headers()
        self.served.sent.append(parse_qs(body))

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return specimen.write(tmp_path_factory.mktemp("specimen"))


@pytest.fixture
def served(pages: list[Path]) -> Iterator[Served]:
    state = Served()
    handler = functools.partial(Handler, served=state, directory=str(pages[0].parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Opens a page of the specimen; whatever the browser refuses or throws fails the test."""
    troubles: list[str] = []
    contexts = []

    def open_page(name: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{served.url}/{name}.html")
        return page

    yield open_page
    for context in contexts:
        context.close()
    lost = "net::ERR_INTERNET_DISCONNECTED"  # the tests that cut the connection
    refused = "status of 503"  # and those that break the server
    assert [t for t in troubles if lost not in t and refused not in t] == []
