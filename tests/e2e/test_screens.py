"""Every screen of every role, on a phone and at a desk, in the light and in the dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.people import Demo

pytestmark = pytest.mark.e2e

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NARROW = {"width": 320, "height": 640}
FIXED = {
    "therapist": ["/today", "/clients", "/clients?ended", "/clients/new", "/alerts", "/notes"],
    "supervisor": [
        "/supervision/radar",
        "/supervision/radar?attention=1",
        "/supervision/co-sign",
        "/alerts",
        "/today",
    ],
    "admin": [
        "/office/schedule",
        "/office/schedule/book",
        "/office/people",
        "/office/consents",
        "/office/crisis-help",
        "/note-templates",
        "/note-templates/new?from=soap",
        "/office/system",
    ],
    "coach": ["/today", "/clients", "/notes"],
    "interpreter": ["/interpreter"],
    "researcher": ["/", "/account/2fa/", "/account/password/change/"],
}
CLOSED = re.compile(r"/(logout|retry|cancel|missed|api/)")


@pytest.fixture(scope="module")
def screens(demo: Demo, signed_in: Callable[[str], Any], browser: Any) -> dict[str, list[str]]:
    """The addresses of every screen, by who sees them; those of one client of each kind too."""
    context = browser.new_context(storage_state=signed_in("therapist"))
    desk = context.new_page()
    found = {role: [demo.server.url + path for path in paths] for role, paths in FIXED.items()}
    for name in ("Aster Penhallow", "Clover Marsh", "Tansy Merriweather", "Bramble Hollis"):
        ended = "ended&" if name.startswith("Bramble") else ""
        desk.goto(f"{demo.server.url}/clients?{ended}q={name.split()[0]}")
        desk.get_by_role("main").get_by_role("link", name=name).click()
        desk.wait_for_url("**/brief**")
        tabs = desk.locator("nav.tabs a").evaluate_all("all => all.map((one) => one.href)")
        found["therapist"] += tabs
        if not ended:
            found["therapist"].append(re.sub(r"/brief.*", "/book", tabs[0]))
            found["therapist"].append(re.sub(r"/brief.*", "/end", tabs[0]))
    desk.goto(f"{demo.server.url}/today")
    pages = desk.locator("main a").evaluate_all("all => all.map((one) => one.href)")
    found["therapist"] += [page for page in pages if "/after" in page or "/alerts/" in page]
    office = browser.new_context(storage_state=signed_in("admin"))
    people = office.new_page()
    people.goto(f"{demo.server.url}/office/people")
    people.get_by_role("link", name="Mira Thornfield").click()
    people.wait_for_url("**/people/*")
    found["admin"].append(people.url)
    office.close()
    desk.goto(f"{demo.server.url}/notes")
    notes = desk.locator("main .list a").evaluate_all("all => all.map((one) => one.href)")
    draft, signed, amended = notes[0], notes[1], notes[-1]
    bramble = re.sub(r"/(brief|relationship).*", "", tabs[0])
    found["therapist"] += [draft, signed, f"{amended}/amend", f"{bramble}/psychotherapy-notes"]
    found["supervisor"].append(amended)
    yarrow = demo.server.links_for("yarrow.farsight@client.example")[0]
    found["nobody"] = [
        f"{demo.server.url}/account/login/",
        f"{demo.server.url}/account/password/reset/",
        f"{demo.server.url}/c/nothing",
        demo.facts["progress"],
        *(f"{yarrow}?q={step}" for step in ("1", "5", "6", "help")),
        demo.server.links_for("aster.penhallow@client.example")[0],
    ]
    context.close()
    return found


@pytest.fixture
def visit(
    signed_in: Callable[[str], Any], open_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """A page of a role in a size and a scheme."""

    def page(role: str, size: dict[str, int], scheme: str = "light") -> Page:
        state = {} if role == "nobody" else {"storage_state": signed_in(role)}
        options = {"color_scheme": scheme, "reduced_motion": "reduce", **state}
        return open_context(size, **options).new_page()

    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", [*FIXED, "nobody"])
def test_axe_finds_nothing(
    screens: dict[str, list[str]], visit: Callable[..., Page], role: str, scheme: str
) -> None:
    faults: list[str] = []
    for size in (PHONE, DESK):
        page = visit(role, size, scheme)
        for address in screens[role]:
            page.goto(address)
            for folded in page.locator("details.more:visible > summary").all():
                folded.click()
            faults += found_by_axe(page)
    assert faults == []


@pytest.mark.parametrize("role", [*FIXED, "nobody"])
def test_nothing_runs_off_the_side(
    screens: dict[str, list[str]], visit: Callable[..., Page], role: str
) -> None:
    wide = []
    for size in (PHONE, NARROW):
        page = visit(role, size)
        for address in screens[role]:
            page.goto(address)
            across = page.evaluate("document.documentElement.scrollWidth")
            if across > size["width"]:
                wide.append((address, size["width"], across))
    assert wide == []


@pytest.mark.parametrize("role", [*FIXED, "nobody"])
def test_the_keyboard_reaches_everything_in_order(
    screens: dict[str, list[str]], visit: Callable[..., Page], role: str
) -> None:
    page = visit(role, DESK)
    lost = []
    for address in screens[role]:
        page.goto(address)
        expected = page.evaluate(IN_READING_ORDER)
        reached = list(islice(tabbed_through(page, len(expected)), len(expected)))
        if reached != expected:
            lost.append((address, [one for one in expected if one not in reached], expected[:3]))
    assert lost == []


def test_the_brief_prints_on_one_page(
    screens: dict[str, list[str]], visit: Callable[..., Page]
) -> None:
    page = visit("therapist", DESK)
    long = []
    for address in [one for one in screens["therapist"] if "/brief" in one]:
        page.goto(address)
        for paper in ("A4", "Letter"):
            pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
            if pages != 1:
                long.append((address, paper, pages))
    assert long == []


def found_by_axe(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [
        f"{page.url}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]
    ]


# Everything that can be operated, numbered in the order of the document; a group of radio buttons
# is one stop, at the button that is chosen or else at the first.
IN_READING_ORDER = """() => {
    const groups = new Set();
    const stop = (one) => {
        if (one.type !== "radio") return true;
        const mates = [...document.querySelectorAll(`input[name="${CSS.escape(one.name)}"]`)]
            .filter((mate) => mate.form === one.form);
        return one === (mates.find((mate) => mate.checked) ?? mates[0]);
    };
    return [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
        .filter((one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility() && stop(one))
        .map((one, at) => (one.dataset.stop = String(at)));
}"""


def tabbed_through(page: Page, stops: int) -> Iterator[str]:
    """Where Tab leads, stop by stop, from the top of the page."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    page.evaluate("() => getSelection().removeAllRanges()")
    before = ""
    for _press in range(stops * 3):  # a day and a time have three places to type in
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement?.dataset.stop ?? ''")
        if at and at != before:
            yield at
        before = at
