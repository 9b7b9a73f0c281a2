"""A client answers on the phone; the therapist sees the alert, and the brief has changed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Demo, Practice, Thumb
from tests.e2e.server import wait_until

pytestmark = pytest.mark.e2e

NAMES = ("Rowan", "Thistlewick", "Mira", "Thornfield")
SCALES = ("Distress", "Well-being", "Life satisfaction", "Goals", "Bond")
AT_ONCE_MS = 2_000


def shows_no_name_and_no_score(screen: Page) -> None:
    """Neither who it is about, nor anything that was answered before."""
    said = screen.locator("body").inner_text()
    assert [name for name in NAMES if name in said] == []
    assert [scale for scale in SCALES if scale in said] == []
    assert screen.locator("svg[role=img], figure, table").count() == 0


def test_a_risk_answer_reaches_the_therapist_and_the_brief(
    demo: Demo, phone: Page, mira: Practice
) -> None:
    desk = mira.desk
    client = mira.find("Rowan Thistlewick")
    before = desk.get_by_role("main").inner_text()
    assert "the word that fits" not in before
    expect(desk.get_by_role("alert")).to_have_count(0)

    phone.goto(demo.facts["check_in"])
    thumb = Thumb(phone)
    for name in ("Quite a lot", "Rather badly", "So-so", "In between"):
        shows_no_name_and_no_score(phone)
        thumb.tap(name)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("thoughts of ending your life")
    shows_no_name_and_no_score(phone)
    thumb.tap("Yes, often")

    crisis = phone.get_by_role("alert").filter(has_text="Help is there now")
    expect(crisis).to_be_visible(timeout=AT_ONCE_MS)
    desk.goto(f"{demo.server.url}/today")
    alert = desk.get_by_role("alert").filter(has_text="Rowan Thistlewick")
    expect(alert).to_be_visible(timeout=AT_ONCE_MS)
    expect(alert).to_contain_text("yours")
    expect(alert).to_contain_text(re.compile("acknowledge by .*, then Ottilie Brightwater is told"))

    expect(phone.get_by_text("Thank you for saying so.")).to_be_visible()
    phone.get_by_role("link", name="Go on with the questions").tap()
    thumb.taps += 1
    shows_no_name_and_no_score(phone)
    phone.get_by_label("In your own words").fill("I keep looking for the word that fits.")
    thumb.tap("Send")
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(crisis).to_be_visible()
    assert thumb.taps <= 8

    alert.get_by_role("button", name="Acknowledge").click()
    desk.goto(f"{demo.server.url}/today")
    expect(alert).to_contain_text("cknowledged")
    expect(alert.get_by_role("button", name="Acknowledge")).to_have_count(0)

    desk.goto(client.brief)
    brief = desk.get_by_role("main")
    expect(brief).to_contain_text("I keep looking for the word that fits.")
    ahead = desk.get_by_role("region", name="This week, before you meet")
    expect(ahead).to_contain_text("Distress")
    assert brief.inner_text() != before


def test_nobody_is_alarmed_by_a_quiet_week(practice: Practice, phone: Page) -> None:
    client, link = practice.invite("Quentin Softly")
    phone.goto(link)
    thumb = Thumb(phone)
    for name in ("Very little", "Well", "Good", "Satisfied", "No", "Send"):
        thumb.tap(name)
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    assert thumb.taps == 6
    practice.desk.goto(f"{practice.server.url}/alerts")
    expect(practice.desk.get_by_role("main")).not_to_contain_text(client.name)


def test_the_therapist_is_told_by_mail_without_a_name(practice: Practice, phone: Page) -> None:
    client, link = practice.invite("Thistle Downing")
    earlier = len(practice.server.letters_for(practice.email))
    phone.goto(link)
    for at in range(1, 5):
        expect(phone.get_by_text(f"{at} of 6")).to_be_visible()
        phone.get_by_role("link", name="Skip this question").tap()
    phone.get_by_role("button", name="Yes, in passing", exact=True).tap()
    expect(phone.get_by_text("Thank you for saying so.")).to_be_visible()

    wait_until(
        lambda: len(practice.server.letters_for(practice.email)) > earlier,
        "no mail came",
        seconds=20,
    )
    for letter in practice.server.letters_for(practice.email):
        assert not [word for word in (*client.name.split(), "risk", "passing") if word in letter]
