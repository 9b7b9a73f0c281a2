"""Psychotherapy notes: for their author alone, in no list, search, export or log but their own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.people import access as people
from rapport.people.queries import row_of
from rapport.records import access, actions, queries
from rapport.records.psychotherapy import opened
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import page_number

if TYPE_CHECKING:
    from rapport.records.models import PsychotherapyNote


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def psychotherapy_notes(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    """One's own about a relationship; sent, the form adds one while it is theirs."""
    at = clock.now()
    typed, wrong = request.POST.get("words", ""), {}
    if request.method != "POST":
        found = access.place_of_psychotherapy_notes(relationship, by=request.actor, at=at)
    else:
        found = people.own(relationship, by=request.actor, at=at)
        try:
            actions.write_psychotherapy_note(found, words=typed, by=request.actor, at=at)
        except Refusal as error:
            wrong = error.fields
        else:
            messages.success(request, _("Kept, for you alone."))
            return redirect("psychotherapy_notes", relationship=relationship)
    context = {
        "relationship": row_of(found),
        "mine": found.therapist_id == request.actor.id,
        "notes": queries.psychotherapy_notes(
            found, page=page_number(request), by=request.actor, at=at
        ),
        "typed": typed,
        "wrong": wrong,
    }
    status = 422 if wrong else 200
    return render(request, "therapist/psychotherapy_notes.jinja", context, status=status)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def psychotherapy_note(request: MemberRequest, psychotherapy_note: UUID) -> HttpResponseBase:
    """One of them to write anew."""
    at = clock.now()
    found = access.psychotherapy_note(psychotherapy_note, by=request.actor, at=at)
    wrong: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            actions.rewrite_psychotherapy_note(
                found,
                words=request.POST.get("words", ""),
                revision=_revision(request),
                by=request.actor,
                at=at,
            )
        except Refusal as error:
            wrong, status = error.fields, 422
        except actions.WrittenMeanwhile as error:
            wrong, status = {"words": error.message}, 409
        else:
            messages.success(request, _("Kept, for you alone."))
            return redirect("psychotherapy_notes", relationship=found.relationship_id)
    return _one(request, found, wrong, status)


def _one(
    request: MemberRequest, found: PsychotherapyNote, wrong: dict[str, str], status: int
) -> HttpResponse:
    context = {
        "note": found,
        "words": opened(found),
        "typed": request.POST.get("words"),
        "wrong": wrong,
    }
    return render(request, "therapist/psychotherapy_note.jinja", context, status=status)


def _revision(request: MemberRequest) -> int:
    written = request.POST.get("revision", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0
