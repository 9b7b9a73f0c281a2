"""A practice's own note templates, beside those that ship: for therapists, coaches and admins."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.records import access, actions, queries
from rapport.records.note_templates import Section, shipped
from rapport.web.design.parts import Choice
from rapport.web.shell import MemberRequest

ROWS = range(1, 9)


@require_safe
def note_templates(request: MemberRequest) -> HttpResponse:
    context = {"own": queries.own_templates(by=request.actor), "shipped": shipped()}
    return render(request, "therapist/note_templates.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def note_template_new(request: MemberRequest) -> HttpResponseBase:
    """Name it and its sections, perhaps starting from one that ships."""
    access.check_may_make_templates(by=request.actor)
    if request.method != "POST":
        start = next((one for one in shipped() if one.key == request.GET.get("from")), None)
        return _page(request, start.sections if start else ())
    try:
        made = actions.make_template(
            request.POST.get("name", ""),
            track=request.POST.get("track", ""),
            sections=_sections(request),
            by=request.actor,
            at=clock.now(),
        )
    except Refusal as error:
        return _page(request, _sections(request), wrong=error)
    messages.success(request, _("“%(name)s” can be chosen for a note now.") % {"name": made.name})
    return redirect("note_templates")


@require_POST
def note_template_retire(request: MemberRequest, note_template: UUID) -> HttpResponseBase:
    found = access.template(note_template, by=request.actor)
    actions.retire_template(found, by=request.actor, at=clock.now())
    messages.success(request, _("It is offered no more. Notes written with it stay as they are."))
    return redirect("note_templates")


def _sections(request: MemberRequest) -> tuple[Section, ...]:
    """The rows that were named."""
    named = [n for n in ROWS if request.POST.get(f"label-{n}", "").strip()]
    return tuple(
        Section(
            key=f"s{place}",
            label=request.POST[f"label-{n}"].strip(),
            hint=request.POST.get(f"hint-{n}", "").strip()[:200],
            prefill=tuple(filter(None, [request.POST.get(f"prefill-{n}", "")])),
        )
        for place, n in enumerate(named, 1)
    )


def _page(
    request: MemberRequest, sections: tuple[Section, ...], *, wrong: Refusal | None = None
) -> HttpResponse:
    empty = Section("", "")
    context = {
        "rows": [(n, sections[n - 1] if n <= len(sections) else empty) for n in ROWS],
        "name": request.POST.get("name", ""),
        "track": request.POST.get("track", "therapy"),
        "tracks": [Choice("therapy", _("Therapy")), Choice("coaching", _("Coaching"))],
        "prefills": [
            Choice("session", _("the session's times")),
            Choice("measures", _("the latest scores")),
            Choice("goals", _("the goals")),
            Choice("risk", _("open risk")),
        ],
        "wrong": wrong.fields if wrong else {},
        "trouble": wrong.message if wrong else "",
    }
    status = 422 if wrong else 200
    return render(request, "therapist/note_template_new.jinja", context, status=status)
