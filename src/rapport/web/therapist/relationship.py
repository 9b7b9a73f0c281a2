"""The relationship: a sentence, both curves, what they agree on, the stage it is in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.alliance.actions import confirm_stage
from rapport.alliance.queries import relationship_view
from rapport.alliance.queries.prospect import prospect_of
from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.people.actions import can_reopen
from rapport.web import pictures
from rapport.web.shell import MemberRequest
from rapport.web.therapist import curves, numbers
from rapport.web.therapist.door import Dyad, to_read, to_write


@require_safe
def relationship(request: MemberRequest, relationship: UUID) -> HttpResponse:
    return _page(request, to_read(request, relationship, at=clock.now()))


@require_POST
def stage(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    at = clock.now()
    dyad = to_write(request, relationship, at=at)
    try:
        confirm_stage(
            dyad.relationship,
            stage=request.POST.get("stage", ""),
            evidence=request.POST.getlist("evidence"),
            words=request.POST.get("words", ""),
            by=request.actor,
            at=at,
        )
    except Refusal as error:
        wrong = error.fields or {"stage": error.message}
        return _page(request, dyad, wrong=wrong, status=422)
    messages.success(request, _("The stage is confirmed."))
    return redirect("relationship", relationship=relationship)


def _page(
    request: MemberRequest, dyad: Dyad, *, wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    view = relationship_view(dyad.relationship, client=dyad.client, at=clock.now())
    alliance, outcomes = curves.curves(view, "relationship"), curves.curves(view, "outcome")
    seen = curves.chosen(alliance, request.GET.get("show", ""))
    outcome = curves.chosen(outcomes, request.GET.get("outcome", ""))
    context = {
        "view": view,
        "dyad": dyad,
        "pictures": pictures,
        "alliance": alliance,
        "seen": seen,
        "drawing": curves.draw_relationship(view, seen) if seen else None,
        "told": curves.sentences(view, seen) if seen else (),
        "basis": curves.basis(view, seen) if seen else "",
        "outcomes": outcomes,
        "outcome": outcome,
        "outcome_drawing": curves.draw_outcome(view, outcome) if outcome else None,
        "outcome_told": curves.sentences(view, outcome) if outcome else (),
        "outcome_basis": curves.basis(view, outcome) if outcome else "",
        "prospect": prospect_of(view),
        "agreement": numbers.agreement(view),
        "agreement_rows": numbers.agreement_rows(view),
        "areas": numbers.areas_to_focus(view),
        "flags": numbers.alerting_flags(view),
        "events": numbers.timeline(view),
        "typed": request.POST,
        "evidence_typed": request.POST.getlist("evidence"),
        "wrong": wrong or {},
        "reopens": view.ended_on is not None and can_reopen(view.ended_on, at=clock.now()),
    }
    return render(request, "therapist/relationship.jinja", context, status=status)
