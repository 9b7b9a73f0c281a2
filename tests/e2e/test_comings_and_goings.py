"""Consent is taken back, the work ends or goes on with somebody else: doors for what happens."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.people import Demo, Practice, sign_in_at

pytestmark = pytest.mark.e2e


def test_consent_is_withdrawn_and_noted_again(practice: Practice) -> None:
    desk = practice.desk
    client, _link = practice.invite("Wren Ashby")
    desk.goto(client.brief)
    desk.get_by_role("link", name="Consents and contact").click()
    messages = desk.get_by_role("region", name="Send links by e-mail or text")
    expect(messages).to_contain_text("In force")
    messages.get_by_text("Withdraw it", exact=True).click()
    messages.get_by_role("button", name="Yes, withdraw it").click()
    expect(messages).to_contain_text("Withdrawn")

    desk.goto(client.brief)
    desk.get_by_role("button", name="Send the link again").click()
    expect(desk.get_by_text("note their consent first")).to_be_visible()
    messages.get_by_text("Note that they agree").click()
    expect(messages).to_contain_text("I can stop them at any time.")
    messages.get_by_role("button", name="They agreed to this").click()
    expect(messages).to_contain_text("In force")
    desk.goto(client.brief)
    desk.get_by_role("button", name="Send the link again").click()
    expect(desk.get_by_text("The link is on its way.")).to_be_visible()


def test_the_work_ends_and_the_clients_link_says_so(practice: Practice, phone: Page) -> None:
    desk = practice.desk
    client, link = practice.invite("Sage Holloway")
    desk.goto(client.relationship)
    desk.get_by_role("link", name="End the work together").click()
    desk.get_by_role("button", name="Yes, it has ended").click()
    expect(desk.get_by_role("alert").first).to_contain_text("Say how it ended.")
    desk.get_by_label("As planned").check()
    desk.get_by_role("button", name="Yes, it has ended").click()
    expect(desk.get_by_text(re.compile("Ended as planned on"))).to_be_visible()

    def closed() -> bool:
        phone.goto(link)
        return phone.get_by_text("There is nothing to answer now").is_visible()

    for _attempt in range(20):
        if closed():
            break
        phone.wait_for_timeout(500)
    expect(phone.get_by_text("when the work together came to its end")).to_be_visible()
    desk.get_by_text("Take the ending back").click()
    desk.get_by_role("button", name="Yes, open it again").click()
    expect(desk.get_by_text("The work goes on.")).to_be_visible()


def test_another_practitioner_goes_on_with_it(
    demo: Demo,
    practice: Practice,
    at_desk: Callable[..., Page],
    open_context: Callable[..., BrowserContext],
) -> None:
    client = practice.admit("Lark Winterbourne")
    office = at_desk("admin")
    office.goto(f"{demo.server.url}/office/people")
    office.get_by_role("link", name=practice.name).last.click()  # whoever was added last
    theirs = office.get_by_role("listitem").filter(has_text=client.name)
    theirs.get_by_text("Hand over", exact=True).click()
    theirs.get_by_label(f"Who goes on with {client.name}?").select_option(label="Edgar Mossbridge")
    theirs.get_by_role("button", name="Yes, hand it over").click()
    expect(office.get_by_text("Edgar Mossbridge goes on with it.")).to_be_visible()

    reply = practice.desk.goto(client.brief)
    assert reply is not None
    assert reply.status == 404
    edgar = open_context().new_page()
    password = demo.who("therapist")["password"]
    sign_in_at(edgar, demo.server.url, email="edgar@linnet-house.example", password=password)
    expect(edgar.get_by_text("Successfully signed in")).to_have_count(0)
    edgar.goto(client.brief)
    expect(edgar.get_by_role("heading", level=1)).to_have_text(client.name)
