"""Bring a client and their questions together: a link, a tablet, a page of their own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from rapport.kernel import audit, outbox
from rapport.kernel.actor import Actor
from rapport.measures import delivery, links, rounds
from rapport.measures.checks import lock_open
from rapport.measures.events import CheckInAsked
from rapport.measures.models import CheckIn
from rapport.people.models import Participant


def invite(check_in: CheckIn, *, by: Actor, at: datetime) -> delivery.Channel:
    """Send a client the link to their check-in; links sent before are void from now on.

    The other forms of its round follow on from it, so they are sent with it. What is kept is
    committed before anything leaves: a slow mail server holds no lock.
    """
    with transaction.atomic():
        row = lock_open(check_in, at=at)
        channel = delivery.channel_for(row.relationship, row.client, at=at)
        if row.sent_at is not None:
            _void_links(row)
        waiting = [open_form.id for open_form in rounds.still_open(row, at=at)]
        CheckIn.objects.filter(id__in=waiting).update(sent_at=at)
        row.refresh_from_db(fields=["sent_at", "link_version"])
        audit.record(f"send by {channel}", "check_in", [row.id], by=by, at=at)
    link = links.check_in_link(row)
    return delivery.send_questions(
        row.relationship,
        row.client,
        link=link,
        until=row.expires_at,
        several=len(waiting) > 1,
        at=at,
    )


def go_along(check_in: CheckIn, *, at: datetime) -> None:
    """Note that a form follows on from one whose link the client has already."""
    CheckIn.objects.filter(id=check_in.id, sent_at=None).update(sent_at=at)


@transaction.atomic
def send_anew(client_id: UUID, *, at: datetime) -> None:
    """Void every link that a client was sent, and have what is still open sent once more."""
    theirs = CheckIn.objects.filter(client_id=client_id, rater="client")
    theirs.update(link_version=F("link_version") + 1)
    waiting = theirs.filter(
        submitted_at=None, closed_at=None, expires_at__gt=at, sent_at__isnull=False
    )
    for check_in in list(waiting.order_by("id")):
        check_in.sent_at = None
        check_in.save(update_fields=["sent_at"])
        outbox.publish(CheckInAsked(check_in.practice_id, check_in.id), at=at)


@transaction.atomic
def hand_over(check_in: CheckIn, *, by: Actor, at: datetime) -> str:
    """Hand the practitioner's tablet to the client; returns the path of their questions.

    Every form of the round begins blank: what they had answered elsewhere is not for the
    practitioner, whose tablet it is. Links sent before are void, so that both are never filled in
    at once; a risk answer among what is wiped away has raised its alert already.
    """
    row = lock_open(check_in, at=at)
    rounds.round_of(row).filter(submitted_at=None).update(answers={}, words="")
    _void_links(row)
    row.refresh_from_db(fields=["link_version"])
    audit.record("hand over", "check_in", [row.id], by=by, at=at)
    return links.check_in_path(row)


@transaction.atomic
def take_back(check_in: CheckIn) -> None:
    """Void the addresses the tablet was at, so that what is unfinished opens for nobody there."""
    _void_links(check_in)


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


def _void_links(check_in: CheckIn) -> None:
    """Of the whole round: one form's last page leads on to the next."""
    rounds.round_of(check_in).update(link_version=F("link_version") + 1)
