"""What everybody consented to, what ends soonest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.agreements import queries
from rapport.agreements.queries import ConsentRow
from rapport.kernel import clock
from rapport.web.office.door import admin
from rapport.web.shell import MemberRequest

_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """One consent, and whether somebody should see to it."""

    consent: ConsentRow
    state: str
    ends_soon: bool


@admin
@require_safe
def consents(request: MemberRequest) -> HttpResponseBase:
    at = clock.now()
    lines = [_line(row, at) for row in queries.ledger(by=request.actor, at=at)]
    return render(
        request,
        "office/consents.jinja",
        {"lines": lines, "soon": sum(line.ends_soon for line in lines)},
    )


def _line(row: ConsentRow, at: datetime) -> Line:
    words = {"stands": _("Stands"), "withdrawn": _("Withdrawn"), "expired": _("Expired")}
    soon = row.state == "stands" and row.expires_at is not None and row.expires_at < at + _SOON
    return Line(row, words[row.state], soon)
