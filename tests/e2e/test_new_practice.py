"""From an empty installation to the first session rated by both sides, for real."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.people import Practice, sign_in_at
from tests.e2e.server import Server

pytestmark = pytest.mark.e2e

PASSWORD = "a lantern in the boathouse"
ALICE = {"email": "alice@lindenhof.example", "password": PASSWORD}


def authenticator_code(secret: str) -> str:
    """RFC 6238: what an authenticator app shows just now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def test_a_practice_begins(
    bare: Server, phone: Page, open_context: Callable[..., BrowserContext]
) -> None:
    bare.command("practice", "open", "Lindenhof Practice", "--timezone", "Europe/Zurich")
    bare.command(
        "member", "add", "Alice Arden", "--email", ALICE["email"],
        "--role", "therapist", typed=f"{PASSWORD}\n",
    )  # fmt: skip
    desk = open_context().new_page()
    sign_in_at(desk, bare.url, **ALICE)

    for path in ("/today", "/clients", "/alerts"):
        desk.goto(f"{bare.url}{path}")
        expect(desk).to_have_url(re.compile("/account/2fa/"))
    secret = set_up_authenticator(desk)
    desk.goto(f"{bare.url}/today")
    expect(desk.get_by_role("heading", name="Nobody comes today")).to_be_visible()
    expect(desk.locator("body")).not_to_contain_text(re.compile("synthetic", re.IGNORECASE))

    practice = Practice(bare, desk, "Alice Arden", ALICE["email"])
    client = practice.admit("Ben Birch")
    practice.book(client, ahead=timedelta(minutes=-20))
    week = bare.link_for(client.email)
    phone.goto(week)
    expect(phone.get_by_text("1 of 6")).to_be_visible()
    expect(phone.locator("body")).not_to_contain_text(re.compile("synthetic", re.IGNORECASE))
    practice.after_session(client)
    practice.rate()
    expect(desk.get_by_text("Ben can still rate this session.")).to_be_visible()

    signs_in_with_a_code_only(open_context().new_page(), bare, secret)


def set_up_authenticator(desk: Page) -> str:
    desk.get_by_role("link", name="Set up the app").click()
    secret = desk.get_by_role("code").inner_text()
    desk.get_by_label("Code from the app").fill("000000")
    desk.get_by_role("button", name="Set it up").click()
    expect(desk.get_by_role("alert").first).to_be_visible()
    assert desk.get_by_role("code").inner_text() == secret
    desk.get_by_label("Code from the app").fill(authenticator_code(secret))
    desk.get_by_role("button", name="Set it up").click()
    expect(desk).not_to_have_url(re.compile("activate"))
    return secret


def signs_in_with_a_code_only(desk: Page, bare: Server, secret: str) -> None:
    """The password alone opens nothing, however often one asks."""
    sign_in_at(desk, bare.url, **ALICE)
    expect(desk.get_by_role("heading", name="One more step")).to_be_visible()
    desk.goto(f"{bare.url}/today")
    expect(desk.get_by_role("heading", name="One more step")).to_be_visible()
    expect(desk.get_by_role("navigation", name="Main")).to_have_count(0)
    desk.get_by_label("Code", exact=True).fill(authenticator_code(secret))
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.get_by_role("navigation", name="Main")).to_be_visible()
