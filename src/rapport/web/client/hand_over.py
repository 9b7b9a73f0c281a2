"""Hand the tablet over, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.views.decorators.http import require_http_methods

from rapport.kernel import clock, scope
from rapport.kernel.errors import Conflict, NotFound, Refusal
from rapport.measures import access, actions
from rapport.people import access as people
from rapport.web import kiosk as lock
from rapport.web.shell import MemberRequest

if TYPE_CHECKING:
    from datetime import datetime

    from rapport.people.models import Client, Relationship


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: MemberRequest, relationship: UUID) -> HttpResponse:
    """Lock this session to the client's questions, with four digits of one's choice."""
    at = clock.now()
    found = people.own(relationship, by=request.actor, at=at)
    asked = request.POST if request.method == "POST" else request.GET
    client = people.place_of(_uuid(asked.get("client", "")), found).client
    moment = "after" if asked.get("moment") == "after" else "before"
    if request.method != "POST":
        return _page(request, found, client, moment)
    try:
        return _lock(request, found, client, moment, at)
    except (Refusal, Conflict) as error:
        return _page(request, found, client, moment, error)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """The one page that takes the tablet back."""
    if not lock.is_locked(request):
        return redirect("home")
    if request.method != "POST":
        return _ask_code(request)
    back, path = lock.back_path(request), lock.form_path(request)
    outcome = lock.guess(request, request.POST.get("code", "")[:8])
    if outcome != "wrong":
        _take_back(path)
    if outcome == "open":
        return redirect(back)
    if outcome == "signed out":
        return redirect("account_login")
    return _ask_code(request, "These are not the four digits.", status=422)


def _take_back(path: str) -> None:
    """Close the client's form behind them: the practitioner's browser knows its address."""
    try:
        check_in = access.check_in_by_link(resolve(path).kwargs["token"], at=clock.now())
    except NotFound:  # its time ran out meanwhile
        return
    with scope.practice(check_in.practice_id):
        actions.take_back(check_in)


@transaction.atomic
def _lock(
    request: MemberRequest, relationship: Relationship, client: Client, moment: str, at: datetime
) -> HttpResponse:
    """Ask, hand over, lock; where the digits are no code, nothing of it has happened."""
    check_in = actions.ask_now(relationship, client=client, moment=moment, at=at)
    path = actions.hand_over(check_in, by=request.actor, at=at)
    back = f"{reverse('brief', args=[relationship.id])}?client={client.id}"
    lock.lock(request, path=path, back=back, code=request.POST.get("code", ""))
    return redirect(path)


def _page(
    request: MemberRequest,
    relationship: Relationship,
    client: Client,
    moment: str,
    error: Refusal | Conflict | None = None,
) -> HttpResponse:
    wrong_code = error.fields.get("code", "") if error else ""
    context = {
        "name": client.name,
        "relationship_id": relationship.id,
        "client_id": client.id,
        "moment": moment,
        "error": wrong_code,
        "trouble": error.message if error and not wrong_code else "",
    }
    return render(request, "client/hand_over_page.jinja", context, status=422 if error else 200)


def _ask_code(request: HttpRequest, error: str = "", *, status: int = 200) -> HttpResponse:
    context = {"error": error, "form_path": lock.form_path(request)}
    return render(request, "client/kiosk.jinja", context, status=status)


def _uuid(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise NotFound from None
