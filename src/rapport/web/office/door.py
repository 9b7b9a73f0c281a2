"""Who may pass this door: the practice's admins; to everybody else it is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.http import HttpResponseBase

from rapport.kernel.errors import NotFound
from rapport.web.shell import MemberRequest

P = ParamSpec("P")
View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def admin(view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.actor.has("admin"):
            raise NotFound
        return view(request, *args, **kwargs)

    return guarded


def page_number(request: MemberRequest) -> int:
    """The page asked for; whatever is not a page is the first."""
    written = request.GET.get("page", "")
    readable = written.isascii() and written.isdigit() and len(written) < 7
    return max(1, int(written)) if readable else 1


def zone(request: MemberRequest) -> ZoneInfo:
    """The practice's time zone, in which its people speak of times."""
    return ZoneInfo(request.member.practice.timezone)
