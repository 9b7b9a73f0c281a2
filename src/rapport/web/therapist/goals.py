"""Goals in the client's words, and what the therapist promised."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.goals import access, actions, queries
from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.people.access import places_in
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import Dyad, to_read, to_write
from rapport.web.therapist.forms import GoalForm, PromiseForm


@require_http_methods(["GET", "HEAD", "POST"])
def goals(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    """The goals and promises of a dyad; sent, the form adds a goal."""
    at = clock.now()
    if request.method != "POST":
        return _page(request, to_read(request, relationship, at=at))
    dyad = to_write(request, relationship, at=at)
    form = GoalForm(request.POST)
    if not form.is_valid():
        return _page(request, dyad, goal=form)
    try:
        actions.set_goal(
            dyad.relationship, client=dyad.client, **form.cleaned_data, by=request.actor, at=at
        )
    except Refusal as error:
        form.refuse(error)
        return _page(request, dyad, goal=form)
    return redirect(dyad.address("goals"))


@require_POST
def promise_new(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    at = clock.now()
    dyad = to_write(request, relationship, at=at)
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return _page(request, dyad, promise=form)
    try:
        actions.make_promise(
            dyad.relationship,
            client=dyad.client,
            words=form.cleaned_data["promise"],
            by=request.actor,
            at=at,
        )
    except Refusal as error:
        form.refuse(error, rename={"words": "promise"})
        return _page(request, dyad, promise=form)
    return redirect(dyad.address("goals"))


@require_POST
def goal_focus(request: MemberRequest, goal: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.own_goal(goal, by=request.actor, at=at)
    actions.focus_on(found, by=request.actor, at=at)
    return _to(found.relationship_id, found.client_id)


@require_POST
def goal_close(request: MemberRequest, goal: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.own_goal(goal, by=request.actor, at=at)
    actions.close_goal(found, by=request.actor, at=at)
    messages.success(request, _("The goal is closed. It stays to be read."))
    return _to(found.relationship_id, found.client_id)


@require_POST
def promise_settle(request: MemberRequest, promise: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.own_promise(promise, by=request.actor, at=at)
    actions.settle_promise(found, kept="kept" in request.POST, by=request.actor, at=at)
    return _to(found.relationship_id, found.client_id)


def _page(
    request: MemberRequest,
    dyad: Dyad,
    *,
    goal: GoalForm | None = None,
    promise: PromiseForm | None = None,
) -> HttpResponse:
    relationship, client = dyad.relationship, dyad.client
    rows = queries.goals_of(relationship, client_id=client.id)
    context = {
        "dyad": dyad,
        "seen": {
            "relationship_id": relationship.id,
            "client_id": client.id,
            "client_name": client.name,
            "clients": [
                {"client_id": place.client_id, "name": place.client.name}
                for place in places_in(relationship)
            ],
        },
        "open_goals": [row for row in rows if row.closed_at_session is None],
        "closed_goals": [row for row in rows if row.closed_at_session is not None],
        "promises": queries.promises_of(relationship, client_id=client.id),
        "goal": goal or GoalForm(),
        "promise": promise or PromiseForm(),
        "wrong": {**(goal.wrong if goal else {}), **(promise.wrong if promise else {})},
    }
    return render(request, "therapist/goals.jinja", context, status=422 if goal or promise else 200)


def _to(relationship_id: UUID, client_id: UUID) -> HttpResponseRedirect:
    address = reverse("goals", args=[relationship_id])
    return redirect(f"{address}?client={client_id}")
