"""A new client, and the relationship that begins with them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.agreements import texts
from rapport.agreements.actions import give_consent
from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.people import access, actions, queries
from rapport.web.design.parts import Choice
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import practitioner
from rapport.web.therapist.forms import PersonForm, RelationshipForm

MOST_PEOPLE = 12


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
        named: dict[str, str] = {}
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
    if "without" in request.POST:
        return _page(
            request, _intake(request, people=max(1, _people(request) - 1), without=_away(request))
        )
    intake = _intake(request, people=_people(request))
    if not intake.is_valid():
        return _page(request, intake, status=422)
    try:
        return redirect("brief", relationship=_start(request, intake))
    except Refusal as error:
        intake.relationship.refuse(error)
        return _page(request, intake, status=422)


@transaction.atomic
def _start(request: MemberRequest, intake: Intake) -> UUID:
    at, by, chosen = clock.now(), request.actor, intake.relationship.cleaned_data
    seat = chosen["interpreter"]
    clients = [
        actions.add_client(**person.reachable_at(), language=chosen["language"], by=by, at=at)
        for person in intake.people
    ]
    relationship = actions.start_relationship(
        clients,
        therapist=request.member,
        interpreter=access.colleague(UUID(seat), "interpreter", by=by) if seat else None,
        kind=chosen["kind"],
        track=chosen["track"],
        started_on=chosen["started_on"],
        by=by,
        at=at,
    )
    for client, person in zip(clients, intake.people, strict=True):
        if person.cleaned_data["messages"]:
            give_consent(
                relationship,
                purpose="messages",
                text=texts.current("messages").words,
                client=client,
                by=by,
                at=at,
            )
    return relationship.id


def _intake(request: MemberRequest, *, people: int, without: int | None = None) -> Intake:
    """The forms of the page, with whatever was typed in them; perhaps one person fewer."""
    typed = request.POST.copy() if request.method == "POST" else None
    if typed is not None and without is not None:
        typed["kind"] = {1: "individual", 2: "couple"}.get(people, "family")
    if typed is not None and people > 1 and typed.get("kind") == "individual":
        typed["kind"] = "couple" if people == 2 else "family"
    kept = [n for n in range(people + (without is not None)) if n != without]
    return Intake(
        tuple(_person(typed, n, moved_to) for moved_to, n in enumerate(kept)),
        RelationshipForm(
            typed,
            initial={
                "kind": "individual",
                "track": _tracks(request)[0].value,
                "language": "en",
                "started_on": timezone.localdate().isoformat(),
            },
            tracks=[choice.value for choice in _tracks(request)],
            interpreters=[str(person.id) for person in _interpreters(request)],
        ),
    )


def _person(typed: QueryDict | None, was: int, now: int) -> PersonForm:
    """A person of the page; those after one who was taken away move up."""
    if typed is None or was == now:
        return PersonForm(typed, prefix=f"p{now}")
    moved = QueryDict(mutable=True)
    for name in PersonForm.base_fields:
        moved.setlist(f"p{now}-{name}", typed.getlist(f"p{was}-{name}"))
    return PersonForm(moved, prefix=f"p{now}")


def _away(request: MemberRequest) -> int:
    """Who is taken away again; whoever is not there is the last."""
    written = request.POST["without"]
    last = _people(request) - 1
    return min(last, int(written)) if written in {str(n) for n in range(MOST_PEOPLE)} else last


def _people(request: MemberRequest) -> int:
    """How many people the page that was sent had room for."""
    return max(1, sum(f"p{n}-given_name" in request.POST for n in range(MOST_PEOPLE)))


def _page(request: MemberRequest, intake: Intake, *, status: int = 200) -> HttpResponse:
    sent = request.method == "POST" and not {"another", "without"} & set(request.POST)
    context = {
        "intake": intake,
        "wrong": intake.wrong if sent else {},
        "tracks": _tracks(request),
        "interpreters": tuple(Choice(str(p.id), p.name) for p in _interpreters(request)),
        "consent_text": texts.current("messages").words,
        "most_people": MOST_PEOPLE,
    }
    return render(request, "therapist/client_new.jinja", context, status=status)


def _tracks(request: MemberRequest) -> tuple[Choice, ...]:
    """The kinds of work this member's roles allow."""
    words = {
        "therapist": Choice("therapy", _("Therapy")),
        "coach": Choice("coaching", _("Coaching")),
    }
    return tuple(words[role] for role in ("therapist", "coach") if request.actor.has(role))


def _interpreters(request: MemberRequest) -> tuple[queries.PersonRow, ...]:
    return queries.colleagues("interpreter", by=request.actor)
