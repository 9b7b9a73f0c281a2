"""A measure of others: its wording imported, assigned, answered on a phone, read by the therapist.

The wording is invented, in the shape of the PHQ-9: it asks about herons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import PHONE
from tests.e2e.people import Known, Practice, Thumb, answer
from tests.rooms.measures.test_questionnaire import form as heron_form

pytestmark = pytest.mark.e2e

CALM_WEEK = ("A little", "Rather well", "Rather good", "Rather satisfied", "No")


@pytest.fixture
def herons(practice: Practice, tmp_path: Path) -> None:
    path = tmp_path / "herons.json"
    path.write_text(json.dumps(heron_form()), encoding="utf-8")
    practice.server.command("measures", "import", str(path))


def assign(practice: Practice, client: Known, title: str) -> None:
    desk = practice.desk
    desk.goto(client.brief)
    desk.get_by_role("navigation", name=client.name).get_by_role("link", name="Measures").click()
    desk.get_by_role("radio", name=re.compile(title)).check()
    desk.get_by_role("button", name="Assign").click()
    asked = desk.get_by_role("region", name="Asked now")
    expect(asked).to_contain_text(title)
    expect(asked).to_contain_text("before each session, from session 1")


def test_a_measure_is_imported_assigned_answered_and_read(
    practice: Practice, herons: None, phone: Page
) -> None:
    client, desk = practice.admit("Heron Watcher"), practice.desk
    assign(practice, client, "PHQ-9")
    practice.book(client, ahead=timedelta(hours=20))
    link = practice.server.link_for(client.email)

    phone.goto(link)
    thumb = Thumb(phone)
    for name in (*CALM_WEEK, "Send"):
        thumb.tap(name)
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    assert thumb.taps <= 8
    expect(phone.get_by_text("There is one more form for today.")).to_be_visible()
    thumb.tap("Go on")
    for at in range(1, 9):
        expect(phone.get_by_text(f"{at} of 10")).to_be_visible()
        expect(phone.get_by_text("Herons are free.")).to_be_visible()
        thumb.tap("On most days")
    thumb.tap("On some days")
    expect(phone.get_by_role("alert").filter(has_text="Help is there now")).to_be_visible()

    desk.goto(f"{practice.server.url}/today")
    expect(desk.get_by_role("alert").filter(has_text=client.name)).to_contain_text("Question 9")

    phone.get_by_role("link", name="Go on with the questions").tap()
    thumb.tap("Send")
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(phone.get_by_role("button", name="Go on")).to_have_count(0)
    assert len(practice.server.links_for(client.email)) == 1

    desk.goto(client.brief)
    ahead = desk.get_by_role("region", name="This week, before you meet")
    expect(ahead).to_contain_text("Depression")
    expect(ahead).to_contain_text("17 of 27, moderately severe")
    expect(desk.get_by_role("main")).to_contain_text("Question 9")


def test_with_scripts_off_the_next_form_follows_too(
    practice: Practice, open_context: Callable[..., BrowserContext]
) -> None:
    client = practice.admit("Moth Reader")
    assign(practice, client, "Sleep Check")
    practice.book(client, ahead=timedelta(hours=20))
    page = open_context(PHONE, java_script_enabled=False).new_page()
    page.goto(practice.server.link_for(client.email))
    answer(page, *CALM_WEEK)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Go on").click()
    answer(page, "A little", "Somewhat", "Rather well", "A little")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
