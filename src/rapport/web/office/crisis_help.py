"""The practice's words for a client who needs help at once, and how the client will see them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.people import actions
from rapport.web import crisis
from rapport.web.office.door import admin
from rapport.web.shell import MemberRequest


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def crisis_help(request: MemberRequest) -> HttpResponseBase:
    written = request.member.practice.crisis_help
    typed, refusal = written, None
    if request.method == "POST":
        typed = request.POST.get("words", "")
        try:
            actions.write_crisis_help(typed, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Clients see these words from now on."))
            return redirect("crisis_help")
    context = {
        "typed": typed,
        "shown": crisis.crisis_help(written),
        "errors": refusal.fields if refusal else {},
        "trouble": refusal.message if refusal else "",
    }
    return render(request, "office/crisis_help.jinja", context, status=422 if refusal else 200)
