"""The therapist's tablet in a client's hands shows the questions and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Practice, answer

pytestmark = pytest.mark.e2e

WEEK = ("Very little", "Well", "Good", "Satisfied", "No")


def hand_over(practice: Practice, name: str, code: str) -> None:
    client = practice.admit(name)
    practice.book(client, ahead=timedelta(hours=20))
    desk = practice.desk
    practice.server.link_for(client.email)
    desk.goto(client.brief)
    desk.get_by_role("link", name="Hand over the tablet").click()
    desk.get_by_label("Choose four digits").fill(code)
    desk.get_by_role("button", name="Hand over the tablet").click()
    expect(desk.get_by_text("1 of 6")).to_be_visible()


def give_back(tablet: Page, code: str) -> None:
    tablet.get_by_label("Four digits").fill(code)
    tablet.get_by_role("button", name="Open the tablet").click()


def test_the_client_answers_and_the_right_code_opens_it(practice: Practice) -> None:
    tablet, url = practice.desk, practice.server.url
    hand_over(practice, "Kit Tabletop", "4711")
    answer(tablet, *WEEK[:2])
    locked = tablet.get_by_role("heading", name="Please give the tablet back")
    for path in ("/today", "/clients", "/alerts", "/account/2fa/", "/api/v1/alerts", "/nowhere"):
        tablet.goto(f"{url}{path}")
        expect(locked).to_be_visible()
    tablet.get_by_role("link", name="Back to the questions").click()
    expect(tablet.get_by_text("3 of 6")).to_be_visible()

    for name in WEEK[2:]:
        tablet.get_by_role("button", name=name, exact=True).click()
    tablet.get_by_role("button", name="Send").click()
    expect(tablet.get_by_role("heading", name="Thank you")).to_be_visible()
    for _back in range(12):
        tablet.go_back()
        expect(tablet.get_by_role("navigation", name="Main")).to_have_count(0)
        expect(tablet.locator("body")).not_to_contain_text(practice.name)

    tablet.goto(f"{url}/today")
    give_back(tablet, "1234")
    expect(tablet.get_by_text("These are not the four digits.")).to_be_visible()
    give_back(tablet, "4711")
    expect(tablet).to_have_url(re.compile("/brief"))
    expect(tablet.get_by_role("main")).to_contain_text("This week, before you meet")


def test_five_wrong_codes_sign_the_therapist_out(practice: Practice) -> None:
    tablet = practice.desk
    hand_over(practice, "Kestrel Tabletop", "4711")
    tablet.goto(f"{practice.server.url}/kiosk")
    wrong = 0
    while "/kiosk" in tablet.url:
        give_back(tablet, f"000{wrong}")
        wrong += 1
        assert wrong <= 5
    expect(tablet.get_by_role("heading", name="Sign in")).to_be_visible()
    tablet.goto(f"{practice.server.url}/today")
    expect(tablet.get_by_role("heading", name="Sign in")).to_be_visible()
