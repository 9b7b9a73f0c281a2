"""What may be read of check-ins and scores. Nothing here gives away what is sealed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, cast
from uuid import UUID

from django.db.models import Q, QuerySet

from rapport.measures.blindness import (
    Dyad,
    Sealed,
    is_sealed,
    sealed,
    sealed_anywhere,
    two_sided_measures,
)
from rapport.measures.forms import STANDARD, title_of
from rapport.measures.links import check_in_link, check_in_path
from rapport.measures.models import CheckIn, ExternalScale, Score, TalkAbout
from rapport.science import history, instruments

__all__ = [
    "CheckInState",
    "ClientWords",
    "Dyad",
    "answer_now",
    "band_of",
    "check_in_states",
    "client_words",
    "link_for",
    "open_sessions",
    "own_ratings",
    "own_words",
    "path_for",
    "rated_lines",
    "revealed_line",
    "revealed_ratings",
    "scales_in_use",
    "scales_of",
    "state_of",
    "validated",
    "waiting_for",
]

State = Literal["given", "waiting", "missed"]


@dataclass(frozen=True, slots=True)
class CheckInState:
    """Whether somebody was asked and has answered; never what."""

    id: UUID
    relationship_id: UUID
    client_id: UUID
    session_number: int
    moment: str
    rater: history.Rater
    instrument: str
    state: State
    asked_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    submitted_at: datetime | None

    @property
    def title(self) -> str:
        """What the form is called, without whose side of it this is."""
        return title_of(self.instrument)

    @property
    def two_sided(self) -> bool:
        """Whether the other side answers the same about the session, blind until both have."""
        return self.instrument in two_sided_measures()

    @property
    def standard(self) -> bool:
        """Whether it is asked of everybody; any other form was assigned."""
        return self.instrument in STANDARD


@dataclass(frozen=True, slots=True)
class ClientWords:
    """What a client wrote. ``wish`` is something they asked to talk about."""

    session_number: int
    words: str
    at: datetime
    wish: bool


def link_for(check_in: CheckIn) -> str:
    """The address at which the client answers this check-in."""
    return check_in_link(check_in)


def path_for(check_in: CheckIn) -> str:
    """The same address within this installation."""
    return check_in_path(check_in)


def revealed_ratings(dyad: Dyad, *, at: datetime) -> tuple[history.Rating, ...]:
    """Every rating of a dyad that may be read at this moment, corrections applied."""
    hidden = sealed([dyad.relationship_id], at=at)
    rows = _scores(dyad)
    return tuple(_rating(row) for row in rows if not _is_hidden(row, dyad, hidden))


def own_ratings(dyad: Dyad) -> tuple[history.Rating, ...]:
    """What the client rated, for the client: their own is never hidden from them."""
    return tuple(_rating(row) for row in _scores(dyad) if row.rater == "client")


def rated_lines() -> tuple[history.LineKey, ...]:
    """Every (measure, scale, rater) that the practice has scores of, in order."""
    keys = Score.objects.order_by("measure", "scale", "rater").distinct()
    return tuple(
        (measure, scale, cast(history.Rater, rater))
        for measure, scale, rater in keys.values_list("measure", "scale", "rater")
    )


def revealed_line(line: history.LineKey, *, at: datetime) -> dict[Dyad, dict[int, float]]:
    """What every dyad of the practice has on one line that may be read: value by session."""
    measure, scale, rater = line
    rows = Score.objects.filter(measure=measure, scale=scale, rater=rater)
    filed = rows.annotate(answered=Q(check_in__isnull=False)).order_by(
        "relationship_id", "client_id", "session_number", "version"
    )
    hidden = sealed_anywhere(at=at)
    found: dict[Dyad, dict[int, float | None]] = {}
    for relationship, client, session, value, answered in filed.values_list(
        "relationship_id", "client_id", "session_number", "value", "answered"
    ).iterator(chunk_size=20_000):
        if answered and Sealed(relationship, client, session, measure) in hidden:
            continue
        found.setdefault(Dyad(relationship, client), {})[session] = value
    return {
        dyad: {session: value for session, value in cells.items() if value is not None}
        for dyad, cells in found.items()
    }


def scales_in_use(
    ratings: Iterable[history.Rating],
) -> dict[tuple[str, str], history.Scale]:
    """The scales that these ratings stand on: shipped ones, or as an import declared them."""
    return scales_of({(rating.measure, rating.scale) for rating in ratings})


def scales_of(keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], history.Scale]:
    """The scales of these names: shipped ones, or as an import declared them."""
    shipped = instruments.scales()
    found = {key: shipped[key] for key in keys if key in shipped}
    external = {measure for measure, _scale in set(keys) - found.keys()}
    if external:
        rows = ExternalScale.objects.filter(measure__in=external)
        found |= {(r.measure, r.scale): _scale(r) for r in rows if (r.measure, r.scale) in keys}
    return found


def check_in_states(
    sessions: Collection[tuple[UUID, int]], *, at: datetime
) -> dict[tuple[UUID, int], tuple[CheckInState, ...]]:
    """Who was asked and who has answered, for each (relationship, session number)."""
    rows = CheckIn.objects.filter(
        relationship_id__in={relationship_id for relationship_id, _number in sessions},
        session_number__in={number for _relationship_id, number in sessions},
    )
    found: dict[tuple[UUID, int], tuple[CheckInState, ...]] = dict.fromkeys(sessions, ())
    for row in rows.order_by("id"):
        key = (row.relationship_id, row.session_number)
        if key in found:
            found[key] += (state_of(row, at=at),)
    return found


def band_of(measure: str, scale: str, value: float) -> str:
    """The published band that a value of a shipped scale lies in; "" where there is none."""
    for instrument in instruments.all():
        if instrument.family == measure and any(key.key == scale for key in instrument.scales):
            band = instrument.scale(scale).band(value)
            return band.label if band else ""
    return ""


def validated(measure: str, scale: str) -> bool:
    """Whether a scale belongs to a validated measure; one that a file declared does not say."""
    shipped = instruments.scales().get((measure, scale))
    return shipped is not None and shipped.validated


def open_sessions(dyad: Dyad, *, at: datetime) -> frozenset[int]:
    """The sessions that client or therapist can still rate: sealed, whoever has rated."""
    rows = CheckIn.objects.filter(
        relationship_id=dyad.relationship_id,
        client_id=dyad.client_id,
        moment="after",
        rater__in=["client", "therapist"],
        instrument__in=two_sided_measures(),
        submitted_at=None,
        closed_at=None,
        expires_at__gt=at,
    )
    return frozenset(rows.values_list("session_number", flat=True))


def answer_now(check_in_id: UUID, item: str) -> float | None:
    """What stands as the answer to one question that has raised a risk."""
    answers = CheckIn.objects.filter(id=check_in_id).values_list("answers", flat=True).first()
    return answers.get(item) if answers else None


def waiting_for(member_id: UUID, *, at: datetime) -> tuple[CheckInState, ...]:
    """The check-ins that this member was asked and can still answer, oldest first."""
    rows = CheckIn.objects.filter(
        member_id=member_id, submitted_at=None, closed_at=None, expires_at__gt=at
    )
    return tuple(state_of(row, at=at) for row in rows.order_by("asked_at", "id"))


def state_of(check_in: CheckIn, *, at: datetime) -> CheckInState:
    """One check-in already obtained, as a plain row."""
    state: State = "given" if check_in.submitted_at else "waiting"
    over = check_in.closed_at is not None or check_in.expires_at <= at
    if state == "waiting" and over:
        state = "missed"
    return CheckInState(
        id=check_in.id,
        relationship_id=check_in.relationship_id,
        client_id=check_in.client_id,
        session_number=check_in.session_number,
        moment=check_in.moment,
        rater=cast(history.Rater, check_in.rater),
        instrument=check_in.instrument,
        state=state,
        asked_at=check_in.asked_at,
        expires_at=check_in.expires_at,
        sent_at=check_in.sent_at,
        submitted_at=check_in.submitted_at,
    )


def client_words(dyad: Dyad, *, at: datetime) -> tuple[ClientWords, ...]:
    """What the client wrote and others may read, newest first."""
    hidden = sealed([dyad.relationship_id], at=at)
    written = [row for row in _written(dyad) if not is_sealed(row, hidden)]
    return _all_words(dyad, written)


def own_words(dyad: Dyad) -> tuple[ClientWords, ...]:
    """What the client wrote, for the client, newest first."""
    return _all_words(dyad, _written(dyad))


def _written(dyad: Dyad) -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(
        relationship_id=dyad.relationship_id,
        client_id=dyad.client_id,
        rater="client",
        submitted_at__isnull=False,
    ).exclude(words="")


def _all_words(dyad: Dyad, written: Iterable[CheckIn]) -> tuple[ClientWords, ...]:
    wishes = TalkAbout.objects.filter(
        relationship_id=dyad.relationship_id, client_id=dyad.client_id
    )
    found = [
        ClientWords(row.session_number, row.words, row.submitted_at, wish=False)
        for row in written
        if row.submitted_at
    ]
    found += [ClientWords(row.session_number, row.words, row.at, wish=True) for row in wishes]
    return tuple(sorted(found, key=lambda said: said.at, reverse=True))


class _Filed(NamedTuple):
    """What is read of a score: a dyad has hundreds, and whole rows cost several times as much."""

    session_number: int
    rater: str
    measure: str
    scale: str
    value: float | None
    answered: bool


def _scores(dyad: Dyad) -> list[_Filed]:
    """The latest version of each score, first session to last."""
    rows = Score.objects.filter(relationship_id=dyad.relationship_id, client_id=dyad.client_id)
    read = rows.annotate(answered=Q(check_in__isnull=False)).values_list(*_Filed._fields)
    filed = read.order_by("session_number", "rater", "measure", "scale", "version")
    return list({row[:4]: _Filed._make(row) for row in filed}.values())


def _is_hidden(score: _Filed, dyad: Dyad, hidden: frozenset[Sealed]) -> bool:
    """Imported scores, which nobody answered here, were never blind."""
    return score.answered and Sealed(*dyad, score.session_number, score.measure) in hidden


def _rating(score: _Filed) -> history.Rating:
    rater = cast(history.Rater, score.rater)
    return history.Rating(score.session_number, rater, score.measure, score.scale, score.value)


def _scale(row: ExternalScale) -> history.Scale:
    return history.Scale(
        measure=row.measure,
        scale=row.scale,
        construct=row.construct,
        role=cast(history.Role, row.role),
        higher_is_better=row.higher_is_better,
        minimum=row.minimum,
        maximum=row.maximum,
        reliability=row.reliability,
        source_sd=row.source_sd,
        label=row.label,
    )
