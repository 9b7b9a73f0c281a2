"""Open a practice, and write what it says to a client who needs help at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rapport.kernel import audit
from rapport.kernel.actor import Actor, system
from rapport.people.checks import (
    check_allowed,
    check_country,
    check_crisis_help,
    check_name,
    check_timezone,
)
from rapport.people.models import Practice, Role


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
    check_allowed(by, Role.ADMIN.value)
    Practice.objects.filter(id=by.practice_id).update(crisis_help=check_crisis_help(words))
    audit.record("write_crisis_help", "practice", [by.practice_id], by=by, at=at)
