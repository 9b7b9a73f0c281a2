"""Who works in a practice: they come, they may sign in, they supervise, they leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from rapport.kernel import audit, outbox, scope
from rapport.kernel.actor import Actor, system
from rapport.kernel.errors import Conflict, NotFound
from rapport.people.checks import BadInput, check_allowed, check_name, check_roles, check_sign_in
from rapport.people.events import AccessTaken
from rapport.people.models import Member, Role, Supervision, User
from rapport.people.queries import admin_ids


class HasLeft(Conflict):
    """This member has left the practice."""

    code = "has_left"


class LastAdmin(Conflict):
    """Somebody must run the office."""

    code = "last_admin"


@transaction.atomic
def add_member(
    practice_id: UUID,
    *,
    name: str,
    email: str,
    password: str,
    roles: Collection[str],
    at: datetime,
    reference: str = "",
) -> Member:
    """Give somebody a place in a practice; with no e-mail address they cannot sign in.

    Whoever is known from imported sessions already (by their reference, else by their name) keeps
    that place and all that hangs on it, and can sign in from now on.
    """
    known, named = check_roles(roles), check_name(name, "name", 200)
    user = None
    if email or password:
        address = check_sign_in(email, password)
        user = User.objects.create_user(email=address, password=password)
    with scope.practice(practice_id):
        member = _imported(practice_id, named, reference) if user else None
        if member is None:
            member = Member(practice_id=practice_id, reference=reference)
        member.user, member.name = user, named
        member.roles = sorted({*member.roles, *known})
        member.save()
    audit.record("add", "member", [member.id], by=system(practice_id), at=at)
    return member


@transaction.atomic
def supervise(supervisee: Member, *, supervisor: Member, by: Actor, at: datetime) -> Supervision:
    """Let a supervisor see a colleague's caseload.

    An admin may appoint themselves; the colleague is told.
    """
    check_allowed(by, Role.ADMIN.value)
    if Role.SUPERVISOR not in supervisor.roles:
        raise BadInput(f"{supervisor.name} is not a supervisor.", fields={"supervisor": "role"})
    if supervisee.id == supervisor.id:
        raise BadInput("Nobody supervises themselves.", fields={"supervisor": "same person"})
    if supervisor.left_on or supervisee.left_on:
        raise HasLeft("Somebody who has left neither supervises nor is supervised.")
    supervision, made = Supervision.objects.get_or_create(
        practice_id=by.practice_id, supervisor=supervisor, supervisee=supervisee
    )
    if made:
        audit.record("supervise", "member", [supervisee.id, supervisor.id], by=by, at=at)
        if supervisor.id == by.id:
            outbox.publish(AccessTaken(by.practice_id, by.id, supervisee.id), at=at)
    return supervision


@transaction.atomic
def end_supervision(supervisee: Member, *, supervisor: Member, by: Actor, at: datetime) -> None:
    """Close a colleague's caseload to a supervisor."""
    check_allowed(by, Role.ADMIN.value)
    rows = Supervision.objects.filter(supervisor=supervisor, supervisee=supervisee)
    if not rows.delete()[0]:
        raise NotFound
    audit.record("end supervision", "member", [supervisee.id, supervisor.id], by=by, at=at)


@transaction.atomic
def leave(member: Member, *, left_on: date, by: Actor, at: datetime) -> None:
    """Note that somebody has left: every session of theirs ends at once, nobody signs in for them.

    Whom they supervised they supervise no more. Their relationships stay theirs until each is
    handed over or ended.
    """
    check_allowed(by, Role.ADMIN.value)
    admins = _lock_admins(member.practice_id)
    row = _lock(member)
    if row.left_on is not None:
        raise HasLeft(f"{row.name} has left already.")
    _check_office_goes_on(row, admins)
    _set_left(row, left_on)
    Supervision.objects.filter(supervisor=row).delete()
    member.left_on = left_on
    audit.record("leave", "member", [row.id], by=by, at=at)


@transaction.atomic
def come_back(member: Member, *, by: Actor, at: datetime) -> None:
    """Take a leaving back: they sign in as before; supervision is appointed anew."""
    check_allowed(by, Role.ADMIN.value)
    row = _lock(member)
    if row.left_on is None:
        raise Conflict(f"{row.name} works here.")
    _set_left(row, None)
    member.left_on = None
    audit.record("come back", "member", [row.id], by=by, at=at)


def _imported(practice_id: UUID, name: str, reference: str) -> Member | None:
    """The member without a sign-in whom this reference, or else this name, is known to mean."""
    rows = Member.objects.filter(practice_id=practice_id)
    if reference:
        known = rows.filter(reference=reference).first()
        if known is not None and known.user_id is not None:
            raise BadInput(
                f"{known.name} has the reference {reference!r} and can sign in already.",
                fields={"reference": "Choose another, or leave it out."},
            )
        if known is not None and known.left_on is not None:
            raise BadInput(
                f"{known.name} has the reference {reference!r} and has left.",
                fields={"reference": "Let them come back first, on the page People."},
            )
        return known
    found = list(rows.filter(name=name, user=None, left_on=None)[:2])
    if len(found) > 1:
        raise BadInput(
            f"Several members without a sign-in are called {name}.",
            fields={"reference": "Say which one with the reference their import gave them."},
        )
    return found[0] if found else None


def _lock(member: Member) -> Member:
    return Member.objects.select_for_update(of=("self",)).select_related("user").get(id=member.id)


def _lock_admins(practice_id: UUID) -> list[Member]:
    """Whoever runs the office, locked in one order: of two who leave at once, one waits."""
    ids = admin_ids(practice_id)
    rows = Member.objects.select_for_update().filter(id__in=ids, left_on=None)
    return list(rows.order_by("id"))


def _set_left(row: Member, left_on: date | None) -> None:
    row.left_on = left_on
    row.save(update_fields=["left_on"])
    if row.user is not None:
        row.user.is_active = left_on is None
        row.user.save(update_fields=["is_active"])


def _check_office_goes_on(row: Member, admins: list[Member]) -> None:
    if Role.ADMIN not in row.roles:
        return
    if not any(admin.user_id and admin.id != row.id for admin in admins):
        raise LastAdmin(f"{row.name} is the only one who runs the office. Add another admin first.")
