"""What stands behind the relationship page's sentences: rows of figures, and what happened when."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.alliance.queries import RelationshipView
from rapport.science.assessment import Agreement, Estimate, RuptureFlag, TargetArea, Withheld
from rapport.web.design.parts import Moment
from rapport.web.design.tags import day, number

Cell = str | int | None
FIRST_SAID = ("goals_and_tasks", "bond")


@dataclass(frozen=True, slots=True)
class SeenAlike:
    """Agreement, the bond apart from goals and tasks; the single parts can be unfolded."""

    first: tuple[Agreement, ...]
    rest: tuple[Agreement, ...]


def agreement(view: RelationshipView) -> SeenAlike:
    """What the engine says of each construct, the two that say most first."""
    found = view.assessment.agreement if view.assessment else ()
    first = tuple(both for both in found if both.construct in FIRST_SAID)
    return SeenAlike(first or found, tuple(b for b in found if b not in first) if first else ())


def agreement_rows(view: RelationshipView) -> list[tuple[Cell, ...]]:
    """Direction and congruence of each construct, or the sessions there are where refused."""
    found = view.assessment.agreement if view.assessment else ()
    return [_agreement_row(both) for both in found]


def _agreement_row(both: Agreement) -> tuple[Cell, ...]:
    slope = both.congruence if isinstance(both.congruence, Withheld) else both.congruence.slope
    return (both.label, both.n, *_figure(both.direction), *_figure(slope))


def _figure(found: Estimate | Withheld) -> tuple[str, str]:
    if isinstance(found, Withheld):
        needed = _("needs %(n)d") % {"n": found.needs} if found.needs else _("not given")
        return needed, "–"
    interval = _("%(low)s to %(high)s") % {"low": number(found.low), "high": number(found.high)}
    return number(found.value), interval


def areas_to_focus(view: RelationshipView) -> tuple[TargetArea, ...]:
    """The areas that the engine's stated rule says need more focus."""
    areas = view.assessment.goals.areas if view.assessment else ()
    return tuple(area for area in areas if area.needs_focus)


def alerting_flags(view: RelationshipView) -> tuple[RuptureFlag, ...]:
    """The falls that may become an alert, latest first; compared rules stay in the methods."""
    flags = view.assessment.ruptures if view.assessment else ()
    return tuple(sorted((f for f in flags if f.alerting), key=lambda f: -f.session))


def timeline(view: RelationshipView) -> list[Moment]:
    """What happened, latest first."""
    dates = {session.number: day(session.held_on) for session in view.sessions}
    return [
        Moment(_when(event.session, dates), event.label[:1].upper() + event.label[1:])
        for event in sorted(view.events, key=lambda e: -e.session)
    ]


def _when(session: int, dates: dict[int, str]) -> str:
    words = _("Session %(n)d") % {"n": session}
    return f"{words}, {dates[session]}" if session in dates else words
