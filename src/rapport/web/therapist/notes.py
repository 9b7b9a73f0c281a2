"""The notes of a relationship, one's own of all of them, and a search in those."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.alliance.queries import note_facts
from rapport.kernel import clock
from rapport.people import access as people
from rapport.people.queries import sessions_of
from rapport.records import actions, queries
from rapport.web.design.parts import Choice
from rapport.web.design.tags import when
from rapport.web.shell import MemberRequest
from rapport.web.therapist.door import Dyad, page_number, practitioner, to_read, to_write

if TYPE_CHECKING:
    from rapport.people.models import Session
    from rapport.records.note_templates import Template

OFFERED_SESSIONS = 12


@practitioner
@require_http_methods(["GET", "HEAD", "POST"])
def own_notes(request: MemberRequest) -> HttpResponse:
    """Drafts and the latest notes; sent, what was looked for: never in an address."""
    at, asked = clock.now(), request.POST.get("words", "").strip()
    context = {
        "asked": asked,
        "found": queries.search_own(asked, by=request.actor, at=at) if asked else (),
        "own": None if asked else queries.overview(by=request.actor, at=at),
    }
    return render(request, "therapist/own_notes.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: MemberRequest, relationship: UUID) -> HttpResponseBase:
    """A client's notes; sent, the form begins one."""
    at = clock.now()
    if request.method != "POST":
        return _page(request, to_read(request, relationship, at=at))
    dyad = to_write(request, relationship, at=at)
    template = _template(dyad, request.POST.get("template", ""))
    if template is None:
        return _page(request, dyad, wrong={"template": _("Choose what kind of note it is.")})
    session = _session(dyad, request.POST.get("session", ""))
    client = None if _is_shared(request, dyad) else dyad.client
    note = actions.begin_note(
        dyad.relationship,
        template=template,
        client=client,
        session=session,
        facts=note_facts(dyad.relationship, client=client, session=session, at=at),
        by=request.actor,
        at=at,
    )
    return redirect("note", note=note.id)


def _page(
    request: MemberRequest, dyad: Dyad, *, wrong: dict[str, str] | None = None
) -> HttpResponse:
    relationship, at = dyad.relationship, clock.now()
    places = people.places_in(relationship)
    sessions = _sessions(dyad) if dyad.mine else ()
    context = {
        "dyad": dyad,
        "seen": {
            "relationship_id": relationship.id,
            "client_id": dyad.client.id,
            "clients": [{"client_id": p.client_id, "name": p.client.name} for p in places],
        },
        "notes": queries.notes_of(
            relationship, client=dyad.client, page=page_number(request), by=request.actor, at=at
        ),
        "together": " & ".join(place.client.name for place in places) if len(places) > 1 else "",
        "templates": queries.templates_for(relationship.track) if dyad.mine else (),
        "usual": queries.usual_template(relationship, by=request.actor) if dyad.mine else "",
        "sessions": sessions,
        "chosen": request.POST.get("session", sessions[1].value if len(sessions) > 1 else ""),
        "wrong": wrong or {},
    }
    return render(request, "therapist/notes.jinja", context, status=422 if wrong else 200)


def _sessions(dyad: Dyad) -> tuple[Choice, ...]:
    """No session, then the latest first."""
    held = sessions_of(dyad.relationship)[: -OFFERED_SESSIONS - 1 : -1]
    told = [
        Choice(str(row.id), _("Session %(n)d, %(at)s") % {"n": row.number, "at": when(row.held_at)})
        for row in held
    ]
    return (Choice("", _("No session")), *told)


def _template(dyad: Dyad, key: str) -> Template | None:
    offered = queries.templates_for(dyad.relationship.track)
    return next((one for one in offered if one.key == key), None)


def _session(dyad: Dyad, written: str) -> Session | None:
    """The session that a note is about; an address that names none stands for none."""
    try:
        session_id = UUID(written)
    except ValueError:
        return None
    return people.session_in(dyad.relationship, session_id)


def _is_shared(request: MemberRequest, dyad: Dyad) -> bool:
    """Whether the note goes into the chart that several people share."""
    return dyad.relationship.kind != "individual" and request.POST.get("chart") == "together"
