"""The tablet in the client's hands: locked to one form until the four digits are entered.

``request.session["kiosk"]`` holds, while the tablet is handed over::

    {"path": "/c/…",   the only address that opens, beside the kiosk's own
     "back": "/…",     where the practitioner goes on once it is unlocked
     "code": "…",      the four digits, hashed
     "wrong": 0}       how many guesses were made

``go_on`` moves the lock from a form that was sent to the one that follows. ``gate`` is asked by
the middleware at each request. Five wrong guesses sign the session out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypedDict, cast

from django.contrib.auth import logout
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from rapport.kernel.errors import Refusal

GUESSES = 5
_KEY = "kiosk"
_CODE = re.compile(r"[0-9]{4}", re.ASCII)


class Held(TypedDict):
    """What the session holds while the tablet is handed over."""

    path: str
    back: str
    code: str
    wrong: int


class NotACode(Refusal):
    """The code to unlock the tablet has four digits."""

    code = "not_a_code"


def lock(request: HttpRequest, *, path: str, back: str, code: str) -> None:
    """Lock this session to one address until ``code`` is entered."""
    if not _CODE.fullmatch(code):
        raise NotACode("Choose four digits.", fields={"code": "Four digits, such as 2580."})
    request.session[_KEY] = Held(path=path, back=back, code=make_password(code), wrong=0)


def go_on(request: HttpRequest, *, path: str) -> None:
    """Let the tablet go on from the form that was sent to the next one."""

    def move(held: Held) -> None:
        held["path"] = path

    _change(request, move)


def is_locked(request: HttpRequest) -> bool:
    return _KEY in request.session


def gate(request: HttpRequest) -> HttpResponse | None:
    """What to answer instead of the page asked for: nothing, or the way back to the kiosk."""
    held = request.session.get(_KEY)
    if held is None or request.path in {held["path"], reverse("kiosk")}:
        return None
    kiosk = reverse("kiosk")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": kiosk})
    return HttpResponseRedirect(kiosk)


def form_path(request: HttpRequest) -> str:
    """Where the client goes on answering."""
    path: str = request.session[_KEY]["path"]
    return path


def guess(request: HttpRequest, code: str) -> Literal["open", "wrong", "signed out"]:
    """Try to unlock. A guess is counted before it is looked at, so that none is free."""
    held = _count_guess(request)
    if held is not None and held["wrong"] <= GUESSES and check_password(code, held["code"]):
        del request.session[_KEY]
        return "open"
    if held is None or held["wrong"] >= GUESSES:
        logout(request)
        return "signed out"
    return "wrong"


def back_path(request: HttpRequest) -> str:
    """Where the practitioner goes on."""
    path: str = request.session[_KEY]["back"]
    return path


def _count_guess(request: HttpRequest) -> Held | None:
    def count(held: Held) -> None:
        held["wrong"] += 1

    return _change(request, count)


def _change(request: HttpRequest, change: Callable[[Held], None]) -> Held | None:
    """Change the session's stored row, locked: guesses made at once count one by one.

    The request's own copy stays as it was: saved with the reply, it would turn the count back.
    """
    session = cast(SessionStore, request.session)
    with transaction.atomic():
        rows = session.model.objects.select_for_update().filter(session_key=session.session_key)
        if rows.first() is None:
            return None
        stored = SessionStore(session.session_key)
        held: Held | None = stored.get(_KEY)
        if held is None:
            return None
        change(held)
        stored[_KEY] = held
        stored.save()
    return held
