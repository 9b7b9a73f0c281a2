"""A client rates a session far lower; the therapist is asked to look, and answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Practice
from tests.e2e.server import wait_until

pytestmark = pytest.mark.e2e


def test_a_suggestion_is_doubted_and_the_doubt_is_counted(mira: Practice, phone: Page) -> None:
    desk, url = mira.desk, mira.server.url
    client = mira.find("Gorse Pebblewick")
    mail = len(mira.server.links_for(client.email))
    mira.book(client, ahead=timedelta(minutes=-20))
    mira.after_session(client)
    mira.rate()
    mira.answer_after(client, phone, beyond=mail)
    for at in range(1, 8):
        expect(phone.get_by_text(f"{at} of 8")).to_be_visible()
        phone.get_by_role("button", name="Not at all", exact=True).tap()
    phone.get_by_role("button", name="Send").tap()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()

    def stands() -> bool:
        desk.goto(f"{url}/alerts")
        return desk.get_by_role("listitem").filter(has_text=client.name).count() == 1

    wait_until(stands, "the suggestion did not come", seconds=20)
    desk.get_by_role("link", name=client.name).click()
    expect(desk.get_by_text("Three things to try")).to_be_visible()
    why = desk.get_by_text("Why this is shown")
    why.click()
    for term in ("Rule", "Seen", "False alarms"):
        expect(desk.get_by_role("term").filter(has_text=term).first).to_be_visible()

    desk.get_by_role("button", name="Not useful", exact=True).click()
    expect(desk.get_by_role("alert").first).to_be_visible()
    desk.get_by_label("Not useful because…").fill("She had told me at the door: a migraine.")
    desk.get_by_role("button", name="Not useful", exact=True).click()
    expect(desk.get_by_role("complementary", name="Context")).to_contain_text("a migraine")

    desk.goto(f"{url}/alerts")
    drops = desk.get_by_role("row").filter(has_text="A clear drop in the client's rating")
    cells = [cell.inner_text() for cell in drops.get_by_role("cell").all()]
    assert cells == ["2", "0", "1", "1"]
