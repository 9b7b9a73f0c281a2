"""After the session: rate it, then see both sides, then goals and the next appointment.

The rating comes first because it must not know the other one. Sending it is also what says that
an appointment still planned took place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.alliance.queries import Reveal, reveal_for
from rapport.goals import access as goals_access
from rapport.goals.actions import rate_goal
from rapport.goals.queries import GoalRow, goal_facts, goals_of
from rapport.kernel import clock
from rapport.kernel.errors import Conflict, NotFound, Refusal
from rapport.measures.actions import ask_after, submit_check_in
from rapport.measures.actions.asking import ANSWER_WITHIN
from rapport.measures.forms import Form, form_of
from rapport.measures.queries import CheckInState, check_in_states
from rapport.people import access as people
from rapport.people.queries import last_session_number
from rapport.records.queries import note_of_session, usual_template
from rapport.scheduling import access
from rapport.scheduling.actions import hold
from rapport.scheduling.queries import next_for
from rapport.web import pictures
from rapport.web.design.parts import Level
from rapport.web.shell import MemberRequest
from rapport.web.therapist import curves
from rapport.web.therapist.forms import AppointmentForm
from rapport.web.therapist.rating import item_words, typed_answers, wrong_of

if TYPE_CHECKING:
    from rapport.measures.access import CheckIn
    from rapport.people.models import Client
    from rapport.scheduling.models import Appointment

FORM = "relationship_check_therapist"
WEEK = timedelta(weeks=1)


class NotMet(Conflict):
    """Goals are rated for a session that took place."""

    code = "not_met"


@dataclass(frozen=True, slots=True)
class Side:
    """One client of the session, and the states of the therapist's rating and of the client's."""

    client: Client
    mine: CheckInState | None
    theirs: CheckInState | None
    can_rate: bool


@require_http_methods(["GET", "HEAD", "POST"])
def after_session(request: MemberRequest, appointment: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.own(appointment, by=request.actor, at=at)
    if request.method != "POST":
        return _page(request, found, at)
    form = _form()
    try:
        _rate(request, found, typed_answers(request, form), at)
    except Refusal as error:
        return _page(request, access.own(appointment, by=request.actor, at=at), at, wrong_of(error))
    return redirect("after_session", appointment=appointment)


@require_POST
def after_goals(request: MemberRequest, appointment: UUID) -> HttpResponseBase:
    at, by = clock.now(), request.actor
    found = access.own(appointment, by=by, at=at)
    if found.session is None:
        raise NotMet(_("Rate the session first; goals are rated for a session that took place."))
    typed = _typed_goals(request)
    if not typed:
        messages.warning(request, _("Nothing was chosen yet: say how far a goal is reached first."))
        return redirect("after_session", appointment=appointment)
    with transaction.atomic():
        for goal_id, attainment in typed:
            goal = goals_access.own_goal(goal_id, by=by, at=at)
            rate_goal(
                goal,
                session=found.session,
                rater="therapist",
                attainment=attainment,
                by=by,
                at=at,
            )
    messages.success(request, _("Goals are kept."))
    return redirect("after_session", appointment=appointment)


@transaction.atomic
def _rate(
    request: MemberRequest, appointment: Appointment, answers: dict[str, float], at: datetime
) -> None:
    """Hold the session if it was still planned, ask everybody, and send one's own rating."""
    by, relationship = request.actor, appointment.relationship
    session = appointment.session or hold(appointment, by=by, at=at)
    asked = ask_after(relationship, session_number=session.number, at=at)
    submit_check_in(_mine(request, asked), answers=answers, words="", by=by, at=at)


def _mine(request: MemberRequest, asked: list[CheckIn]) -> CheckIn:
    client = request.POST.get("client", "")
    for check_in in asked:
        if check_in.member_id == request.actor.id and str(check_in.client_id) == client:
            return check_in
    raise NotFound


def _typed_goals(request: MemberRequest) -> list[tuple[UUID, int]]:
    """The sliders that were touched; the others stay unrated."""
    touched = [name for name in request.POST if name.startswith("goal-")]
    try:
        return [(UUID(name.removeprefix("goal-")), int(request.POST[name])) for name in touched]
    except ValueError:
        raise NotFound from None


def _page(
    request: MemberRequest,
    appointment: Appointment,
    at: datetime,
    wrong: dict[str, str] | None = None,
) -> HttpResponse:
    relationship, session = appointment.relationship, appointment.session
    number = session.number if session else last_session_number(relationship) + 1
    sides = _sides(request, appointment, number, at)
    turn = next((side for side in sides if side.can_rate), None)
    told = (
        []
        if turn
        else [
            (side, reveal_for(relationship, client=side.client, session_number=number, at=at))
            for side in sides
        ]
    )
    context = {
        "pictures": pictures,
        "appointment": appointment,
        "number": number,
        "sides": sides,
        "turn": turn,
        "form": _form(),
        "item_words": item_words(_form()),
        "chosen": request.POST,
        "wrong": wrong or {},
        "told": told,
        "goals": _goals(appointment, sides, number) if session and not turn else [],
        "levels": _levels,
        "next": next_for(relationship, at=at) if session else None,
        "booking": AppointmentForm(initial=_next_week(appointment)),
        "begun": appointment.starts_at <= at,
        "note": note_of_session(session, by=request.actor) if session else None,
        "note_fields": _note_fields(request, appointment, sides) if session else {},
    }
    return render(request, "therapist/after.jinja", context, status=422 if wrong else 200)


def _note_fields(
    request: MemberRequest, appointment: Appointment, sides: list[Side]
) -> dict[str, str]:
    """The note about this session, begun in one tap: of several people, in the chart they share."""
    return {
        "client": str(sides[0].client.id),
        "chart": "together",
        "session": str(appointment.session_id),
        "template": usual_template(appointment.relationship, by=request.actor),
    }


def _sides(
    request: MemberRequest, appointment: Appointment, number: int, at: datetime
) -> list[Side]:
    key = (appointment.relationship_id, number)
    states = check_in_states([key], at=at)[key]
    mine = {state.client_id: state for state in states if state.rater == "therapist"}
    theirs = {
        state.client_id: state
        for state in states
        if state.rater == "client" and state.moment == "after"
    }
    return [
        Side(
            place.client,
            mine.get(place.client_id),
            theirs.get(place.client_id),
            _can_rate(appointment, mine.get(place.client_id), at),
        )
        for place in people.places_in(appointment.relationship)
    ]


def _can_rate(appointment: Appointment, mine: CheckInState | None, at: datetime) -> bool:
    """Whether a rating can still be given: asked and open, or never asked and still fresh."""
    if appointment.state not in {"planned", "held"} or appointment.starts_at > at + timedelta(
        hours=1
    ):
        return False
    if mine is None:
        return appointment.session is None or appointment.session.held_at > at - ANSWER_WITHIN
    return mine.state == "waiting"


@dataclass(frozen=True, slots=True)
class Slider:
    """One open goal: what was said of it for this session, and last time."""

    goal: GoalRow
    now: int | None


def _goals(
    appointment: Appointment, sides: list[Side], number: int
) -> list[tuple[Side, list[Slider]]]:
    """The open goals of each client. A slider starts unset: last time's answer is not today's."""
    found = []
    for side in sides:
        _all, ratings = goal_facts(appointment.relationship, client_id=side.client.id)
        today = {
            r.goal: int(r.attainment)
            for r in ratings
            if (r.session, r.rater) == (number, "therapist")
        }
        rows = goals_of(appointment.relationship, client_id=side.client.id)
        sliders = [
            Slider(row, today.get(str(row.id))) for row in rows if row.closed_at_session is None
        ]
        found.append((side, sliders))
    return found


def _levels(reveal: Reveal) -> list[Level]:
    """The working alliance and its parts, then the real relationship and the three conditions."""
    rows = sorted(reveal.rows, key=lambda row: curves.place(row.construct))
    return [
        Level(row.label, row.minimum, row.maximum, row.client_value, row.therapist_value)
        for row in rows
        if row.minimum is not None and row.maximum is not None
    ]


def _next_week(appointment: Appointment) -> dict[str, str]:
    """The same time next week, said in the practice's own time: summer time moves with it."""
    local = timezone.localtime(appointment.starts_at)
    return {
        "day": (local + WEEK).date().isoformat(),
        "time": f"{local:%H:%M}",
        "duration_min": str(appointment.duration_min),
        "place": appointment.place,
    }


def _form() -> Form:
    return form_of(FORM, language="en")
