"""What people do, for stories that are about something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.e2e.server import Server, wait_until

ZONE = re.compile(r"Times are in (\S+)\.")


@dataclass(frozen=True)
class Demo:
    """The synthetic practice as `rapport demo` tells of it."""

    server: Server
    facts: dict[str, Any]

    def who(self, role: str) -> dict[str, str]:
        person = next(one for one in self.facts["sign_ins"] if one["role"] == role)
        return {"email": person["email"], "password": person["password"]}


@dataclass(frozen=True)
class Known:
    """A client as the therapist knows them: where their pages are, and where their post goes."""

    name: str
    email: str
    brief: str
    relationship: str

    @property
    def id(self) -> str:
        return self.relationship.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Practice:
    """The therapist at the desk."""

    server: Server
    desk: Page
    name: str
    email: str

    def admit(self, name: str) -> Known:
        """Write down a new client who may be sent links."""
        given, family = name.split()
        email = f"{given}.{family}@client.example".lower()
        self.desk.goto(f"{self.server.url}/clients/new")
        self.desk.get_by_label("Given name").fill(given)
        self.desk.get_by_label("Family name").fill(family)
        self.desk.get_by_role("textbox", name="E-mail").fill(email)
        self.desk.get_by_role("checkbox", name=re.compile("links")).check()
        self.desk.get_by_role("button", name="Begin").click()
        expect(self.desk.get_by_role("heading", level=1)).to_have_text(name)
        brief = self.desk.url
        return Known(name, email, brief, re.sub(r"/brief.*", "", brief))

    def find(self, name: str) -> Known:
        """Open the brief of somebody who has been coming for a while."""
        self.desk.goto(f"{self.server.url}/clients?q={name.partition(' ')[0]}")
        self.desk.get_by_role("main").get_by_role("link", name=name).click()
        expect(self.desk.get_by_role("heading", level=1)).to_have_text(name)
        email = f"{name.replace(' ', '.')}@client.example".lower()
        return Known(name, email, self.desk.url, re.sub(r"/brief.*", "", self.desk.url))

    def book(self, client: Known, *, ahead: timedelta) -> None:
        """Book the first ten minutes that are free, that long from now or a little later."""
        for later in range(0, 50, 7):
            self._type_time(client, ahead + timedelta(minutes=later))
            if "/brief" in self.desk.url:
                return
        raise AssertionError("no time was free")

    def _type_time(self, client: Known, ahead: timedelta) -> None:
        """In the practice's own time, as its page says."""
        self.desk.goto(f"{client.relationship}/book")
        shown = ZONE.search(self.desk.get_by_role("main").inner_text())
        assert shown is not None
        start = datetime.now(ZoneInfo(shown[1])) + ahead
        self.desk.get_by_label("Day").fill(f"{start:%Y-%m-%d}")
        self.desk.get_by_label("Time", exact=True).fill(f"{start:%H:%M}")
        self.desk.get_by_label("Minutes").fill("10")
        self.desk.get_by_role("button", name="Book", exact=True).click()
        expect(self.desk.get_by_text(re.compile("Booked:|something to mend"))).to_be_visible()

    def invite(self, name: str) -> tuple[Known, str]:
        """A new client, asked for a Week Check before tomorrow's first session, by e-mail."""
        client = self.admit(name)
        self.book(client, ahead=timedelta(hours=20))
        return client, self.server.link_for(client.email)

    def after_session(self, client: Known) -> None:
        """Open the page for after the session that is booked."""
        self.desk.goto(client.brief)
        self.desk.get_by_role("link", name="After the session").click()
        expect(self.desk).to_have_url(re.compile("/after"))

    def answer_after(self, client: Known, phone: Page, *, beyond: int = 0) -> None:
        """Open the link on the phone that asks how the session was, once it has come."""

        def asks() -> bool:
            return any(
                _asks_of_today(phone, link) for link in self.server.links_for(client.email)[beyond:]
            )

        wait_until(asks, "the link after the session did not come", seconds=20)

    def rate(self, keys: str = "5554555") -> None:
        """Rate the session at hand by number keys, and send."""
        expect(self.desk.locator("form[data-rating][data-ready]")).to_be_visible()
        self.desk.keyboard.type(keys)
        self.desk.keyboard.press("Enter")


def _asks_of_today(phone: Page, link: str) -> bool:
    phone.goto(link)
    return phone.get_by_text("Thinking of today:").count() == 1


def sign_in_at(page: Page, url: str, *, email: str, password: str) -> None:
    page.goto(f"{url}/account/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/account/login" not in address)


class Thumb:
    """Taps, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, name: str) -> None:
        self.taps += 1
        _button(self.page, name).tap()


def answer(page: Page, *names: str) -> None:
    """Answer question after question, each once it is there."""
    for at, name in enumerate(names, start=1):
        expect(page.get_by_text(re.compile(rf"^{at} of \d+$"))).to_be_visible()
        _button(page, name).click()


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)
