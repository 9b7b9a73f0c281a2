"""A check-in in spite of everything: no scripts, no connection, a dead server, a bad link."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import PHONE
from tests.e2e.people import Demo, Practice, answer

pytestmark = pytest.mark.e2e

WEEK = ("A little", "Rather well", "Rather good", "Rather satisfied", "No")


def test_with_scripts_off_it_is_the_same(
    practice: Practice, open_context: Callable[..., BrowserContext]
) -> None:
    client, link = practice.invite("Nola Plainpage")
    page = open_context(PHONE, java_script_enabled=False).new_page()
    page.goto(link)
    answer(page, *WEEK[:2])
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("button", name="Rather well", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="Well", exact=True).click()
    for name in WEEK[2:]:
        page.get_by_role("button", name=name, exact=True).click()
    page.get_by_label("In your own words").fill("Fewer bad nights.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()

    practice.desk.goto(client.brief)
    expect(practice.desk.get_by_role("main")).to_contain_text("Fewer bad nights.")
    expect(practice.desk.get_by_role("main")).to_contain_text("This week, before you meet")


def test_with_scripts_off_a_risk_answer_brings_help(
    practice: Practice, open_context: Callable[..., BrowserContext]
) -> None:
    client, link = practice.invite("Nettle Plainpage")
    page = open_context(PHONE, java_script_enabled=False).new_page()
    page.goto(f"{link}?q=5")
    page.get_by_role("button", name="Yes, now and then", exact=True).click()
    expect(page.get_by_text("Thank you for saying so.")).to_be_visible()
    practice.desk.goto(f"{practice.server.url}/today")
    expect(practice.desk.get_by_role("alert").filter(has_text=client.name)).to_be_visible()


def test_answers_given_without_a_connection_arrive(practice: Practice, phone: Page) -> None:
    client, link = practice.invite("Orla Tunnel")
    phone.goto(link)
    answer(phone, WEEK[0])
    phone.context.set_offline(True)
    for name in WEEK[1:]:
        phone.get_by_role("button", name=name, exact=True).tap()
    expect(phone.get_by_text(re.compile("connection", re.IGNORECASE))).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_label("In your own words")).to_be_visible()
    expect(phone.get_by_text(re.compile("not answered"))).to_have_count(0)
    phone.get_by_role("button", name="Send").tap()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()

    practice.desk.goto(client.brief)
    expect(practice.desk.get_by_role("region", name="This week, before you meet")).to_be_visible()


def test_a_killed_server_loses_nothing(
    demo: Demo, practice: Practice, phone: Page, open_context: Callable[..., BrowserContext]
) -> None:
    _client, link = practice.invite("Piers Powercut")
    phone.goto(link)
    answer(phone, *WEEK[:2])
    expect(phone.get_by_text("3 of 6")).to_be_visible()
    expect(phone.get_by_role("status")).to_have_text(re.compile("saved", re.IGNORECASE))

    demo.server.kill()
    try:
        phone.get_by_role("button", name=WEEK[2], exact=True).tap()
        expect(phone.get_by_text("4 of 6")).to_be_visible()
    finally:
        demo.server.start()
    expect(phone.get_by_role("status")).to_have_text("Saved", timeout=40_000)

    other = open_context(PHONE).new_page()
    other.goto(link)
    expect(other.get_by_text("4 of 6")).to_be_visible()
    for name in WEEK[3:]:
        other.get_by_role("button", name=name, exact=True).click()
    other.get_by_role("button", name="Send").click()
    expect(other.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_used_link_changes_nothing(practice: Practice, phone: Page) -> None:
    _client, link = practice.invite("Una Twice")
    phone.goto(link)
    answer(phone, *WEEK)
    phone.get_by_role("button", name="Send").tap()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_role("heading", name="Already answered, thank you")).to_be_visible()
    expect(phone.get_by_role("button", name=WEEK[0], exact=True)).to_have_count(0)
    phone.goto(f"{link}?q=2")
    expect(phone.get_by_role("heading", name="Already answered, thank you")).to_be_visible()


def test_an_expired_link_says_so(demo: Demo, practice: Practice, phone: Page) -> None:
    client, link = practice.invite("Late Comer")
    demo.server.python(
        f"""
from datetime import timedelta
from rapport.kernel import clock, scope
from rapport.measures.models import CheckIn
with scope.every_practice():
    CheckIn.objects.filter(relationship_id="{client.id}").update(
        expires_at=clock.now() - timedelta(minutes=1)
    )
"""
    )
    phone.goto(link)
    expect(phone.get_by_role("heading", name=re.compile("does not work"))).to_be_visible()


@pytest.mark.parametrize("change", ["x", "one letter", "shorter"])
def test_a_forged_link_opens_nothing(practice: Practice, phone: Page, change: str) -> None:
    start, token = practice.server.links_for("rowan.thistlewick@client.example")[0].rsplit("/", 1)
    other = "A" if token[-9] != "A" else "B"
    forged = {
        "x": "x" * 54,
        "one letter": token[:-9] + other + token[-8:],
        "shorter": token[:-1],
    }[change]
    reply = phone.goto(f"{start}/{forged}")
    assert reply is not None and reply.status == 404
    expect(phone.get_by_role("heading", name=re.compile("does not work"))).to_be_visible()
