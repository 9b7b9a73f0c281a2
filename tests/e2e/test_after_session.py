"""Both sides rate a session, each without the other's answers; then it is opened to both."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Practice

pytestmark = pytest.mark.e2e

FIFTEEN_S = 15.0


def test_each_rates_without_seeing_the_other(practice: Practice, phone: Page) -> None:
    desk = practice.desk
    client = practice.admit("Iris Mirrorfield")
    practice.book(client, ahead=timedelta(minutes=-20))
    practice.after_session(client)
    expect(desk.get_by_role("radiogroup")).to_have_count(7)
    expect(desk.locator("form[data-rating][data-ready]")).to_be_visible()

    keys = ["4", "5", "5", "3", "Backspace", "6", "5", "6", "5", "Enter"]
    begun = time.monotonic()
    for key in keys:
        desk.keyboard.press(key)
    sealed = desk.get_by_text("Iris can still rate this session.")
    expect(sealed).to_be_visible()
    assert time.monotonic() - begun < FIFTEEN_S
    assert len(keys) - 2 == 8  # seven digits and Enter; one slip was taken back

    practice.answer_after(client, phone)
    expect(phone.locator("body")).not_to_contain_text(practice.name)
    for at in range(1, 8):
        expect(phone.get_by_text(f"{at} of 8")).to_be_visible()
        phone.get_by_role("button", name="Hardly" if at == 1 else "Completely", exact=True).tap()
    phone.get_by_role("button", name="Send").tap()
    expect(phone.get_by_text("You each answer without seeing the other's answers.")).to_be_visible()

    desk.reload()
    expect(sealed).to_have_count(0)
    both = desk.get_by_role("region", name="Both sides")
    sentence = both.get_by_role("paragraph").first
    expect(sentence).to_have_text(re.compile("goals.*lower|lower.*goals", re.IGNORECASE))
    assert is_above(sentence.element_handle(), both.locator("svg").first.element_handle())


def test_what_the_client_rated_stays_sealed_until_the_therapist_has(mira: Practice) -> None:
    desk = mira.desk
    client = mira.find("Juniper Vale")
    client_id = desk.url.rsplit("client=", 1)[-1]
    api = f"{mira.server.url}/api/v1/relationships/{client.id}/clients/{client_id}"
    pages = [client.relationship, client.brief, f"{mira.server.url}/today"]

    assert alliance_sessions(desk, api) == set(range(1, 9))
    assert '"as_of":9' not in desk.request.get(f"{api}/assessment").text().split('"courses"')[0]
    assert chart_sessions(desk, client.relationship) == set(range(1, 9))
    for address in pages:
        assert "Session 9, Juniper Vale: " not in alliance_part(desk, address)

    desk.goto(f"{mira.server.url}/today")
    desk.get_by_role("link", name="Rate session 9", exact=True).click()
    mira.rate("5656555")
    both = desk.get_by_role("region", name="Both sides")
    expect(both.locator("svg").first).to_be_visible()
    assert alliance_sessions(desk, api) == set(range(1, 10))
    assert chart_sessions(desk, client.relationship) == set(range(1, 10))


def alliance_sessions(desk: Page, api: str) -> set[int]:
    """The sessions of which the API tells any rating of the relationship by the client."""
    reply = desk.request.get(f"{api}/ratings")
    assert reply.ok
    return {
        row["session"]
        for row in reply.json()
        if row["rater"] == "client" and row["measure"] == "relationship_check"
    }


def chart_sessions(desk: Page, address: str) -> set[int]:
    """The sessions whose rating by the client stands in the table of the relationship page."""
    desk.goto(address)
    both = desk.get_by_role("region", name="Both sides", exact=True)
    both.get_by_text("Show the numbers").click()
    rows = both.get_by_role("table").get_by_role("row").all()[1:]
    cells = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]
    return {int(row[0]) for row in cells if row[2] != "–"}


def alliance_part(desk: Page, address: str) -> str:
    """The HTML of a page as it came, without the measures that are never sealed."""
    return desk.request.get(address).text().split('id="outcome"')[0]


def is_above(upper: object, lower: object) -> bool:
    boxes = [one.bounding_box() for one in (upper, lower)]  # type: ignore[attr-defined]
    return bool(boxes[0]["y"] < boxes[1]["y"])
