"""Blind until both: which ratings nobody but their author may see yet.

A measure is two-sided when it has a form for the client and one for the therapist. While either
of the two can still answer for a session, nobody sees what anybody answered on that measure for
it, nor anything computed from it. An answer is no longer possible once it was given, its time
ran out, or it was closed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from rapport.measures.models import CheckIn
from rapport.science import instruments

_SIDES = {"client", "therapist"}


class Dyad(NamedTuple):
    """One client and the practitioner, within a relationship."""

    relationship_id: UUID
    client_id: UUID


class Sealed(NamedTuple):
    """One measure of one dyad's session that is not to be read yet."""

    relationship_id: UUID
    client_id: UUID
    session_number: int
    measure: str


@cache
def two_sided_measures() -> dict[str, str]:
    """The forms of two-sided measures, each with its measure's name."""
    sides: dict[str, set[str]] = {}
    for instrument in instruments.all():
        sides.setdefault(instrument.family, set()).add(instrument.respondent)
    return {
        instrument.key: instrument.family
        for instrument in instruments.all()
        if sides[instrument.family] >= _SIDES
    }


def sealed(relationship_ids: Collection[UUID], *, at: datetime) -> frozenset[Sealed]:
    """What is sealed in these relationships at this moment."""
    return _sealed(CheckIn.objects.filter(relationship_id__in=relationship_ids), at)


def sealed_anywhere(*, at: datetime) -> frozenset[Sealed]:
    """What is sealed in the whole practice at this moment."""
    return _sealed(CheckIn.objects.all(), at)


def _sealed(rows: QuerySet[CheckIn], at: datetime) -> frozenset[Sealed]:
    measures = two_sided_measures()
    waiting = rows.filter(
        rater__in=_SIDES,
        instrument__in=measures,
        submitted_at=None,
        closed_at=None,
        expires_at__gt=at,
    ).values_list("relationship_id", "client_id", "session_number", "instrument")
    return frozenset(
        Sealed(relationship_id, client_id, number, measures[instrument])
        for relationship_id, client_id, number, instrument in waiting
    )


def measure_of(check_in: CheckIn) -> str:
    """What a check-in's scores are filed under."""
    return instruments.load(check_in.instrument).family


def is_sealed(check_in: CheckIn, sealed: frozenset[Sealed]) -> bool:
    """Whether what stands in this check-in is still its author's alone."""
    key = Sealed(
        check_in.relationship_id,
        check_in.client_id,
        check_in.session_number,
        measure_of(check_in),
    )
    return key in sealed
