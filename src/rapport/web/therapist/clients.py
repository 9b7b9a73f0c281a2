"""One's own clients: a list to look through and to search."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.alliance.queries import ClientsPage, clients_page
from rapport.alliance.queries.caseload import PAGE
from rapport.kernel import clock
from rapport.web import pictures
from rapport.web.design.parts import Tab
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import practitioner

RAIL_SEARCH = "search-results"  # the search box of the rail asks for its results only


@require_safe
@practitioner
def clients(request: MemberRequest) -> HttpResponse:
    found = clients_page(
        request.actor,
        page=page_number(request),
        search=request.GET.get("q", "").strip()[:100],
        ended="ended" in request.GET,
        at=clock.now(),
    )
    template = "found" if request.headers.get("HX-Target") == RAIL_SEARCH else "clients"
    first = (found.page - 1) * PAGE + 1
    context = {"found": found, "first": first, "tabs": _tabs(found), "pictures": pictures}
    return render(request, f"therapist/{template}.jinja", context)


def page_number(request: MemberRequest) -> int:
    """The page asked for; whatever is not a page is the first."""
    written = request.GET.get("page", "")
    return (
        max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < 7 else 1
    )


def _tabs(found: ClientsPage) -> tuple[Tab, ...]:
    address = reverse("clients")
    return (
        Tab(_("With you now"), address, current=not found.ended),
        Tab(_("Ended"), f"{address}?ended=1", current=found.ended),
    )
