"""``/`` sends each role to its first screen; a script asks whether somebody is still signed in."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from rapport.web.shell import PLACES, MemberRequest


@require_safe
def home(request: MemberRequest) -> HttpResponseBase:
    for place in PLACES:
        if place.roles & request.actor.roles:
            return redirect(place.route)
    return no_screen_yet(request)


@require_safe
def signed_in(request: MemberRequest) -> HttpResponse:
    """Asked while somebody types in a private form: it renews the sign-in, as any page does."""
    return JsonResponse({"token": get_token(request)})


def no_screen_yet(request: MemberRequest) -> HttpResponse:
    """For whoever has no screen of their own yet, such as researchers."""
    return render(request, "errors/no_screen.jinja")
