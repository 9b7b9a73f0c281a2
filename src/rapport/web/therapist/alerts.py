"""Alerts: what waits for somebody, what was done about it, and how the rules have fared."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.alerts import access, actions, queries
from rapport.kernel import clock
from rapport.kernel.errors import NotFound, Refusal
from rapport.measures.queries import answer_now
from rapport.people.access import PRACTITIONERS
from rapport.web import pictures
from rapport.web.design.parts import Tab
from rapport.web.shell import MemberRequest
from rapport.web.therapist import evidence

READERS = PRACTITIONERS | {"supervisor"}


@require_safe
def alerts(request: MemberRequest) -> HttpResponse:
    if not request.actor.roles & READERS:
        raise NotFound
    at, settled = clock.now(), "settled" in request.GET
    context = {
        "tabs": _tabs(settled),
        "settled": settled,
        "alerts": (queries.settled_alerts if settled else queries.open_alerts)(
            by=request.actor, at=at
        ),
        "hit_rates": [
            (
                evidence.rule_name(rate.rule),
                rate.raised,
                rate.useful,
                rate.not_useful,
                rate.unanswered,
            )
            for rate in queries.hit_rates(by=request.actor)
        ],
        "at": at,
        "pictures": pictures,
    }
    return render(request, "therapist/alerts.jinja", context)


@require_safe
def alert(request: MemberRequest, alert: UUID) -> HttpResponse:
    return _page(request, alert)


@require_POST
def alert_acknowledge(request: MemberRequest, alert: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.one(alert, by=request.actor, at=at)
    actions.acknowledge(found, by=request.actor, at=at)
    return redirect("alert", alert=alert)


@require_POST
def alert_settle(request: MemberRequest, alert: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.one(alert, by=request.actor, at=at)
    try:
        actions.settle(found, because=request.POST.get("because", ""), by=request.actor, at=at)
    except Refusal as error:
        return _page(request, alert, wrong={"because": error.message})
    messages.success(request, _("Settled. What was done stays on record."))
    return redirect("alerts")


@require_POST
def alert_answer(request: MemberRequest, alert: UUID) -> HttpResponseBase:
    at, by = clock.now(), request.actor
    found = access.one(alert, by=by, at=at)
    useful, because = "useful" in request.POST, request.POST.get("because", "")
    try:
        actions.answer(found, useful=useful, because=because, by=by, at=at)
    except Refusal as error:
        return _page(request, alert, wrong={"because": error.message})
    if request.headers.get("HX-Request"):
        return render(request, "therapist/parts/answered.jinja", {"useful": useful})
    messages.success(request, _("Noted. How often this rule is useful is counted."))
    return redirect("alert", alert=alert)


def _tabs(settled: bool) -> tuple[Tab, ...]:
    address = reverse("alerts")
    return (
        Tab(_("Open"), address, current=not settled),
        Tab(_("Settled"), f"{address}?settled=1", current=settled),
    )


def _page(
    request: MemberRequest, alert_id: UUID, *, wrong: dict[str, str] | None = None
) -> HttpResponse:
    at = clock.now()
    found = access.one(alert_id, by=request.actor, at=at)
    page = queries.page_of(found)
    risk = page.alert.kind == "risk"
    now = answer_now(found.source_id, str(page.evidence.get("question", ""))) if risk else None
    context = {
        "page": page,
        "clock": evidence.clock(page),
        "prompt": None if risk else evidence.prompt(page),
        "facts": evidence.facts(page, now) if risk else [],
        "trail": evidence.trail(page),
        "answered": evidence.answered(page.alert.answered),
        "wrong": wrong or {},
        "because": request.POST.get("because", ""),
    }
    return render(request, "therapist/alert.jinja", context, status=422 if wrong else 200)
