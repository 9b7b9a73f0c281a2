"""The brief: what to know before the door opens, read in 30 seconds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.alliance.queries import Brief, ComingScore, brief_for
from rapport.kernel import clock
from rapport.measures.queries import CheckInState, check_in_states
from rapport.web import pictures
from rapport.web.design.tags import number
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import to_read


@require_safe
def brief(request: MemberRequest, relationship: UUID) -> HttpResponse:
    at = clock.now()
    dyad = to_read(request, relationship, at=at)
    shown = brief_for(dyad.relationship, client=dyad.client, at=at)
    asked = _asked(shown, at) if dyad.mine else ()
    rounds = [
        state
        for state in asked
        # A Week Check asks about the time before a session: once it is held, there is none to send.
        if state.rater == "client" and not (_over(state, shown) and state.state == "waiting")
    ]
    mixed = len({score.validated for score in shown.coming}) > 1
    context = {
        "brief": shown,
        "at": at,
        "check_ins": rounds,
        "to_send": _to_send(rounds),
        "to_rate": next(
            (s for s in asked if s.rater == "therapist" and s.state == "waiting"), None
        ),
        "coming": [(score.label, _score(score, mixed=mixed)) for score in shown.coming],
        "mixed": mixed,
        "dyad": dyad,
        "pictures": pictures,
    }
    return render(request, "therapist/brief.jinja", context)


def _asked(shown: Brief, at: datetime) -> tuple[CheckInState, ...]:
    """What was asked around the session to come, latest first."""
    keys = [(shown.relationship_id, n) for n in (shown.session_number, shown.session_number - 1)]
    found = check_in_states(keys, at=at)
    states = (state for key in keys for state in reversed(found[key]))
    return tuple(state for state in states if state.client_id == shown.client_id)


def _to_send(asked: list[CheckInState]) -> set[UUID]:
    """The first form of each round that is still waiting: the others follow on from it."""
    waiting = [state for state in asked if state.state == "waiting"]
    standard_last = sorted(waiting, key=lambda state: state.standard)
    return set({(s.session_number, s.moment): s.id for s in standard_last}.values())


def _over(state: CheckInState, shown: Brief) -> bool:
    return state.moment == "before" and state.session_number < shown.session_number


def _score(score: ComingScore, *, mixed: bool) -> str:
    """A figure on its own range, beside the one before; whether it is good is not said here.

    Where validated and unvalidated scores stand together, each unvalidated one says so.
    """
    words = number(score.value, 0) if score.value.is_integer() else number(score.value)
    if score.minimum == 0 and score.maximum is not None:
        words = _("%(value)s of %(high)s") % {"value": words, "high": number(score.maximum, 0)}
    elif score.minimum is not None and score.maximum is not None:
        scale = {"low": number(score.minimum, 0), "high": number(score.maximum, 0)}
        words += _(" on %(low)s to %(high)s") % scale
    if score.band:
        words += f", {score.band}"
    way = _("higher is better") if score.higher_is_better else _("lower is better")
    words = f"{words}{_before(score)} ({way})"
    return words + _(", unvalidated") if mixed and not score.validated else words


def _before(score: ComingScore) -> str:
    if score.previous is None:
        return ""
    if score.previous == score.value:
        return _(", as last time")
    return _(", after %(v)s") % {"v": f"{round(score.previous, 1):g}"}
