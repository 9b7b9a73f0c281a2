"""Booking a meeting for somebody else; what was typed stays when something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.people import access, queries
from rapport.scheduling import actions
from rapport.web.design.parts import Choice
from rapport.web.office.door import admin, zone
from rapport.web.office.schedule import address, day_asked
from rapport.web.shell import MemberRequest

T = TypeVar("T")
_TYPED = ("relationship", "on", "at", "minutes", "place")
_BEGIN = {"minutes": "50", "place": "room"}
_FIELDS = {"starts_at": "at", "duration_min": "minutes"}


class BadBooking(Refusal):
    """The form does not yet say whom, when and for how long."""

    code = "bad_booking"


@dataclass(frozen=True, slots=True)
class Booking:
    """What the form says, once it can be read."""

    relationship: UUID
    starts_at: datetime
    duration_min: int
    place: str


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: MemberRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _form(request, _BEGIN | {"on": day_asked(request).isoformat()})
    if "find" in request.POST:
        return _form(request, request.POST)
    try:
        on = _book(request)
    except Refusal as refusal:
        return _form(request, request.POST, refusal)
    messages.success(request, _("Booked."))
    return redirect(address(on, "day"))


def _book(request: MemberRequest) -> date:
    at = clock.now()
    wanted = _booking(request)
    actions.book(
        access.administrative(wanted.relationship, by=request.actor, at=at),
        starts_at=wanted.starts_at,
        duration_min=wanted.duration_min,
        place=wanted.place,
        by=request.actor,
        at=at,
    )
    return wanted.starts_at.date()


def _booking(request: MemberRequest) -> Booking:
    """Read the form; say of every field at once what is wrong with it."""
    typed = request.POST
    relationship = _read(UUID, typed.get("relationship", ""))
    on = _read(date.fromisoformat, typed.get("on", ""))
    starts = _read(time.fromisoformat, typed.get("at", ""))
    minutes = _read(int, typed.get("minutes", ""))
    if relationship is None or on is None or starts is None or minutes is None:
        hints = {
            "relationship": (relationship, _("Choose who meets.")),
            "on": (on, _("Enter a day.")),
            "at": (starts, _("Enter a time, such as 14:00.")),
            "minutes": (minutes, _("Enter a number of minutes.")),
        }
        wrong = {name: words for name, (value, words) in hints.items() if value is None}
        raise BadBooking(_("This cannot be booked as it stands."), fields=wrong)
    starts_at = datetime.combine(on, starts.replace(tzinfo=None), zone(request))
    return Booking(relationship, starts_at, minutes, typed.get("place", ""))


def _read(kind: Callable[[str], T], text: str) -> T | None:
    try:
        return kind(text)
    except ValueError:
        return None


def _form(
    request: MemberRequest, typed: Mapping[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    who = typed.get("who", "").strip()[:100]
    rows, total = queries.found_in_office(who, by=request.actor, at=clock.now())
    wrong = refusal.fields.items() if refusal else ()
    context = {
        "typed": {name: typed.get(name, "") for name in _TYPED},
        "trouble": refusal.message if refusal else "",
        "errors": {_FIELDS.get(name, name): words for name, words in wrong},
        "who": who,
        "total": total,
        "choices": [
            Choice(
                str(row.id),
                _("%(who)s with %(therapist)s")
                % {"who": row.name, "therapist": row.therapist.name},
            )
            for row in rows
        ],
        "places": [
            Choice("room", _("In the room")),
            Choice("video", _("By video")),
            Choice("phone", _("By phone")),
        ],
    }
    return render(request, "office/book.jinja", context, status=422 if refusal else 200)
