"""A note written, signed, co-signed and amended; nothing typed is lost on the way."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Demo, Known, Practice

pytestmark = pytest.mark.e2e

THREE_MINUTES_S = 180.0
# What a practised hand types in a note, and how fast: 40 words a minute are 200 characters.
WORDS = "Slept better, five nights of seven, and says so with some surprise. "
CHARACTERS_A_MINUTE = 200


def met(practice: Practice, name: str) -> Known:
    """A client whose first session was rated just now."""
    client = practice.admit(name)
    practice.book(client, ahead=timedelta(minutes=-20))
    practice.after_session(client)
    practice.rate()
    expect(practice.desk.get_by_role("button", name="Write the note")).to_be_visible()
    return client


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text("Saved")


def test_a_note_is_signed_in_under_three_minutes_by_keys_alone(practice: Practice) -> None:
    met(practice, "Ivy Larkspur")
    desk = practice.desk
    begun, keys = time.monotonic(), ["n"]
    desk.keyboard.press("n")
    expect(desk.get_by_label("Subjective")).to_have_value(re.compile(r"^Session 1, .*\n?"))
    typed = 0
    desk.get_by_label("Subjective").focus()
    for label in ("Subjective", "Objective", "Assessment", "Risk", "Plan"):
        expect(desk.get_by_label(label, exact=True)).to_be_focused()
        desk.keyboard.press("Control+End")
        desk.keyboard.type(f"\n{WORDS}")
        typed += len(WORDS)
        keys += ["Control+End", "Enter", "Tab"]
        desk.keyboard.press("Tab")
    keys += ["Control+Enter"]
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("Signed by Wren Newcome")).to_be_visible()
    machine_s = time.monotonic() - begun
    assert machine_s + 60 * typed / CHARACTERS_A_MINUTE < THREE_MINUTES_S
    assert len(keys) == 17  # beside the words, on two screens: after the session, and the note
    expect(desk.get_by_role("article", name="Signed text")).to_contain_text("five nights of seven")


def test_a_closed_tab_a_lost_line_and_a_killed_server_lose_nothing(practice: Practice) -> None:
    met(practice, "Basil Greenaway")
    desk, server = practice.desk, practice.server
    desk.get_by_role("button", name="Write the note").click()
    plan = desk.get_by_label("Plan")
    plan.fill("Kept on the server.")
    saved(desk)
    address = desk.url

    desk.context.set_offline(True)
    plan.fill("Typed without a line.")
    expect(desk.locator("[data-saved]")).to_have_text(re.compile("Kept on this device"))
    desk.close()
    practice.desk.context.set_offline(False)
    again = desk.context.new_page()
    again.goto(address)
    expect(again.get_by_label("Plan")).to_have_value("Typed without a line.")

    again.get_by_label("Plan").press("Control+End")
    again.get_by_label("Plan").press_sequentially(" And on, and on, and on", delay=20)
    server.kill()
    expect(again.locator("[data-saved]")).to_have_text(re.compile("Kept on this device"))
    server.start()
    third = again.context.new_page()
    third.goto(address)
    expect(third.get_by_label("Plan")).to_have_value("Typed without a line. And on, and on, and on")


def test_a_draft_thrown_away_in_another_window_leaves_nothing_on_the_device(
    practice: Practice,
) -> None:
    met(practice, "Moss Larkspur")
    desk = practice.desk
    desk.get_by_role("button", name="Write the note").click()
    desk.get_by_label("Plan", exact=True).fill("Walk by the canal")
    saved(desk)
    other = desk.context.new_page()
    other.goto(desk.url)
    other.get_by_text("Throw this draft away").click()
    other.get_by_role("button", name="Throw it away").click()
    expect(other.get_by_text("The draft is gone.")).to_be_visible()
    other.close()
    desk.get_by_label("Plan", exact=True).fill("Walk by the canal, daily")
    expect(desk.locator("[data-saved]")).to_contain_text("not here any more")
    assert not desk.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('outbox:'))")
    expect(desk.get_by_label("Plan", exact=True)).to_have_value("Walk by the canal, daily")


def test_two_windows_and_both_texts_stay(practice: Practice) -> None:
    met(practice, "Hazel Birdsall")
    one = practice.desk
    one.get_by_role("button", name="Write the note").click()
    expect(one.get_by_label("Plan")).to_be_visible()
    two = one.context.new_page()
    two.goto(one.url)
    one.get_by_label("Plan").fill("Rest at home")
    saved(one)
    two.get_by_label("Plan").fill("Walk by the canal")
    two.get_by_role("link", name="Compare the two texts").click()
    expect(two.get_by_text("Rest at home")).to_be_visible()
    expect(two.get_by_text("Walk by the canal")).to_be_visible()
    two.get_by_role("button", name="Make it one text").click()
    expect(two.get_by_label("Plan")).to_have_value("Rest at home\n\nWalk by the canal")
    two.get_by_role("button", name="Sign and lock").click()
    expect(two.get_by_text("Signed by")).to_be_visible()
    one.get_by_label("Plan").fill("Typed too late")
    expect(one.locator("[data-saved]")).to_have_text(re.compile("signed in another window"))
    one.get_by_role("button", name="Sign and lock").click()
    expect(one.get_by_label("Addendum")).to_have_value("Typed too late")


def test_signed_co_signed_amended_and_shown_what_changed(
    mira: Practice, at_desk: Callable[..., Page], demo: Demo
) -> None:
    desk = mira.desk
    client = mira.find("Juniper Vale")
    desk.keyboard.press("n")
    desk.wait_for_url(re.compile("/notes"))
    desk.keyboard.press("n")
    desk.get_by_label("Plan").fill("The letter, two pages.")
    desk.get_by_label("Co-signature").select_option(label="Ask Ottilie Brightwater")
    desk.get_by_role("button", name="Sign and lock").click()
    expect(desk.get_by_text("Waits for co-signature")).to_be_visible()
    note = desk.url

    supervisor = at_desk("supervisor")
    supervisor.goto(f"{demo.server.url}/supervision/co-sign")
    supervisor.get_by_role("link", name=client.name).click()
    supervisor.get_by_role("button", name="Co-sign").click()
    expect(supervisor.get_by_text("Co-signed.")).to_be_visible()

    desk.goto(note)
    expect(desk.get_by_text("Co-signed by Ottilie Brightwater")).to_be_visible()
    desk.get_by_role("link", name="Amend").click()
    desk.get_by_label("Plan").fill("The letter, three pages.")
    desk.get_by_label("Why it is amended").fill("She had written three.")
    desk.get_by_role("button", name="Sign the amendment").click()
    desk.get_by_text("Earlier text, signed").click()
    expect(desk.get_by_text("The letter, two pages.")).to_be_visible()

    supervisor.goto(note)
    changed = supervisor.get_by_role("region", name="For your signature")
    expect(changed.locator("del")).to_have_text("two")
    expect(changed.locator("ins")).to_have_text("three")
    pages = len(re.findall(rb"/Type\s*/Page\b", desk.pdf(format="A4")))
    assert pages == 1
