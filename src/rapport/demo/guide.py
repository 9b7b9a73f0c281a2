"""How to get into the synthetic practice: sign-ins, and links that are ready to open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rapport.demo import cast
from rapport.kernel import scope
from rapport.measures import queries as measures
from rapport.measures.links import progress_link
from rapport.measures.models import CheckIn
from rapport.people.models import Participant, Practice


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person to sign in as."""

    role: str
    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Guide:
    """What a visitor needs to know; ``check_in`` is ``None`` once its time is over."""

    practice: str
    built_at: datetime
    sign_ins: tuple[SignIn, ...]
    check_in: str | None
    progress: str


def synthetic_practice() -> Practice | None:
    """The synthetic practice, if it was built."""
    return Practice.objects.filter(synthetic=True).order_by("created_at").first()


def real_practices() -> bool:
    """Whether this database holds anything that is not synthetic."""
    return Practice.objects.filter(synthetic=False).exists()


def guide(practice: Practice, *, at: datetime) -> Guide:
    """Say how to get in, as of ``at``."""
    with scope.practice(practice.id):
        place = Participant.objects.select_related("client").get(
            client__given_name=cast.STORIES[1].clients[0].split()[0],
            client__family_name=cast.STORIES[1].clients[0].split()[1],
        )
        waiting = CheckIn.objects.filter(
            relationship_id=place.relationship_id,
            rater="client",
            submitted_at=None,
            expires_at__gt=at,
        ).first()
        return Guide(
            practice=practice.name,
            built_at=practice.created_at,
            sign_ins=tuple(
                SignIn(person.sign_in, person.name, person.email, cast.PASSWORD)
                for person in cast.MEMBERS
                if person.sign_in
            ),
            check_in=measures.link_for(waiting) if waiting else None,
            progress=progress_link(place, at=at),
        )
