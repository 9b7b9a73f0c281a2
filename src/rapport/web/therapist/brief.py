"""The brief: what to know before the door opens, read in 30 seconds."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rapport.alliance.queries import brief_for
from rapport.kernel import clock
from rapport.web import pictures
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import to_read


@require_safe
def brief(request: MemberRequest, relationship: UUID) -> HttpResponse:
    at = clock.now()
    dyad = to_read(request, relationship, at=at)
    context = {
        "brief": brief_for(dyad.relationship, client=dyad.client, at=at),
        "dyad": dyad,
        "at": at,
        "pictures": pictures,
    }
    return render(request, "therapist/brief.jinja", context)
