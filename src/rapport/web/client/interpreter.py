"""The interpreter's own check-ins: the same screens, behind their sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from rapport.kernel import clock
from rapport.kernel.errors import NotFound
from rapport.measures import access, queries
from rapport.people import queries as people
from rapport.web.client.check_in import respond
from rapport.web.client.sitting import sit_down
from rapport.web.shell import MemberRequest


@dataclass(frozen=True, slots=True)
class Row:
    """One check-in to answer."""

    id: UUID
    name: str
    session_number: int
    expires_at: datetime


@require_safe
def waiting(request: MemberRequest) -> HttpResponse:
    """What this interpreter was asked and can still answer."""
    if not request.actor.has("interpreter"):
        raise NotFound
    at = clock.now()
    names = {row.id: row.name for row in people.interpreted(by=request.actor, at=at)}
    rows = [
        Row(found.id, names[found.relationship_id], found.session_number, found.expires_at)
        for found in queries.waiting_for(request.member.id, at=at)
        if found.rater == "interpreter"
    ]
    return render(request, "client/interpreter.jinja", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: MemberRequest, check_in: UUID) -> HttpResponse:
    """An interpreter at their own form."""
    at = clock.now()
    found = access.check_in_for_member(check_in, by=request.actor, at=at)
    if found.rater != "interpreter":
        raise NotFound
    address = reverse("interpreter_check_in", args=[check_in])
    return respond(request, sit_down(found, by=request.actor, address=address), at)
