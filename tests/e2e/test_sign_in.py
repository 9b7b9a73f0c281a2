"""Signing in, and being signed out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.people import Demo, sign_in_at

pytestmark = pytest.mark.e2e

EDGAR = "edgar@linnet-house.example"


def try_password(page: Page, url: str, email: str, password: str) -> None:
    page.goto(f"{url}/account/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_wrong_password_says_no_more_than_that(
    demo: Demo, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    said = []
    for email in ("petra@linnet-house.example", "nobody@linnet-house.example"):
        try_password(page, demo.server.url, email, "a wrong guess")
        alert = page.get_by_role("alert").first
        expect(alert).to_be_visible()
        said.append(alert.inner_text())
        expect(page.get_by_label("E-mail")).to_have_value(email)
    assert said[0] == said[1]


def test_guessing_is_stopped(demo: Demo, open_context: Callable[..., BrowserContext]) -> None:
    page = open_context().new_page()
    for guess in range(5):
        try_password(page, demo.server.url, EDGAR, f"guess number {guess}")
        expect(page.get_by_role("alert").first).to_be_visible()
    try_password(page, demo.server.url, EDGAR, "walnuts under snow")
    expect(page.get_by_role("alert").first).to_contain_text("Too many failed login attempts")
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)


def test_an_idle_session_ends_and_leads_back(
    demo: Demo, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    sign_in_at(page, demo.server.url, **demo.who("therapist"))
    page.goto(f"{demo.server.url}/alerts")
    let_it_idle(demo, page)
    page.goto(f"{demo.server.url}/clients")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("signed out after 30 quiet minutes")
    sign_in_here(demo, page)
    expect(page).to_have_url(f"{demo.server.url}/clients")


def test_what_was_typed_is_back_after_signing_in_again(
    demo: Demo, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    sign_in_at(page, demo.server.url, **demo.who("therapist"))
    page.goto(f"{demo.server.url}/clients/new")
    page.get_by_label("Given name").fill("Quill")
    page.get_by_label("Family name").fill("Latecomer")
    let_it_idle(demo, page)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in_here(demo, page)
    expect(page).to_have_url(f"{demo.server.url}/clients/new")
    expect(page.get_by_label("Given name")).to_have_value("Quill")
    expect(page.get_by_label("Family name")).to_have_value("Latecomer")
    page.reload()
    expect(page.get_by_label("Given name")).to_have_value("")


def test_a_private_note_stays_on_its_page_until_somebody_is_signed_in_again(
    demo: Demo, open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context().new_page()
    sign_in_at(page, demo.server.url, **demo.who("therapist"))
    page.goto(f"{demo.server.url}/clients")
    page.locator("[data-list] a").first.click()
    page.goto(f"{page.url.partition('?')[0].removesuffix('/brief')}/psychotherapy-notes")
    words = page.get_by_label("What you want to keep")
    words.fill("The quiet after she named it.")
    let_it_idle(demo, page)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_contain_text("this is not kept yet")
    expect(words).to_have_value("The quiet after she named it.")
    other = page.context.new_page()
    other.goto(f"{demo.server.url}/account/login/")
    sign_in_here(demo, other)
    expect(other.get_by_role("heading", name="Today")).to_be_visible()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept, for you alone.")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("The quiet after she named it.")


def let_it_idle(demo: Demo, page: Page) -> None:
    key = next(c["value"] for c in page.context.cookies() if c["name"].endswith("sessionid"))
    demo.server.python(
        f"""
from django.contrib.sessions.backends.db import SessionStore
from datetime import timedelta
from rapport.kernel import clock
session = SessionStore("{key}")
session["seen_at"] = (clock.now() - timedelta(minutes=31)).isoformat()
session.save()
"""
    )


def sign_in_here(demo: Demo, page: Page) -> None:
    who = demo.who("therapist")
    page.get_by_label("E-mail").fill(who["email"])
    page.get_by_label("Password", exact=True).fill(who["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
