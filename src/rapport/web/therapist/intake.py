"""A new client, and the relationship that begins with them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.people import actions, queries
from rapport.web.design.parts import Choice
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import practitioner
from rapport.web.therapist.forms import PersonForm, RelationshipForm

MOST_PEOPLE = 12
TRACKS = {"therapist": "therapy", "coach": "coaching"}


@dataclass(frozen=True, slots=True)
class Intake:
    """The whole page: who comes, and the relationship they come for."""

    people: tuple[PersonForm, ...]
    relationship: RelationshipForm

    def is_valid(self) -> bool:
        """Whether all of it can be read; every part is looked at, so all errors show at once."""
        return all([*(person.is_valid() for person in self.people), self.relationship.is_valid()])

    @property
    def wrong(self) -> dict[str, str]:
        """Every error by the name its field has on the page."""
        named = {}
        for person in self.people:
            named |= {person.add_prefix(name): words for name, words in person.wrong.items()}
        return named | self.relationship.wrong


@require_http_methods(["GET", "HEAD", "POST"])
@practitioner
def client_new(request: MemberRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, _intake(request, people=1))
    if "another" in request.POST:
        return _page(request, _intake(request, people=min(MOST_PEOPLE, _people(request) + 1)))
    intake = _intake(request, people=_people(request))
    if not intake.is_valid():
        return _page(request, intake, status=422)
    try:
        return redirect("brief", relationship=_start(request, intake))
    except Refusal as error:
        intake.relationship.refuse(error)
        return _page(request, intake, status=422)


@transaction.atomic
def _start(request: MemberRequest, intake: Intake) -> str:
    at, by, chosen = clock.now(), request.actor, intake.relationship.cleaned_data
    clients = [
        actions.add_client(**person.cleaned_data, language=chosen["language"], by=by, at=at)
        for person in intake.people
    ]
    relationship = actions.start_relationship(
        clients,
        therapist=request.member,
        interpreter=queries.interpreter(chosen["interpreter"], by=by),
        kind=chosen["kind"],
        track=chosen["track"],
        started_on=chosen["started_on"],
        by=by,
        at=at,
    )
    return str(relationship.id)
