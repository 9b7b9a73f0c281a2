"""What every page's frame needs: the practice, the person, the places they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.web.design.parts import NavItem, Shell

if TYPE_CHECKING:
    from rapport.kernel.actor import Actor
    from rapport.people.models import Member, Practice


class MemberRequest(HttpRequest):
    """A request that ``member_scope`` let through: somebody is signed in, their practice open."""

    member: Member
    actor: Actor


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the rail, and the roles that find it there."""

    route: str
    label: Promise
    icon: str
    roles: frozenset[str]
    keys: str = ""


_PRACTITIONERS = frozenset({"therapist", "coach"})
PLACES = (
    Place("today", _("Today"), "today", _PRACTITIONERS, "g t"),
    Place("clients", _("Clients"), "clients", _PRACTITIONERS, "g c"),
    Place("own_notes", _("Notes"), "note", _PRACTITIONERS, "g n"),
    Place("alerts", _("Alerts"), "attention", _PRACTITIONERS | {"supervisor"}, "g a"),
    Place("radar", _("Supervision"), "supervision", frozenset({"supervisor"}), "g s"),
    Place("interpreter", _("Check-ins"), "agreements", frozenset({"interpreter"}), "g i"),
    Place("schedule", _("Schedule"), "schedule", frozenset({"admin"}), "g d"),
    Place("people", _("People"), "clients", frozenset({"admin"}), "g p"),
    Place("consents", _("Consents"), "agreements", frozenset({"admin"}), "g o"),
    Place("note_templates", _("Note templates"), "note", frozenset({"admin"}), "g m"),
    Place("crisis_help", _("Crisis help"), "help", frozenset({"admin"}), "g l"),
    Place("system", _("System health"), "health", frozenset({"admin"}), "g h"),
)


def context(request: HttpRequest) -> dict[str, object]:
    """Context processor of the Jinja2 pages.

    Signed in, the practice is the member's; a door for people without a sign-in sets
    ``request.practice`` itself, so that its pages carry the practice's name and its marks.
    """
    member: Member | None = getattr(request, "member", None)
    practice: Practice | None = member.practice if member else getattr(request, "practice", None)
    made = shell(request, member, practice)
    return {
        "practice": practice,
        "member": member,
        "nav": made.nav,
        "synthetic": made.synthetic,
        "shell": made,
    }


def shell(request: HttpRequest, member: Member | None, practice: Practice | None) -> Shell:
    """The frame: with places to go for a member, bare for everybody else."""
    name = practice.name if practice else ""
    synthetic = practice.synthetic if practice else settings.CONFIG.demo
    if member is None:
        return Shell(practice=name, synthetic=synthetic)
    roles = frozenset(member.roles)
    return Shell(
        practice=name,
        synthetic=synthetic,
        person=member.name,
        person_id=str(member.id),
        home_url=reverse("home"),
        nav=nav(roles, request.path),
        search_url=reverse("clients") if roles & _PRACTITIONERS else "",
        account_url=reverse("mfa_index"),
        sign_out_url=reverse("account_logout"),
    )


def nav(roles: frozenset[str], path: str) -> tuple[NavItem, ...]:
    """The places these roles have, the one that ``path`` is in marked."""
    places = [(place, reverse(place.route)) for place in PLACES if place.roles & roles]
    return tuple(
        NavItem(
            label=str(place.label),
            url=url,
            icon=place.icon,
            current=path == url or path.startswith(f"{url}/"),
            keys=place.keys,
        )
        for place, url in places
    )
