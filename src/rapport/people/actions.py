"""What changes who is in a practice, who works with whom, and which meetings were held."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from rapport.kernel import audit, outbox, scope
from rapport.kernel.actor import Actor, system
from rapport.kernel.errors import Conflict, NotFound
from rapport.people.checks import (
    BadInput,
    NotTheirs,
    check_country,
    check_crisis_help,
    check_email,
    check_name,
    check_phone,
    check_roles,
    check_seats,
    check_sign_in,
    check_timezone,
)
from rapport.people.events import RelationshipEnded, SessionHeld
from rapport.people.models import (
    Client,
    Member,
    Participant,
    Practice,
    Relationship,
    Role,
    Session,
    Supervision,
    User,
)

_MAY_ADMIT = frozenset({Role.THERAPIST.value, Role.COACH.value, Role.ADMIN.value})
_HELD_AHEAD = timedelta(days=1)


class AlreadyEnded(Conflict):
    """The relationship has come to its end."""

    code = "already_ended"


@transaction.atomic
def open_practice(
    name: str, *, timezone: str, country: str, synthetic: bool, at: datetime
) -> Practice:
    """Open a practice: the first thing an installation does."""
    practice = Practice.objects.create(
        name=check_name(name, "name", 200),
        timezone=check_timezone(timezone),
        country=check_country(country),
        synthetic=synthetic,
        created_at=at,
    )
    audit.record("open", "practice", [practice.id], by=system(practice.id), at=at)
    return practice


@transaction.atomic
def write_crisis_help(words: str, *, by: Actor, at: datetime) -> None:
    """Put the practice's own words in front of every client who may need help at once."""
    if not by.has(Role.ADMIN):
        raise NotFound
    Practice.objects.filter(id=by.practice_id).update(crisis_help=check_crisis_help(words))
    audit.record("write_crisis_help", "practice", [by.practice_id], by=by, at=at)


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
    """Give somebody a place in a practice; with no e-mail address they cannot sign in."""
    known = check_roles(roles)
    user = None
    if email or password:
        address = check_sign_in(email, password)
        user = User.objects.create_user(email=address, password=password)
    with scope.practice(practice_id):
        member = Member.objects.create(
            practice_id=practice_id,
            user=user,
            name=check_name(name, "name", 200),
            roles=known,
            reference=reference,
        )
    audit.record("add", "member", [member.id], by=system(practice_id), at=at)
    return member


@transaction.atomic
def supervise(supervisee: Member, *, supervisor: Member, by: Actor, at: datetime) -> Supervision:
    """Let a supervisor see a colleague's caseload."""
    _check_admits(by, Role.ADMIN.value)
    if Role.SUPERVISOR not in supervisor.roles:
        raise BadInput(f"{supervisor.name} is not a supervisor.", fields={"supervisor": "role"})
    if supervisee.id == supervisor.id:
        raise BadInput("Nobody supervises themselves.", fields={"supervisor": "same person"})
    supervision, made = Supervision.objects.get_or_create(
        practice_id=by.practice_id, supervisor=supervisor, supervisee=supervisee
    )
    if made:
        audit.record("supervise", "member", [supervisee.id, supervisor.id], by=by, at=at)
    return supervision


@transaction.atomic
def add_client(
    given_name: str,
    family_name: str,
    *,
    email: str,
    phone: str,
    language: str,
    by: Actor,
    at: datetime,
) -> Client:
    """Admit a person who comes for therapy or coaching."""
    _check_admits(by, *_MAY_ADMIT)
    country = Practice.objects.values_list("country", flat=True).get(id=by.practice_id)
    client = Client.objects.create(
        practice_id=by.practice_id,
        given_name=check_name(given_name, "given_name", 100),
        family_name=family_name.strip()[:100],
        email=check_email(email),
        phone=check_phone(phone, country),
        language=language or "en",
        created_at=at,
    )
    audit.record("add", "client", [client.id], by=by, at=at)
    return client


@transaction.atomic
def start_relationship(
    clients: Sequence[Client],
    *,
    therapist: Member,
    interpreter: Member | None,
    kind: str,
    track: str,
    started_on: date,
    by: Actor,
    at: datetime,
    reference: str = "",
) -> Relationship:
    """Bring client(s), a therapist or coach, and perhaps an interpreter together."""
    _check_starts(by, therapist)
    check_seats(clients, therapist, interpreter, kind, track)
    relationship = Relationship.objects.create(
        practice_id=by.practice_id,
        reference=reference,
        kind=kind,
        track=track,
        therapist=therapist,
        interpreter=interpreter,
        started_on=started_on,
    )
    for client in clients:
        Participant.objects.create(
            practice_id=by.practice_id, relationship=relationship, client=client
        )
    audit.record("start", "relationship", [relationship.id], by=by, at=at)
    return relationship


@transaction.atomic
def end_relationship(
    relationship: Relationship, *, ending: str, ended_on: date, by: Actor, at: datetime
) -> None:
    """Close a relationship as planned, or as an ending without a plan."""
    row = _lock(relationship)
    if ending not in {"planned", "dropout"}:
        raise BadInput("Say how it ended.", fields={"ending": "Choose one of the two."})
    if ended_on < row.started_on:
        raise BadInput(
            "It cannot end before it began.",
            fields={"ended_on": f"Choose {row.started_on:%d %B %Y} or later."},
        )
    row.ending, row.ended_on = ending, ended_on
    row.save(update_fields=["ending", "ended_on"])
    relationship.ending, relationship.ended_on = ending, ended_on
    audit.record("end", "relationship", [row.id], by=by, at=at)
    outbox.publish(RelationshipEnded(row.practice_id, row.id), at=at)


@transaction.atomic
def hold_session(
    relationship: Relationship,
    *,
    held_at: datetime,
    duration_min: int,
    by: Actor,
    at: datetime,
    missed_before: int = 0,
) -> Session:
    """Record that a meeting took place, and give it the next number of its relationship."""
    row = _lock(relationship)
    last = Session.objects.filter(relationship=row).order_by("-number").first()
    _check_time(held_at, duration_min, last, at)
    session = Session.objects.create(
        practice_id=row.practice_id,
        relationship=row,
        number=last.number + 1 if last else 1,
        held_at=held_at,
        duration_min=duration_min,
        missed_before=missed_before,
    )
    audit.record("hold", "session", [session.id], by=by, at=at)
    outbox.publish(SessionHeld(row.practice_id, row.id, session.id), at=at)
    return session


def _lock(relationship: Relationship) -> Relationship:
    """The row itself, locked so that numbers stay gapless, and still open."""
    row = Relationship.objects.select_for_update().filter(id=relationship.id).first()
    if row is None:
        raise NotFound
    if row.ended_on is not None:
        raise AlreadyEnded(f"This relationship ended on {row.ended_on:%d %B %Y}.")
    return row


def _check_time(held_at: datetime, duration_min: int, last: Session | None, at: datetime) -> None:
    if held_at > at + _HELD_AHEAD:
        raise BadInput(
            "This session has not taken place yet.", fields={"held_at": "Choose an earlier time."}
        )
    if last is not None and held_at < last.held_at:
        raise BadInput(
            f"Session {last.number} was later than this one; sessions are numbered in order.",
            fields={"held_at": "Choose a later time."},
        )
    if not 1 <= duration_min <= 600:
        raise BadInput(
            "A session lasts from 1 to 600 minutes.", fields={"duration_min": "From 1 to 600."}
        )


def _check_starts(by: Actor, therapist: Member) -> None:
    """Practitioners open their own caseload; the office and imports anybody's."""
    if by.kind != "system" and not by.has(Role.ADMIN.value) and by.id != therapist.id:
        raise NotTheirs("You can start relationships of your own only.")


def _check_admits(by: Actor, *roles: str) -> None:
    if by.kind != "system" and not by.roles & set(roles):
        raise NotTheirs("Your role in this practice does not allow this.")
