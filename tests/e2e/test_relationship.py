"""The relationship page and what is done from it: stage, goals, the next appointment."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Practice

pytestmark = pytest.mark.e2e

MARK = re.compile(r"Session (\d+), (.+): (\S+)")


def test_the_chart_and_its_table_say_the_same(mira: Practice) -> None:
    desk = mira.desk
    client = mira.find("Aster Penhallow")
    desk.goto(client.relationship)
    both = desk.get_by_role("region", name="Both sides", exact=True)
    expect(both.get_by_role("paragraph").first).to_contain_text("rated goals lower than you did")
    marks = both.get_by_role("img").filter(visible=True).all()
    drawn = {MARK.match(mark.get_attribute("aria-label") or "") for mark in marks}
    seen = {(int(m[1]), m[2], m[3]) for m in drawn if m}

    both.get_by_text("Show the numbers").click()
    table = both.get_by_role("table")
    who = [cell.inner_text() for cell in table.get_by_role("columnheader").all()]
    told = set()
    for row in table.get_by_role("row").all()[1:]:
        cells = [cell.inner_text() for cell in row.locator("th, td").all()]
        told |= {
            (int(cells[0]), name, cell)
            for name, cell in zip(who[2:4], cells[2:4], strict=True)
            if cell != "–"
        }
    assert len(told) == 22
    assert seen == told


def test_another_part_of_the_relationship_is_one_press_away(mira: Practice) -> None:
    desk = mira.desk
    desk.goto(mira.find("Aster Penhallow").relationship)
    desk.get_by_role("link", name="Bond", exact=True).click()
    expect(desk.get_by_role("figure", name=re.compile("Bond"))).to_be_visible()
    expect(desk.locator("#both-sides")).to_have_count(1)


def test_a_stage_is_confirmed_by_the_therapist(practice: Practice) -> None:
    desk = practice.desk
    client = practice.admit("Stella Stepwise")
    desk.goto(client.relationship)
    expect(desk.get_by_text("No stage is confirmed yet.")).to_be_visible()
    desk.get_by_text("Confirm a stage").click()
    desk.get_by_role("button", name="Confirm", exact=True).click()
    expect(desk.get_by_role("alert").first).to_be_visible()
    desk.get_by_role("radio", name="Commitment").check()
    desk.get_by_label("In your words").fill("Contract talked through.")
    desk.get_by_role("button", name="Confirm", exact=True).click()
    stage = desk.get_by_role("region", name="Stage")
    expect(stage).to_contain_text(f"confirmed by {practice.name}")
    expect(stage).to_contain_text("Contract talked through.")
    expect(stage.locator("[aria-current=step]")).to_contain_text("Commitment")


def test_a_goal_is_set_put_in_focus_and_rated_by_key_and_by_tap(practice: Practice) -> None:
    desk = practice.desk
    client = practice.admit("Garnet Goalward")
    add_goal(desk, client.relationship, "Sleep through until six.", "sleep")
    add_goal(desk, client.relationship, "Ring my brother once a week.", "family")
    row = desk.get_by_role("listitem").filter(has_text="Ring my brother")
    row.get_by_role("button", name="Focus").click()
    expect(row).to_contain_text("In focus")
    desk.goto(client.brief)
    expect(desk.get_by_role("region", name="Goal in focus")).to_contain_text("Ring my brother")

    practice.book(client, ahead=timedelta(minutes=-20))
    practice.after_session(client)
    practice.rate()
    sleep = desk.get_by_role("group", name="Sleep through until six.")
    sleep.get_by_role("radio", name="0", exact=True).focus()
    desk.keyboard.press("4")
    desk.keyboard.press("ArrowRight")
    expect(sleep.get_by_role("radio", name="5", exact=True)).to_be_checked()
    ring = desk.get_by_role("group", name="Ring my brother once a week.")
    ring.get_by_role("radio", name="8", exact=True).click()
    expect(ring.get_by_role("radio", name="8", exact=True)).to_be_checked()
    desk.get_by_role("button", name="Keep goals").click()
    expect(desk.get_by_text("Goals are kept.")).to_be_visible()
    expect(sleep.get_by_role("radio", name="5", exact=True)).to_be_checked()
    expect(ring.get_by_role("radio", name="8", exact=True)).to_be_checked()

    desk.get_by_role("button", name="Book", exact=True).click()
    desk.goto(client.brief)
    expect(desk.get_by_role("main")).to_contain_text("Session 2,")


def test_a_goal_without_words_is_not_lost(practice: Practice) -> None:
    desk = practice.desk
    client = practice.admit("Willa Wordless")
    desk.goto(f"{client.relationship}/goals")
    desk.get_by_label("What it is about").fill("work")
    desk.get_by_label("In their own words").fill("   ")
    desk.get_by_role("button", name="Add goal").click()
    expect(desk.get_by_role("alert").first).to_be_visible()
    expect(desk.get_by_label("What it is about")).to_have_value("work")


def add_goal(desk: Page, relationship: str, words: str, area: str) -> None:
    desk.goto(f"{relationship}/goals")
    desk.get_by_label("In their own words").fill(words)
    desk.get_by_label("What it is about").fill(area)
    desk.get_by_role("button", name="Add goal").click()
    expect(desk.get_by_role("main")).to_contain_text(words)
