"""The schedule of the whole practice: a day or a week, and who meets in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.alerts.queries import overdue_for_office
from rapport.kernel import clock
from rapport.people import access as access_people
from rapport.people import queries as people_queries
from rapport.people.queries import RelationshipRow
from rapport.scheduling import access, actions, queries
from rapport.scheduling.queries import AppointmentRow
from rapport.web import pictures
from rapport.web.design.parts import Tab
from rapport.web.office.door import admin, zone
from rapport.web.shell import MemberRequest

_SPANS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment, with the names of who meets."""

    appointment: AppointmentRow
    who: str
    place: str
    state: str


@dataclass(frozen=True, slots=True)
class Day:
    """The appointments of one day."""

    on: date
    lines: tuple[Line, ...]

    @property
    def spoken(self) -> str:
        return date_format(self.on, "l j F")


@admin
@require_safe
def schedule(request: MemberRequest) -> HttpResponseBase:
    first = day_asked(request)
    span = "day" if request.GET.get("span") == "day" else "week"
    at = clock.now()
    rows = queries.office_days(first, days=_SPANS[span], zone=zone(request), by=request.actor)
    met = {row.relationship_id for row in rows}
    named = people_queries.in_office(met, by=request.actor, at=at)
    return render(
        request,
        "office/schedule.jinja",
        {
            "pictures": pictures,
            "overdue": overdue_for_office(by=request.actor, at=at),
            "days": _days(rows, named, request),
            "first": first,
            "last": first + timedelta(days=_SPANS[span] - 1),
            "today": clock.now().astimezone(zone(request)).date(),
            "spans": _tabs(first, span),
            "earlier": address(first - timedelta(days=_SPANS[span]), span),
            "later": address(first + timedelta(days=_SPANS[span]), span),
            "nobody": not access_people.all_relationships_administratively(
                by=request.actor
            ).exists(),
        },
    )


@admin
@require_POST
def cancel(request: MemberRequest, appointment: UUID) -> HttpResponseBase:
    at = clock.now()
    row = access.administrative(appointment, by=request.actor, at=at)
    actions.cancel(row, by=request.actor, at=at)
    messages.success(request, _("Cancelled. It does not count as missed."))
    return redirect(address(row.starts_at.astimezone(zone(request)).date(), "day"))


def _days(
    rows: tuple[AppointmentRow, ...], named: dict[UUID, RelationshipRow], request: MemberRequest
) -> list[Day]:
    def day_of(row: AppointmentRow) -> date:
        return row.starts_at.astimezone(zone(request)).date()

    return [
        Day(on, tuple(_line(row, named[row.relationship_id].name) for row in found))
        for on, found in groupby(rows, day_of)
    ]


def _line(row: AppointmentRow, who: str) -> Line:
    places = {"room": _("In the room"), "video": _("By video"), "phone": _("By phone")}
    states = {
        "planned": "",
        "held": _("Held"),
        "missed": _("Missed"),
        "cancelled": _("Cancelled"),
    }
    return Line(
        row, who or _("A relationship that has ended"), places[row.place], states[row.state]
    )


def _tabs(first: date, span: str) -> list[Tab]:
    return [
        Tab(_("Day"), address(first, "day"), current=span == "day"),
        Tab(_("Week"), address(first, "week"), current=span == "week"),
    ]


def address(first: date, span: str) -> str:
    """The schedule from one day on."""
    return f"{reverse('schedule')}?day={first.isoformat()}&span={span}"


def day_asked(request: MemberRequest) -> date:
    """The day in the address, else today as the practice's clock has it."""
    today = clock.now().astimezone(zone(request)).date()
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return day if MINYEAR + 1 < day.year < MAXYEAR else today
