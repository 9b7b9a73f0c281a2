"""Lists of dyads: the supervisor's radar and a practitioner's own clients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from rapport.alerts.queries import at_risk
from rapport.alliance.models import Standing
from rapport.alliance.queries.parts import Strip
from rapport.alliance.queries.readings import (
    FIRST_FIVE,
    DyadKey,
    in_first_five,
    last_numbers,
    standings_of,
    strip_of,
)
from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.people.access import own_relationships
from rapport.people.models import Participant, Role, Supervision
from rapport.scheduling.queries import next_of
from rapport.science.wording import third_person

PAGE = 50
ASKS_FOR_ATTENTION = 20
_RADAR_COLUMNS = (  # a third of what whole rows would bring, for fifty of each table
    "relationship_id",
    "as_of",
    "attention",
    "sentence",
    "strip",
    "alert_id",
    "computed_at",
    "client__given_name",
    "client__family_name",
    "therapist__name",
    "relationship__ended_on",
    "relationship__ending",
)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class RadarFilters:
    """What the supervisor asked to see; nothing set means everybody still in therapy."""

    therapist_id: UUID | None = None
    needs_attention: bool = False
    first_five: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class TherapistChoice:
    """A supervisee, for the filter."""

    member_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class RadarRow:
    """One dyad as it stands; ``attention`` (0-100) orders the list and is never shown bare.

    ``sentence`` calls both by name. ``ending`` is "planned", "dropout", or "" while it goes on.
    """

    relationship_id: UUID
    client_id: UUID
    client_name: str
    therapist_id: UUID
    therapist_name: str
    session_number: int
    attention: int
    sentence: str
    risk_open: bool
    alert_id: UUID | None
    first_five: bool
    ended_on: date | None
    ending: str
    strip: Strip
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class RadarPage:
    """One page of the radar; pages count from 1."""

    rows: tuple[RadarRow, ...]
    page: int
    pages: int
    total: int
    filters: RadarFilters
    therapists: tuple[TherapistChoice, ...]


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client of one's own caseload; ``session_number`` is 0 before the first session."""

    relationship_id: UUID
    client_id: UUID
    client_name: str
    track: str
    session_number: int
    started_on: date
    ended_on: date | None
    ending: str
    next_at: datetime | None
    sentence: str
    risk_open: bool
    first_five: bool
    strip: Strip


@dataclass(frozen=True, slots=True)
class ClientsPage:
    """One page of one's own clients; pages count from 1."""

    rows: tuple[ClientRow, ...]
    page: int
    pages: int
    total: int
    search: str
    ended: bool


def radar(by: Actor, *, page: int, filters: RadarFilters, at: datetime) -> RadarPage:
    """A page of the caseloads one supervises: what asks for attention first."""
    supervised = _supervisees(by)
    rows = _filtered(supervised, filters)
    total = rows.count()
    shown = _page(rows.order_by("-attention", "relationship_id", "client_id"), page)
    _disclose(shown, by=by, at=at)
    risks = at_risk({row.relationship_id for row in shown})
    return RadarPage(
        rows=tuple(_radar_row(row, risks) for row in shown),
        page=page,
        pages=pages_of(total),
        total=total,
        filters=filters,
        therapists=supervised,
    )


def clients_page(by: Actor, *, page: int, search: str, ended: bool, at: datetime) -> ClientsPage:
    """A page of one's own clients by name, those whose names hold every word of the search."""
    rows = Participant.objects.filter(
        relationship__in=own_relationships(by=by), relationship__ended_on__isnull=not ended
    )
    for word in search.split():
        rows = rows.filter(
            Q(client__given_name__icontains=word) | Q(client__family_name__icontains=word)
        )
    total = rows.count()
    ordered = rows.order_by("client__family_name", "client__given_name", "id")
    shown = _page(ordered.select_related("client", "relationship"), page)
    _disclose(shown, by=by, at=at)
    return ClientsPage(
        rows=_client_rows(shown, at),
        page=page,
        pages=pages_of(total),
        total=total,
        search=search,
        ended=ended,
    )


def pages_of(total: int) -> int:
    """How many pages that makes; one, even when there is nothing."""
    return max(1, -(-total // PAGE))


def _page(rows: QuerySet[M], page: int) -> list[M]:
    """One page, in two queries: sorting bare ids is several times faster than whole rows."""
    first = (page - 1) * PAGE
    ids = list(rows.values_list("pk", flat=True)[first : first + PAGE])
    found = {row.pk: row for row in rows.filter(pk__in=ids).order_by()}
    return [found[pk] for pk in ids if pk in found]


def _disclose(rows: Iterable[Standing | Participant], *, by: Actor, at: datetime) -> None:
    shown = list(dict.fromkeys(row.relationship_id for row in rows))
    if shown:
        audit.record("list", "relationship", shown, by=by, at=at)


def _supervisees(by: Actor) -> tuple[TherapistChoice, ...]:
    if not by.has(Role.SUPERVISOR):
        return ()
    rows = Supervision.objects.filter(supervisor_id=by.id).order_by("supervisee__name", "id")
    named = rows.values_list("supervisee_id", "supervisee__name")
    return tuple(TherapistChoice(member_id, name) for member_id, name in named)


def _filtered(supervised: tuple[TherapistChoice, ...], filters: RadarFilters) -> QuerySet[Standing]:
    ids = {choice.member_id for choice in supervised}
    if filters.therapist_id is not None:
        ids &= {filters.therapist_id}
    # ``= false`` would be written as ``NOT ended``, for which SQLite does not use its index.
    rows = Standing.objects.filter(therapist_id__in=ids, ended__in=[filters.ended])
    if filters.needs_attention:
        rows = rows.filter(attention__gte=ASKS_FOR_ATTENTION)
    if filters.first_five:
        rows = rows.filter(as_of__lte=FIRST_FIVE)
    return rows.select_related("client", "therapist", "relationship").only(*_RADAR_COLUMNS)


def _radar_row(row: Standing, risks: frozenset[DyadKey]) -> RadarRow:
    return RadarRow(
        relationship_id=row.relationship_id,
        client_id=row.client_id,
        client_name=row.client.name,
        therapist_id=row.therapist_id,
        therapist_name=row.therapist.name,
        session_number=row.as_of,
        attention=row.attention,
        sentence=third_person(
            row.sentence,
            client=row.client.given_name,
            therapist=row.therapist.name.partition(" ")[0],
        ),
        risk_open=(row.relationship_id, row.client_id) in risks,
        alert_id=row.alert_id,
        first_five=in_first_five(row.as_of),
        ended_on=row.relationship.ended_on,
        ending=row.relationship.ending,
        strip=strip_of(row),
        computed_at=row.computed_at,
    )


def _client_rows(places: list[Participant], at: datetime) -> tuple[ClientRow, ...]:
    ids = {place.relationship_id for place in places}
    standings, last, coming = standings_of(ids), last_numbers(ids), next_of(ids, at=at)
    risks = at_risk(ids)
    return tuple(
        ClientRow(
            relationship_id=place.relationship_id,
            client_id=place.client_id,
            client_name=place.client.name,
            track=place.relationship.track,
            session_number=last.get(place.relationship_id, 0),
            started_on=place.relationship.started_on,
            ended_on=place.relationship.ended_on,
            ending=place.relationship.ending,
            next_at=coming.get(place.relationship_id),
            sentence=standing.sentence if standing else "",
            risk_open=(place.relationship_id, place.client_id) in risks,
            first_five=in_first_five(last.get(place.relationship_id, 0)),
            strip=strip_of(standing) if standing else (),
        )
        for place in places
        for standing in (standings.get((place.relationship_id, place.client_id)),)
    )
