"""Signing in as a person does: password, then the code of an authenticator app."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.http import HttpResponse
from django.test import Client

from rapport.people.models import Member
from tests.people import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET, *, at: float | None = None) -> str:
    """What an authenticator app would show now."""
    return format_hotp_value(hotp_value(secret, int((at or time.time()) // 30)))


def give_app(member: Member) -> Authenticator:
    """Let a member have set up their authenticator app before."""
    assert member.user is not None
    return TOTP.activate(member.user, SECRET).instance


def enter_password(browser: Client, member: Member, password: str = PASSWORD) -> HttpResponse:
    assert member.user is not None
    return browser.post("/account/login/", {"login": member.user.email, "password": password})


def sign_in(browser: Client, member: Member) -> str:
    """All of it, so that every page of theirs opens; returns the code that was used up."""
    give_app(member)
    enter_password(browser, member)
    used = code()
    done = browser.post("/account/2fa/authenticate/", {"code": used})
    assert done.status_code == 302, done.content.decode()
    return used


def confirm(browser: Client) -> None:
    """Enter the password once more, as changes of the sign-in ask for."""
    done = browser.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/"})
    assert done.status_code == 302, done.content.decode()
