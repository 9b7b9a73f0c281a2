"""The ledger of everybody's consents, for the office: by purpose, filtered, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from rapport.agreements import access
from rapport.agreements.models import ConsentEntry, Purpose
from rapport.agreements.queries import ConsentState, state_of
from rapport.kernel.actor import Actor

PAGE = 50
SOON = timedelta(days=30)
Filter = Literal["", "stands", "ends_soon", "withdrawn", "expired"]
FILTERS: tuple[Filter, ...] = ("", "stands", "ends_soon", "withdrawn", "expired")


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One person's latest word on one purpose in one relationship."""

    relationship_id: UUID
    person_id: UUID
    person_name: str
    is_client: bool
    purpose: str
    purpose_label: str
    state: ConsentState
    ends_soon: bool
    text_version: str
    at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """One page of the ledger; pages count from 1, and ``ending_soon`` counts all of them."""

    rows: tuple[ConsentRow, ...]
    page: int
    pages: int
    total: int
    ending_soon: int


def ledger(
    *, by: Actor, at: datetime, purpose: str = "", state: Filter = "", page: int = 1
) -> LedgerPage:
    """Everybody's latest word, purpose by purpose, what ends soonest first; the page is logged."""
    latest = _latest(access.readable_entries(by=by), at)
    wanted = latest.filter(_is(state, at))
    if purpose in Purpose.values:
        wanted = wanted.filter(purpose=purpose)
    total = wanted.count()
    pages = max(1, -(-total // PAGE))
    first = (min(page, pages) - 1) * PAGE
    ordered = wanted.order_by("purpose", F("expires_at").asc(nulls_last=True), "at", "id")
    shown = list(ordered[first : first + PAGE])
    access.disclose(shown, by=by, at=at)
    return LedgerPage(
        rows=tuple(_row(entry, at) for entry in shown),
        page=min(page, pages),
        pages=pages,
        total=total,
        ending_soon=latest.filter(_is("ends_soon", at)).count(),
    )


def _latest(rows: QuerySet[ConsentEntry], at: datetime) -> QuerySet[ConsentEntry]:
    """The entries that no later one of the same person on the same purpose has overtaken."""
    later = ConsentEntry.objects.filter(
        Q(client=OuterRef("client")) | Q(member=OuterRef("member")),
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id")),
        relationship=OuterRef("relationship"),
        purpose=OuterRef("purpose"),
        at__lte=at,
    )
    return rows.filter(~Exists(later), at__lte=at)


def _is(state: Filter, at: datetime) -> Q:
    lasts = Q(expires_at=None) | Q(expires_at__gt=at)
    return {
        "": Q(),
        "stands": Q(given=True) & lasts,
        "ends_soon": Q(given=True, expires_at__gt=at, expires_at__lt=at + SOON),
        "withdrawn": Q(given=False),
        "expired": Q(given=True, expires_at__lte=at),
    }[state]


def _row(entry: ConsentEntry, at: datetime) -> ConsentRow:
    person = entry.client or entry.member
    assert person is not None, "a constraint keeps a consent one person's"
    state = state_of(entry, at)
    ends = entry.expires_at
    return ConsentRow(
        relationship_id=entry.relationship_id,
        person_id=person.id,
        person_name=person.name,
        is_client=entry.client is not None,
        purpose=entry.purpose,
        purpose_label=entry.get_purpose_display(),
        state=state,
        ends_soon=state == "stands" and ends is not None and ends < at + SOON,
        text_version=entry.text_version,
        at=entry.at,
        expires_at=ends,
    )
