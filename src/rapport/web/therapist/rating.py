"""A therapist's own rating: seven items, fifteen seconds, before anything is revealed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.measures import access
from rapport.measures.actions import submit_check_in
from rapport.measures.forms import Form, form_for
from rapport.measures.queries import state_of
from rapport.web.shell import MemberRequest

if TYPE_CHECKING:
    from rapport.measures.access import CheckIn


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: MemberRequest, check_in: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.check_in_for_member(check_in, by=request.actor, at=at)
    form = form_for(found)
    if request.method != "POST":
        return _page(request, found, form, {})
    answers = typed_answers(request, form)
    try:
        submit_check_in(found, answers=answers, words="", by=request.actor, at=at)
    except Refusal as error:
        return _page(request, found, form, wrong_of(error))
    messages.success(request, _("Your rating is kept."))
    address = reverse("relationship", args=[found.relationship_id])
    return redirect(f"{address}?client={found.client_id}")


def typed_answers(request: HttpRequest, form: Form) -> dict[str, float]:
    """The answers that were chosen among those on offer; anything else counts as open."""
    offered = {
        question.key: {answer.value for answer in question.answers} for question in form.questions
    }
    return {
        key: float(request.POST[key])
        for key, values in offered.items()
        if request.POST.get(key) in values
    }


def item_words(form: Form) -> dict[str, str]:
    """What each item asks, to name it where something is wrong with its answer."""
    return {question.key: question.words for question in form.questions}


def wrong_of(error: Refusal) -> dict[str, str]:
    """What a refusal says of each item, or of the whole."""
    return error.fields or {"form": error.message}


def _page(
    request: MemberRequest, check_in: CheckIn, form: Form, wrong: dict[str, str]
) -> HttpResponse:
    context = {
        "state": state_of(check_in, at=clock.now()),
        "client_name": check_in.client.name,
        "form": form,
        "item_words": item_words(form),
        "chosen": request.POST,
        "wrong": wrong,
    }
    return render(request, "therapist/rate.jinja", context, status=422 if wrong else 200)
