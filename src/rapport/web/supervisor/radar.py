"""The caseload radar: where a supervisor might look first. Read-only, and never a league table."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rapport.alliance.queries import RadarFilters, RadarPage
from rapport.alliance.queries import radar as radar_of
from rapport.alliance.queries.caseload import PAGE
from rapport.kernel import clock
from rapport.kernel.errors import NotFound
from rapport.records.queries import waiting_to_cosign
from rapport.web import pictures
from rapport.web.shell import MemberRequest


@require_safe
def radar(request: MemberRequest) -> HttpResponse:
    if not request.actor.has("supervisor"):
        raise NotFound
    filters = _filters(request)
    page = radar_of(request.actor, page=_page_number(request), filters=filters, at=clock.now())
    context = {
        "radar": page,
        "waiting": waiting_to_cosign(by=request.actor),
        "first": (page.page - 1) * PAGE + 1,
        "pictures": pictures,
        "earlier": _address(page, page.page - 1),
        "later": _address(page, page.page + 1),
    }
    return render(request, "supervisor/radar.jinja", context)


def _filters(request: MemberRequest) -> RadarFilters:
    return RadarFilters(
        therapist_id=_uuid(request.GET.get("therapist", "")),
        needs_attention="attention" in request.GET,
        first_five="first_five" in request.GET,
        ended="ended" in request.GET,
    )


def _uuid(written: str) -> UUID | None:
    """Whose caseload; whatever is nobody's is everybody's."""
    try:
        return UUID(written)
    except ValueError:
        return None


def _page_number(request: MemberRequest) -> int:
    written = request.GET.get("page", "")
    return (
        max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < 7 else 1
    )


def _address(page: RadarPage, number: int) -> str:
    """The address of a neighbouring page with the same filters; nothing where there is none."""
    if not 1 <= number <= page.pages:
        return ""
    asked = {
        "therapist": str(page.filters.therapist_id or ""),
        "attention": "1" if page.filters.needs_attention else "",
        "first_five": "1" if page.filters.first_five else "",
        "ended": "1" if page.filters.ended else "",
        "page": str(number),
    }
    return "?" + urlencode({name: value for name, value in asked.items() if value})
