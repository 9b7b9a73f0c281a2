"""End the work together, and take an ending back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.people import actions, queries
from rapport.web.design.parts import Choice
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import Dyad, to_write
from rapport.web.therapist.forms import EndingForm


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    """A page of its own: what ends with the work is said before it is sent."""
    at = clock.now()
    dyad = to_write(request, relationship, at=at)
    if request.method != "POST":
        form = EndingForm(initial={"ended_on": timezone.localdate().isoformat()})
        return _page(request, dyad, form)
    form = EndingForm(request.POST)
    if not form.is_valid():
        return _page(request, dyad, form, status=422)
    try:
        actions.end_relationship(dyad.relationship, **form.cleaned_data, by=request.actor, at=at)
    except Refusal as error:
        form.refuse(error)
        return _page(request, dyad, form, status=422)
    messages.success(request, _("The work together has ended. Its record stays here to be read."))
    return redirect(dyad.address("relationship"))


@require_POST
def reopen(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    """Take an ending back."""
    at = clock.now()
    dyad = to_write(request, relationship, at=at)
    actions.reopen_relationship(dyad.relationship, by=request.actor, at=at)
    messages.success(request, _("The work goes on. What was called off can be booked anew."))
    return redirect(dyad.address("relationship"))


def _page(
    request: MemberRequest, dyad: Dyad, form: EndingForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "dyad": dyad,
        "who": queries.row_of(dyad.relationship).name,
        "form": form,
        "endings": (
            Choice("planned", _("As planned")),
            Choice("dropout", _("Without a plan: they stopped coming")),
        ),
        "days": actions.REOPEN_WITHIN.days,
    }
    return render(request, "therapist/end.jinja", context, status=status)
