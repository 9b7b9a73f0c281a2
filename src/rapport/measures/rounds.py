"""A round: everything that one client is asked at one go, before or after one session.

The standard check-in comes first and the message carries its link; each link stays bound to its
one form. What is assigned beside it follows on: whoever sent one form is offered the next.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from rapport.measures.forms import STANDARD
from rapport.measures.models import CheckIn


def round_of(check_in: CheckIn) -> QuerySet[CheckIn]:
    """The client's check-ins that were asked together with this one, itself among them."""
    return CheckIn.objects.filter(
        relationship_id=check_in.relationship_id,
        client_id=check_in.client_id,
        session_number=check_in.session_number,
        moment=check_in.moment,
        rater="client",
    )


def still_open(check_in: CheckIn, *, at: datetime) -> list[CheckIn]:
    """Those of its round that can be answered, the standard one first, then as assigned."""
    rows = round_of(check_in).filter(submitted_at=None, closed_at=None, expires_at__gt=at)
    rows = rows.select_related("practice", "client", "relationship").order_by("id")
    return sorted(rows, key=lambda row: row.instrument not in STANDARD)


def next_in_round(check_in: CheckIn, *, at: datetime) -> CheckIn | None:
    """What follows a form that the client has sent; nobody else's forms ever do."""
    if check_in.rater != "client" or check_in.submitted_at is None:
        return None
    return next(iter(still_open(check_in, at=at)), None)
