"""The measures of a dyad: what is asked, what could be, and what still lacks its wording."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.measures import access, actions
from rapport.measures.assignments import AssignmentRow, assignments_of, measure_cards
from rapport.people.access import places_in
from rapport.people.queries import last_session_number
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import Dyad, to_read, to_write
from rapport.web.therapist.forms import AssignForm

BEGIN = {"moment": "before", "every": 1}


@require_http_methods(["GET", "HEAD", "POST"])
def measures(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    """What this client is asked; sent, the form assigns a measure."""
    at = clock.now()
    if request.method != "POST":
        return _page(request, to_read(request, relationship, at=at))
    dyad = to_write(request, relationship, at=at)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return _page(request, dyad, form=form)
    try:
        actions.assign_measure(
            dyad.relationship,
            client=None if form.cleaned_data["everybody"] else dyad.client,
            instrument=form.cleaned_data["instrument"],
            rhythm=form.rhythm(),
            by=request.actor,
            at=at,
        )
    except Refusal as error:
        form.refuse(error)
        return _page(request, dyad, form=form)
    messages.success(request, _("It is asked from now on, as you said."))
    return redirect(dyad.address("measures"))


@require_POST
def assignment_end(request: MemberRequest, assignment: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.own_assignment(assignment, by=request.actor, at=at)
    actions.end_assignment(found, by=request.actor, at=at)
    messages.success(request, _("It is asked no more. What was answered stays."))
    address = reverse("measures", args=[found.relationship_id])
    return redirect(f"{address}?client={request.POST.get('client') or found.client_id or ''}")


def _page(request: MemberRequest, dyad: Dyad, *, form: AssignForm | None = None) -> HttpResponse:
    relationship, client = dyad.relationship, dyad.client
    places = places_in(relationship)
    rows = assignments_of(relationship, client_id=client.id)
    asked = [row for row in rows if row.ended_at is None]
    taken = {row.instrument for row in asked}
    cards = measure_cards()
    coming = last_session_number(relationship) + 1
    context = {
        "dyad": dyad,
        "seen": {
            "relationship_id": relationship.id,
            "client_id": client.id,
            "client_name": client.name,
            "clients": [
                {"client_id": place.client_id, "name": place.client.name} for place in places
            ],
        },
        "asked": [(row, rhythm_words(row)) for row in asked],
        "ended": [row for row in rows if row.ended_at is not None],
        "offered": [card for card in cards if card.available and card.key not in taken],
        "lacking": [card for card in cards if not card.available],
        "coming": coming,
        "form": form or AssignForm(initial=BEGIN | {"from_session": coming}),
        "wrong": form.wrong if form else {},
    }
    return render(request, "therapist/measures.jinja", context, status=422 if form else 200)


def rhythm_words(row: AssignmentRow) -> str:
    """When it is asked, as people say it."""
    before = row.moment == "before"
    if row.every == 1:
        words = _("before each session") if before else _("after each session")
    elif before:
        words = ngettext("before every session", "before every %(num)d sessions", row.every) % {
            "num": row.every
        }
    else:
        words = ngettext("after every session", "after every %(num)d sessions", row.every) % {
            "num": row.every
        }
    words += _(", from session %(n)d") % {"n": row.from_session}
    if row.until_session is not None:
        words += _(" to session %(n)d") % {"n": row.until_session}
    return words
