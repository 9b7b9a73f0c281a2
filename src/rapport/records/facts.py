"""What is known when a note is begun: kept with the note, and worded for its sections.

A note of a couple's or a family's own chart holds the session and nothing of what one person
answered: the other may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class SessionFact:
    """The meeting that a note is about."""

    number: int
    held_at: str
    duration_min: int
    place: str


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """The client's latest score on one scale, and the one before."""

    label: str
    value: float
    session: int
    previous: float | None
    previous_session: int | None
    minimum: float | None
    maximum: float | None
    outcome: bool
    validated: bool


@dataclass(frozen=True, slots=True)
class GoalFact:
    """An open goal and how far each side last saw it reached, of 10."""

    words: str
    in_focus: bool
    client: int | None
    therapist: int | None


@dataclass(frozen=True, slots=True)
class RiskFact:
    """A risk alert that was open."""

    sentence: str
    raised_at: str
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a note starts with."""

    session: SessionFact | None = None
    measures: tuple[MeasureFact, ...] = ()
    goals: tuple[GoalFact, ...] = ()
    risks: tuple[RiskFact, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Facts:
        session = kept["session"]
        return cls(
            session=SessionFact(**session) if session else None,
            measures=tuple(MeasureFact(**one) for one in kept["measures"]),
            goals=tuple(GoalFact(**one) for one in kept["goals"]),
            risks=tuple(RiskFact(**one) for one in kept["risks"]),
        )


def prefilled(facts: Facts, kinds: Iterable[str], *, zone: tzinfo) -> str:
    """What a section starts with: one line for each fact of these kinds."""
    return "\n".join(line for kind in kinds for line in _WORDED[kind](facts, zone))


def session_words(fact: SessionFact, zone: tzinfo) -> str:
    """Number, day, times and place of the meeting."""
    begins = datetime.fromisoformat(fact.held_at).astimezone(zone)
    ends = begins + timedelta(minutes=fact.duration_min)
    place = {"room": _(", in the room"), "video": _(", by video"), "phone": _(", by phone")}
    return _("Session %(n)d, %(day)s, %(from)s to %(to)s (%(min)d minutes)%(place)s.") % {
        "n": fact.number,
        "day": dateformat.format(begins, "l j F Y"),
        "from": f"{begins:%H:%M}",
        "to": f"{ends:%H:%M}",
        "min": fact.duration_min,
        "place": place.get(fact.place, ""),
    }


def measure_words(fact: MeasureFact, *, about: SessionFact | None) -> str:
    """A score on its range, how it changed, and of which session it is, if of another."""
    words = _number(fact.value)
    if fact.minimum is not None and fact.maximum is not None:
        words = _("%(value)s on a scale from %(low)s to %(high)s") % {
            "value": words,
            "low": _number(fact.minimum),
            "high": _number(fact.maximum),
        }
    if about is not None and fact.session != about.number:
        words += _(", at session %(n)d") % {"n": fact.session}
    if fact.previous is None:
        return words
    return f"{words}, {_change(fact.value - fact.previous, fact.previous_session)}"


def goal_words(fact: GoalFact) -> str:
    """A goal and where each side sees it."""
    said = [
        _("client %(n)d") % {"n": fact.client} if fact.client is not None else "",
        _("therapist %(n)d") % {"n": fact.therapist} if fact.therapist is not None else "",
    ]
    seen = ", ".join(one for one in said if one)
    where = _("%(seen)s of 10") % {"seen": seen} if seen else _("not rated yet")
    return f"“{fact.words.rstrip('.')}”: {where}."


def risk_words(fact: RiskFact, zone: tzinfo) -> str:
    """An alert, since when it is open, and whether somebody has it in hand."""
    since = dateformat.format(datetime.fromisoformat(fact.raised_at).astimezone(zone), "j F Y")
    state = _("acknowledged") if fact.acknowledged else _("not acknowledged yet")
    return _("%(sentence)s, raised on %(since)s, %(state)s.") % {
        "sentence": fact.sentence.rstrip("."),
        "since": since,
        "state": state,
    }


def _change(by: float, since: int | None) -> str:
    words = {
        -1: _("%(by)s lower than at session %(n)d"),
        0: _("as at session %(n)d"),
        1: _("%(by)s higher than at session %(n)d"),
    }[(by > 0) - (by < 0)]
    return words % {"by": _number(abs(by)), "n": since}


def _number(value: float) -> str:
    """At most two places, and none for nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _session(facts: Facts, zone: tzinfo) -> list[str]:
    return [session_words(facts.session, zone)] if facts.session else []


def _measures(facts: Facts, _zone: tzinfo) -> list[str]:
    """The outcomes; short forms without norms are marked as such, once."""
    shown = [fact for fact in facts.measures if fact.outcome]
    lines = [f"{fact.label}: {measure_words(fact, about=facts.session)}." for fact in shown]
    if not all(fact.validated for fact in shown):
        lines.append(_("(Unvalidated short form: no norms, no cut-offs.)"))
    return lines


def _goals(facts: Facts, _zone: tzinfo) -> list[str]:
    return [goal_words(fact) for fact in facts.goals]


def _risk(facts: Facts, zone: tzinfo) -> list[str]:
    return [risk_words(fact, zone) for fact in facts.risks]


_WORDED: dict[str, Callable[[Facts, tzinfo], list[str]]] = {
    "session": _session,
    "measures": _measures,
    "goals": _goals,
    "risk": _risk,
}
PREFILLS = tuple(_WORDED)
