"""What everybody consented to: purpose by purpose, what ends soonest first, a page at a time."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.agreements import texts
from rapport.agreements.ledger import FILTERS, PAGE, Filter, LedgerPage, ledger
from rapport.kernel import clock
from rapport.web.design.parts import Choice
from rapport.web.office.door import admin, page_number
from rapport.web.shell import MemberRequest


@admin
@require_safe
def consents(request: MemberRequest) -> HttpResponseBase:
    asked = request.GET.get("purpose", "")
    purpose = asked if asked in texts.PURPOSES else ""
    state: Filter = next((one for one in FILTERS if one == request.GET.get("state")), "")
    found = ledger(
        by=request.actor,
        at=clock.now(),
        purpose=purpose,
        state=state,
        page=page_number(request),
    )
    by_purpose = groupby(found.rows, lambda row: row.purpose_label)
    context = {
        "found": found,
        "groups": [(label, tuple(rows)) for label, rows in by_purpose],
        "words": _states(),
        "purpose": purpose,
        "state": state,
        "purposes": tuple(Choice(key, label) for key, label in texts.LABELS.items()),
        "states": tuple(Choice(key, words) for key, words in _states().items()),
        "first": (found.page - 1) * PAGE + 1,
        "earlier": _address(found, found.page - 1, purpose, state),
        "later": _address(found, found.page + 1, purpose, state),
    }
    return render(request, "office/consents.jinja", context)


def _states() -> dict[str, str]:
    return {
        "stands": _("In force"),
        "ends_soon": _("Ends within 30 days"),
        "withdrawn": _("Withdrawn"),
        "expired": _("Ended"),
    }


def _address(found: LedgerPage, page: int, purpose: str, state: str) -> str:
    """A neighbouring page with the same filters; nothing where there is none."""
    if not 1 <= page <= found.pages:
        return ""
    asked = {"purpose": purpose, "state": state, "page": str(page)}
    return "?" + urlencode({name: value for name, value in asked.items() if value})
