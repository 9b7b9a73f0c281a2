"""The client's check-ins, as a therapist gives them: the link once more.

What stands in the way of a link is mended on the page of consents and contact.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.measures import access
from rapport.measures.actions import invite
from rapport.measures.delivery import NoAddress, NoConsentToMessages
from rapport.web.shell import MemberRequest


@require_POST
def check_in_send(request: MemberRequest, check_in: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.check_in_to_give(check_in, by=request.actor, at=at)
    route = "brief"
    try:
        invite(found, by=request.actor, at=at)
        messages.success(request, _("The link is on its way."))
    except Refusal as error:
        messages.warning(request, error.message)
        route = "client_consents" if isinstance(error, NoConsentToMessages | NoAddress) else route
    address = reverse(route, args=[found.relationship_id])
    return redirect(f"{address}?client={found.client_id}")
