"""``/`` sends each role to its first screen."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from rapport.web.shell import PLACES, MemberRequest


@require_safe
def home(request: MemberRequest) -> HttpResponseBase:
    for place in PLACES:
        if place.roles & request.actor.roles:
            return redirect(place.route)
    return no_screen_yet(request)


def no_screen_yet(request: MemberRequest) -> HttpResponse:
    """For whoever has no screen of their own yet, such as researchers."""
    return render(request, "errors/no_screen.jinja")
