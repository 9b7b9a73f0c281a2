"""The supervisor reads the radar; nobody else's client can be told from one who is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Demo

pytestmark = pytest.mark.e2e


def test_the_radar_is_filtered_and_read(demo: Demo, at_desk: Callable[..., Page]) -> None:
    page = at_desk("supervisor")
    page.goto(f"{demo.server.url}/supervision/radar")
    total = counted(page)
    assert total > 20
    page.get_by_label("Whose clients").select_option(label="Edgar Mossbridge")
    expect(page).to_have_url(re.compile("therapist="))
    expect(page.locator("#radar")).not_to_contain_text("Mira Thornfield")
    assert counted(page) < total
    page.get_by_label("Whose clients").select_option(label="All supervisees")
    page.get_by_label("Something is open").check()
    expect(page).to_have_url(re.compile("attention=1"))
    expect(page.locator("#radar li").first).to_contain_text(re.compile("Risk|Ask about"))

    page.locator("#radar").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_a_colleagues_client_is_as_absent_as_nobody(
    demo: Demo, at_desk: Callable[..., Page]
) -> None:
    supervisor, therapist = at_desk("supervisor"), at_desk("therapist")
    supervisor.goto(f"{demo.server.url}/supervision/radar")
    supervisor.get_by_label("Whose clients").select_option(label="Edgar Mossbridge")
    expect(supervisor).to_have_url(re.compile("therapist="))
    supervisor.locator("#radar").get_by_role("link").first.click()
    expect(supervisor.get_by_role("heading", level=1)).to_be_visible()
    theirs = supervisor.url.split("?")[0]
    nobodys = f"{demo.server.url}/relationships/{uuid4()}/brief"
    seen = []
    for address in (theirs, nobodys):
        reply = therapist.goto(address)
        assert reply is not None
        seen.append((reply.status, therapist.locator("body").inner_text(), therapist.title()))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404


def counted(page: Page) -> int:
    said = page.locator("#radar").get_by_text(re.compile(r"^\d+ relationships?$")).inner_text()
    return int(said.split()[0])
