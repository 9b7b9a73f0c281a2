"""Who may pass this door, and whose page it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.kernel.errors import NotFound
from rapport.people import access
from rapport.web.design.parts import Tab
from rapport.web.shell import MemberRequest

if TYPE_CHECKING:
    from rapport.people.models import Client, Relationship

P = ParamSpec("P")
_KEYS = {"notes": "n"}
View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def practitioner(view: View[P]) -> View[P]:
    """For those with a caseload; to everybody else the page is not there."""

    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.actor.roles & access.PRACTITIONERS:
            raise NotFound
        return view(request, *args, **kwargs)

    return guarded


@dataclass(frozen=True, slots=True)
class Dyad:
    """A relationship and one client in it; ``mine`` when the viewer may also write."""

    relationship: Relationship
    client: Client
    mine: bool

    def address(self, route: str) -> str:
        """One of the pages of this dyad."""
        return f"{reverse(route, args=[self.relationship.id])}?client={self.client.id}"

    def tabs(self, current: str) -> tuple[Tab, ...]:
        """The pages of a dyad, the one that is open marked; contact is the practitioner's alone."""
        names = {
            "brief": _("Brief"),
            "relationship": _("Relationship"),
            "goals": _("Goals and promises"),
            "measures": _("Measures"),
            "notes": _("Notes"),
        }
        if self.mine:
            names["client_consents"] = _("Consents and contact")
        return tuple(
            Tab(words, self.address(route), current=route == current, keys=_KEYS.get(route, ""))
            for route, words in names.items()
        )


def to_read(request: MemberRequest, relationship: UUID, *, at: datetime) -> Dyad:
    """The dyad a page shows: one's own, or a supervisee's."""
    found = access.clinical(relationship, by=request.actor, at=at)
    return _dyad(request, found)


def to_write(request: MemberRequest, relationship: UUID, *, at: datetime) -> Dyad:
    """The dyad a form changes: one's own."""
    found = access.own(relationship, by=request.actor, at=at)
    return _dyad(request, found)


def page_number(request: MemberRequest) -> int:
    """Which page of a list was asked for; the first for what is no number."""
    written = request.GET.get("page", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 1


def zone(request: MemberRequest) -> ZoneInfo:
    """The practice's time zone, in which its people speak of times."""
    return ZoneInfo(request.member.practice.timezone)


def _dyad(request: MemberRequest, relationship: Relationship) -> Dyad:
    asked = request.POST.get("client") or request.GET.get("client")
    places = access.places_in(relationship)
    place = next((p for p in places if not asked or str(p.client_id) == asked), None)
    if place is None:
        raise NotFound
    return Dyad(relationship, place.client, relationship.therapist_id == request.actor.id)
