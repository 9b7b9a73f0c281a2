"""What templates may call: times as people say them, numbers, and positions of marks."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context

from rapport.kernel.clock import now as clock_now
from rapport.web.design.parts import Slot, Strip

STYLESHEETS = (
    "tokens",
    "base",
    "layout",
    "shell",
    "button",
    "form",
    "answers",
    "slider",
    "panel",
    "note",
    "rating",
    "marks",
    "alert",
    "table",
    "stage",
    "chart",
    "dialog",
    "print",
)


def when(at: datetime, zone: tzinfo | None = None, now: datetime | None = None) -> str:
    """A time as a person says it: "Today 14:00", "Thursday 14:00", "Thursday 3 December 14:00".

    ``zone`` is the person's; without it the active one is used.
    """
    local = timezone.localtime(at, zone)
    today = timezone.localtime(now or clock_now(), zone).date()
    return f"{_spoken_day(local.date(), today)} {local:%H:%M}"


def clock(at: datetime, zone: tzinfo | None = None) -> str:
    """The time of day: "14:00"."""
    return f"{timezone.localtime(at, zone):%H:%M}"


def day(on: date | datetime, zone: tzinfo | None = None) -> str:
    """A date in full: "3 December 2026"."""
    if isinstance(on, datetime):
        on = timezone.localtime(on, zone).date()
    return dateformat.format(on, "j F Y")


def short_day(on: date, now: datetime | None = None) -> str:
    """A date within a table: "3 Dec", with its year where that is another one."""
    this_year = timezone.localdate(now or clock_now()).year
    return dateformat.format(on, "j M" if on.year == this_year else "j M Y")


def _spoken_day(on: date, today: date) -> str:
    away = (on - today).days
    if away in {-1, 0, 1}:
        return {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}[away]
    if 1 < away < 7:
        return dateformat.format(on, "l")
    return dateformat.format(on, "l j F" if on.year == today.year else "l j F Y")


def number(value: float | None, places: int = 1) -> str:
    """A figure with a fixed number of places and a true minus; a dash where there is none."""
    if value is None:
        return "–"
    shown = f"{value:.{places}f}"
    return shown.removeprefix("-") if not float(shown) else shown.replace("-", "−")


def telephone(written: str) -> str:
    """The ``tel:`` address of a telephone number as people write it."""
    return "tel:" + "".join(c for c in written if c.isdigit() or c == "+")


def share(value: float, low: float, high: float) -> str:
    """Where ``value`` stands between ``low`` and ``high``, as a percentage within the picture."""
    if high <= low:
        raise ValueError(f"the range of a scale must rise, but {low} to {high} does not")
    return f"{100 * min(1.0, max(0.0, (value - low) / (high - low))):.2f}%"


def strip_words(strip: Strip) -> str:
    """The first-five strip as a sentence, for those who do not see it."""
    return " ".join(_slot_words(slot) for slot in strip.slots)


def _slot_words(slot: Slot) -> str:
    if slot.state == "due":
        return _("Session %(n)d: to come.") % {"n": slot.session}
    if slot.state == "missed":
        return _("Session %(n)d: missed.") % {"n": slot.session}
    unseen = {
        "missing": _("not rated"),
        "waiting": _("not rated yet"),
        "sealed": _("rated and sealed"),
    }
    sides: dict[str, object] = {"n": slot.session}
    for side in ("client", "therapist"):
        look = slot.look(side)
        sides[side] = number(getattr(slot, side)) if look == "rated" else unseen[look]
    return _("Session %(n)d: client %(client)s, therapist %(therapist)s.") % sides


@pass_context
def flashes(context: Context) -> list[Message]:
    """Messages waiting for this person; none where the page is made without a request."""
    request = context.get("request")
    return [] if request is None else list(get_messages(request))
