"""Admit a client, and keep how to reach them true."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor
from rapport.people.checks import check_allowed, check_email, check_name, check_phone
from rapport.people.events import ContactChanged
from rapport.people.models import Client, Participant, Practice, Role

_MAY_ADMIT = frozenset({Role.THERAPIST.value, Role.COACH.value, Role.ADMIN.value})


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
    check_allowed(by, *_MAY_ADMIT)
    client = Client.objects.create(
        practice_id=by.practice_id,
        given_name=check_name(given_name, "given_name", 100),
        family_name=family_name.strip()[:100],
        email=check_email(email),
        phone=check_phone(phone, _country(by)),
        language=language or "en",
        created_at=at,
    )
    audit.record("add", "client", [client.id], by=by, at=at)
    return client


@transaction.atomic
def change_contact(client: Client, *, email: str, phone: str, by: Actor, at: datetime) -> None:
    """Write down how a client is reached from now on.

    Where an address gave way to another, links that went to the old one are void.
    """
    check_allowed(by, *_MAY_ADMIT)
    row = Client.objects.select_for_update().get(id=client.id)
    before = (row.email, row.phone)
    row.email, row.phone = check_email(email), check_phone(phone, _country(by))
    if before == (row.email, row.phone):
        return
    row.save(update_fields=["email", "phone"])
    client.email, client.phone = row.email, row.phone
    if any(old and old != new for old, new in zip(before, (row.email, row.phone), strict=True)):
        places = Participant.objects.filter(client=row)
        places.update(link_version=F("link_version") + 1)
        outbox.publish(ContactChanged(row.practice_id, row.id), at=at)
    audit.record("change contact", "client", [row.id], by=by, at=at)


def _country(by: Actor) -> str:
    """Whose numbers have no prefix here."""
    return Practice.objects.values_list("country", flat=True).get(id=by.practice_id)
