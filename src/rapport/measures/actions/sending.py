"""Bring a client and their questions together: a link, a tablet, a page of their own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.measures import delivery, links
from rapport.measures.checks import lock_open
from rapport.measures.models import CheckIn
from rapport.people.models import Participant


def invite(check_in: CheckIn, *, by: Actor, at: datetime) -> delivery.Channel:
    """Send a client the link to their check-in; one sent before is void from now on.

    What is kept is committed before anything leaves: a slow mail server holds no lock.
    """
    with transaction.atomic():
        row = lock_open(check_in, at=at)
        channel = delivery.channel_for(row.relationship, row.client, at=at)
        if row.sent_at is not None:
            row.link_version += 1
        row.sent_at = at
        row.save(update_fields=["sent_at", "link_version"])
        audit.record(f"send by {channel}", "check_in", [row.id], by=by, at=at)
    link = links.check_in_link(row)
    return delivery.send_questions(
        row.relationship, row.client, link=link, until=row.expires_at, at=at
    )


@transaction.atomic
def hand_over(check_in: CheckIn, *, by: Actor, at: datetime) -> str:
    """Hand the practitioner's tablet to the client; returns the path of their questions."""
    row = lock_open(check_in, at=at)
    audit.record("hand over", "check_in", [row.id], by=by, at=at)
    return reverse("check_in", args=[links.check_in_token(row)])


def send_progress(place: Participant, *, by: Actor, at: datetime) -> delivery.Channel:
    """Send a client the link to their own progress, to the address on file."""
    channel = delivery.channel_for(place.relationship, place.client, at=at)
    audit.record(f"send by {channel}", "progress", [place.id], by=by, at=at)
    return delivery.send_progress_link(
        place.relationship,
        place.client,
        link=links.progress_link(place, at=at),
        until=at + links.PROGRESS_LASTS,
        at=at,
    )
