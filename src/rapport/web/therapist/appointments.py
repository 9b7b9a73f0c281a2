"""Book a meeting, and say that one was missed or called off."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.scheduling import access, actions
from rapport.web.design.tags import when
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import Dyad, to_write, zone
from rapport.web.therapist.forms import AppointmentForm


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    at = clock.now()
    dyad = to_write(request, relationship, at=at)
    if request.method != "POST":
        return _page(request, dyad, AppointmentForm(initial=_tomorrow()))
    form = AppointmentForm(request.POST)
    if not form.is_valid():
        return _page(request, dyad, form, status=422)
    starts_at = form.starts_at(zone(request))
    try:
        actions.book(
            dyad.relationship,
            starts_at=starts_at,
            duration_min=form.cleaned_data["duration_min"],
            place=form.cleaned_data["place"],
            by=request.actor,
            at=at,
        )
    except Refusal as error:
        form.refuse(error, rename={"starts_at": "time"})
        return _page(request, dyad, form, status=422)
    messages.success(request, _("Booked: %(at)s.") % {"at": when(starts_at)})
    if request.POST.get("then") == "today":
        return redirect("today")
    return redirect("brief", relationship=relationship)


@require_POST
def appointment_missed(request: MemberRequest, appointment: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.own(appointment, by=request.actor, at=at)
    actions.miss(found, by=request.actor, at=at)
    messages.success(request, _("Noted as missed. It counts in the next session's strip."))
    return redirect("book", relationship=found.relationship_id)


@require_POST
def appointment_cancel(request: MemberRequest, appointment: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.own(appointment, by=request.actor, at=at)
    actions.cancel(found, by=request.actor, at=at)
    messages.success(request, _("Cancelled. It does not count as missed."))
    return redirect("book", relationship=found.relationship_id)


def _page(
    request: MemberRequest, dyad: Dyad, form: AppointmentForm, *, status: int = 200
) -> HttpResponse:
    context = {"dyad": dyad, "form": form, "then": request.POST.get("then", "brief")}
    return render(request, "therapist/book.jinja", context, status=status)


def _tomorrow() -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=1)
    return {"day": day.isoformat(), "time": "", "duration_min": "50", "place": "room"}
