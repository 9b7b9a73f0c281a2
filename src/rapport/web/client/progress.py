"""My progress and goals: a client's own course, goals and words, by a link of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rapport.agreements import actions as agreements
from rapport.agreements import texts
from rapport.agreements.queries import consent_stands
from rapport.goals import access as goals_access
from rapport.goals import actions as goals
from rapport.goals import queries as goal_queries
from rapport.kernel import clock
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Conflict, Refusal
from rapport.measures import access, actions, queries
from rapport.measures.progress import own_courses
from rapport.web.client.courses import picture
from rapport.web.client.links import as_client, link_holder
from rapport.web.crisis import crisis_help

if TYPE_CHECKING:
    from rapport.measures.access import Participant


class NotRated(Refusal):
    """How far a goal has been reached could not be taken."""

    code = "not_rated"


@link_holder
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The page; looking at it changes nothing."""
    place = access.place_by_link(token, at=clock.now())
    with as_client(request, place):
        return _page(request, place, token)


@link_holder
@require_POST
def talk(request: HttpRequest, token: str) -> HttpResponse:
    """Keep something to talk about next time, in one tap or in their own words."""

    def keep(place: Participant, by: Actor, at: datetime) -> None:
        actions.talk_about(place, words=request.POST.get("words", ""), by=by, at=at)

    return _change(request, token, keep)


@link_holder
@require_POST
def rate(request: HttpRequest, token: str, goal: UUID) -> HttpResponse:
    """Say how far one of their own goals has been reached by now."""

    def keep(place: Participant, by: Actor, at: datetime) -> None:
        found = goals_access.goal_of_place(goal, place=place, by=by, at=at)
        session = place.relationship.sessions.order_by("-number").first()
        if session is None:
            raise NotRated("Goals are rated from the first session on.")
        reached = request.POST.get("attainment", "")
        if not (reached.isascii() and reached.isdigit() and len(reached) < 3):
            raise NotRated("Choose a number from 0 to 10.")
        goals.rate_goal(
            found, session=session, rater="client", attainment=int(reached), by=by, at=at
        )

    return _change(request, token, keep)


@link_holder
@require_POST
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Take back the consent to messages: the client's own word, entered as such."""

    def keep(place: Participant, by: Actor, at: datetime) -> None:
        text = texts.current("messages")
        agreements.withdraw_consent(
            place.relationship,
            purpose=text.purpose,
            text=text.words,
            text_version=text.version,
            client=place.client,
            by=by,
            at=at,
        )

    return _change(request, token, keep, said="stopped")


def _change(
    request: HttpRequest,
    token: str,
    keep: Callable[[Participant, Actor, datetime], None],
    *,
    said: str = "kept",
) -> HttpResponse:
    at = clock.now()
    place = access.place_by_link(token, at=at)
    with as_client(request, place):
        try:
            keep(place, Actor("client", place.client_id, place.practice_id), at)
        except (Refusal, Conflict) as error:
            words = request.POST.get("words", "")
            return _page(request, place, token, trouble=error.message, words=words)
        return HttpResponseRedirect(f"{reverse('progress', args=[token])}?{said}=1", status=303)


def _page(
    request: HttpRequest, place: Participant, token: str, *, trouble: str = "", words: str = ""
) -> HttpResponse:
    dyad = queries.Dyad(place.relationship_id, place.client_id)
    said = queries.own_words(dyad)
    mine = goal_queries.goals_of(place.relationship, client_id=place.client_id)
    context = {
        "token": token,
        "pictures": [picture(course) for course in own_courses(place)],
        "goals": [goal for goal in mine if goal.closed_at_session is None],
        "reached": [goal for goal in mine if goal.closed_at_session is not None],
        "said": [one for one in said if not one.wish],
        "wishes": [one for one in said if one.wish],
        "can_rate": place.relationship.sessions.exists(),
        "kept": "kept" in request.GET,
        "stopped": "stopped" in request.GET,
        "gets_messages": consent_stands(
            place.relationship, purpose="messages", client=place.client, at=clock.now()
        ),
        "trouble": trouble,
        "words": words,
        "help": crisis_help(place.practice.crisis_help),
    }
    return render(request, "client/progress.jinja", context, status=422 if trouble else 200)
