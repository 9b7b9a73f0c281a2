"""What waits for the supervisor's signature, oldest first."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rapport.kernel import clock
from rapport.kernel.errors import NotFound
from rapport.records import queries
from rapport.web.shell import MemberRequest


@require_safe
def co_sign(request: MemberRequest) -> HttpResponse:
    if not request.actor.has("supervisor"):
        raise NotFound
    rows = queries.to_cosign(by=request.actor, at=clock.now())
    return render(request, "supervisor/co_sign.jinja", {"rows": rows})
