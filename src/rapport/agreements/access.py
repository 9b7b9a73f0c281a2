"""Who may read the ledger of consents: the therapist for their caseload, the office for all.

What somebody consented to is not clinical; what they said under it is, and is not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from rapport.agreements.models import ConsentEntry
from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.people import access as people


def readable_entries(*, by: Actor) -> QuerySet[ConsentEntry]:
    """The entries this member may read."""
    own = people.own_relationships(by=by).values("id")
    office = people.all_relationships_administratively(by=by).values("id")
    rows = ConsentEntry.objects.select_related("client", "member")
    return rows.filter(Q(relationship_id__in=own) | Q(relationship_id__in=office))


def disclose(entries: Iterable[ConsentEntry], *, by: Actor, at: datetime) -> None:
    """Log whose consents were shown."""
    ids = [entry.id for entry in entries]
    if ids:
        audit.record("list", "consent", ids, by=by, at=at)
