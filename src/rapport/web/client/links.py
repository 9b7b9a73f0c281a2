"""People who come by a link: let in without a sign-in, or told nothing at all.

A link is a capability: whoever holds it may use it, from any page, and no cookie adds to that.
So these views need no CSRF token, and work where cookies are blocked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from rapport.kernel import scope
from rapport.kernel.errors import NotFound

if TYPE_CHECKING:
    from rapport.measures.access import CheckIn, Participant

log = logging.getLogger(__name__)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
MISSES = 30
WITHIN_S = 600


def link_holder(view: View[P]) -> View[P]:
    """Open to whoever has a genuine link; everybody else gets one and the same page.

    Genuine links go on working while somebody guesses from the same address: many clients may
    share one, and a flood must not lock them out.
    """

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            reply = view(request, *args, **kwargs)
        except NotFound:
            reply = _gone(request)
        reply.headers["Referrer-Policy"] = "no-referrer"  # the address itself is the key
        return reply

    return guarded


@contextmanager
def as_client(request: HttpRequest, place: CheckIn | Participant) -> Iterator[None]:
    """The practice in scope, its time zone, and the client's language."""
    request.practice = place.practice  # type: ignore[attr-defined]
    zone = ZoneInfo(place.practice.timezone)
    with (
        scope.practice(place.practice_id),
        timezone.override(zone),
        translation.override(place.client.language),
    ):
        yield


def _gone(request: HttpRequest) -> HttpResponse:
    """Forged, void, run out or never made: the answer is the same."""
    misses = _count_miss(request.META.get("REMOTE_ADDR", ""))
    if misses > MISSES:
        return render(request, "client/gone.jinja", status=429)
    log.warning("a link was tried that is not, or no longer, good")
    return render(request, "client/gone.jinja", status=404)


def _count_miss(address: str) -> int:
    key = f"link-misses-{address}"
    cache.add(key, 0, WITHIN_S)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two lines
        return 1
