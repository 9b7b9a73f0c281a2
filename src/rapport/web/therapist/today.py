"""Today: who comes, what each relationship asks for, what cannot wait."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import dateformat, timezone
from django.views.decorators.http import require_safe

from rapport.alliance.queries import today_for
from rapport.kernel import clock
from rapport.web import pictures
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import practitioner


@require_safe
@practitioner
def today(request: MemberRequest) -> HttpResponse:
    at = clock.now()
    this_day = timezone.localdate(at)
    day = _day(request.GET.get("day", ""), this_day)
    shown = today_for(request.actor, day=day, at=at)
    context = {
        "today": shown,
        "spoken": dateformat.format(day, "l j F Y" if day.year != this_day.year else "l j F"),
        "missing": sorted(shown.missing, key=lambda gap: not gap.mine),
        "is_today": day == this_day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "at": at,
        "pictures": pictures,
    }
    return render(request, "therapist/today.jinja", context)


def _day(written: str, this_day: date) -> date:
    """The day asked for; whatever is not a day with neighbours is today."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return this_day
    return day if MINYEAR + 1 < day.year < MAXYEAR else this_day
