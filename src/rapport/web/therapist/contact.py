"""Consents and contact: what a client agreed to, in which words, and how they are reached."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.agreements import actions, queries, texts
from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.people.actions import change_contact
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import Dyad, to_write, zone
from rapport.web.therapist.forms import ConsentForm, ContactForm


@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    """What the client agreed to; a POST notes their word on one purpose."""
    at = clock.now()
    dyad = to_write(request, relationship, at=at)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, dyad, form, _contact(dyad), at)
    if not form.is_valid():
        return _page(request, dyad, form, _contact(dyad), at, status=422)
    try:
        _note(request, dyad, form, at)
    except Refusal as error:
        form.refuse(error, rename={"expires_at": "until"})
        return _page(request, dyad, form, _contact(dyad), at, status=422)
    return redirect(dyad.address("client_consents"))


@require_POST
def contact(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    """Write down how the client is reached from now on."""
    at = clock.now()
    dyad = to_write(request, relationship, at=at)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, dyad, ConsentForm(), form, at, status=422)
    try:
        change_contact(dyad.client, **form.cleaned_data, by=request.actor, at=at)
    except Refusal as error:
        form.refuse(error)
        return _page(request, dyad, ConsentForm(), form, at, status=422)
    messages.success(request, _("Kept. Messages go there from now on."))
    return redirect(dyad.address("client_consents"))


def _note(request: MemberRequest, dyad: Dyad, form: ConsentForm, at: datetime) -> None:
    """Enter one word of the client's in the ledger: yes, perhaps until a day, or no longer."""
    text, until = texts.current(form.cleaned_data["purpose"]), form.cleaned_data["until"]
    ends = datetime.combine(until, time(23, 59, 59), zone(request)) if until else None
    if form.cleaned_data["word"] == "withdraw":
        actions.withdraw_consent(
            dyad.relationship,
            purpose=text.purpose,
            text=text.words,
            text_version=text.version,
            client=dyad.client,
            by=request.actor,
            at=at,
        )
        messages.success(request, _("Withdrawn. It ended just now."))
    else:
        actions.give_consent(
            dyad.relationship,
            purpose=text.purpose,
            text=text.words,
            text_version=text.version,
            client=dyad.client,
            expires_at=ends,
            by=request.actor,
            at=at,
        )
        messages.success(request, _("Noted. It is in force from now on."))


def _contact(dyad: Dyad) -> ContactForm:
    return ContactForm(initial={"email": dyad.client.email, "phone": dyad.client.phone})


def _page(
    request: MemberRequest,
    dyad: Dyad,
    form: ConsentForm,
    contact: ContactForm,
    at: datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    told = ((_("E-mail"), dyad.client.email), (_("Phone"), dyad.client.phone))
    context = {
        "dyad": dyad,
        "addresses": [(what, address) for what, address in told if address],
        "form": form,
        "contact": contact,
        "consents": queries.consents_of(
            dyad.relationship, client=dyad.client, by=request.actor, at=at
        ),
    }
    return render(request, "therapist/consents.jinja", context, status=status)
