"""People: who works here, who supervises whom, who has left, and who goes on with their work."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.kernel import clock
from rapport.kernel.errors import Conflict, NotFound, Refusal
from rapport.people import access, actions, members, queries
from rapport.web.design.parts import Choice
from rapport.web.office.door import admin, page_number
from rapport.web.shell import MemberRequest

if TYPE_CHECKING:
    from rapport.people.models import Member


class NobodyChosen(Refusal):
    """The form does not say who."""

    code = "nobody_chosen"


@admin
@require_safe
def people(request: MemberRequest) -> HttpResponseBase:
    everybody = members.everybody(by=request.actor)
    context = {
        "here": [row for row in everybody if row.left_on is None],
        "gone": [row for row in everybody if row.left_on is not None],
    }
    return render(request, "office/people.jinja", context)


@admin
@require_safe
def person(request: MemberRequest, member: UUID) -> HttpResponseBase:
    at = clock.now()
    return _page(request, access.member(member, by=request.actor, at=at), at)


@admin
@require_POST
def supervise(request: MemberRequest, member: UUID) -> HttpResponseBase:
    """Appoint a supervisor, or end a supervision."""
    at = clock.now()
    found = access.member(member, by=request.actor, at=at)
    try:
        supervisor = _chosen(request, "supervisor", at)
        if "end" in request.POST:
            actions.end_supervision(found, supervisor=supervisor, by=request.actor, at=at)
            messages.success(request, _("Ended. The caseload is closed to them from now on."))
        else:
            actions.supervise(found, supervisor=supervisor, by=request.actor, at=at)
            messages.success(request, _("Appointed. The caseload is open to them, to read."))
    except (Refusal, Conflict) as error:
        return _page(request, found, at, error)
    return redirect("person", member=member)


@admin
@require_POST
def leave(request: MemberRequest, member: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.member(member, by=request.actor, at=at)
    try:
        actions.leave(found, left_on=timezone.localdate(at), by=request.actor, at=at)
    except Conflict as error:
        return _page(request, found, at, error)
    messages.success(request, _("Noted. They are signed out and cannot sign in any more."))
    if found.id == request.member.id:
        return redirect("home")
    return redirect("person", member=member)


@admin
@require_POST
def come_back(request: MemberRequest, member: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.member(member, by=request.actor, at=at)
    try:
        actions.come_back(found, by=request.actor, at=at)
    except Conflict as error:
        return _page(request, found, at, error)
    messages.success(request, _("They work here again and sign in as before."))
    return redirect("person", member=member)


@admin
@require_POST
def hand_over(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    """Give one relationship to another practitioner."""
    at = clock.now()
    found = access.administrative(relationship, by=request.actor, at=at)
    before = access.member(found.therapist_id, by=request.actor, at=at)
    try:
        to = _chosen(request, "to", at)
        actions.hand_over(found, to=to, by=request.actor, at=at)
    except (Refusal, Conflict) as error:
        return _page(request, before, at, error, wrong=str(relationship))
    messages.success(request, _("Handed over. %(name)s goes on with it.") % {"name": to.name})
    return redirect("person", member=before.id)


def _chosen(request: MemberRequest, field: str, at: datetime) -> Member:
    """The member a form names; whoever is not here cannot be chosen."""
    try:
        return access.member(UUID(request.POST.get(field, "")), by=request.actor, at=at)
    except (ValueError, NotFound):
        raise NobodyChosen(
            _("Nobody is chosen yet."), fields={field: _("Choose somebody.")}
        ) from None


def _page(
    request: MemberRequest,
    member: Member,
    at: datetime,
    error: Refusal | Conflict | None = None,
    *,
    wrong: str = "",
) -> HttpResponse:
    row = members.row_of(member)
    supervising = {person.id for person in row.supervisors} | {row.id}
    carried = members.carried_by(member, page=page_number(request), by=request.actor, at=at)
    context = {
        "person": row,
        "carried": carried,
        "supervisors": [
            Choice(str(one.id), one.name)
            for one in queries.colleagues("supervisor", by=request.actor)
            if one.id not in supervising
        ],
        "others": _others(request, row.id),
        "earlier": carried.page - 1,
        "later": carried.page + 1 if carried.page < carried.pages else 0,
        "first": (carried.page - 1) * members.PAGE + 1,
        "trouble": error.message if error else "",
        "errors": error.fields if error else {},
        "wrong": wrong,
    }
    status = 409 if isinstance(error, Conflict) else 422 if error else 200
    return render(request, "office/person.jinja", context, status=status)


def _others(request: MemberRequest, member_id: UUID) -> dict[str, list[Choice]]:
    """Who could go on with a relationship, by its track."""
    roles = {"therapy": "therapist", "coaching": "coach"}
    return {
        track: [
            Choice(str(one.id), one.name)
            for one in queries.colleagues(role, by=request.actor)
            if one.id != member_id
        ]
        for track, role in roles.items()
    }
