"""What a note is begun with: the session, where measures and goals stand, what risk is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rapport.alliance.queries.brief import open_risks
from rapport.goals.queries import goals_of
from rapport.measures.queries import Dyad, revealed_ratings, scales_in_use
from rapport.people.models import Client, Relationship, Session
from rapport.records.facts import Facts, GoalFact, MeasureFact, RiskFact, SessionFact
from rapport.scheduling.queries import place_of
from rapport.science.history import Rating, Scale


def note_facts(
    relationship: Relationship, *, client: Client | None, session: Session | None, at: datetime
) -> Facts:
    """The facts for one client's note, or for the chart that several share: then none of one's."""
    met = _session(session) if session else None
    if client is None:
        return Facts(session=met)
    rows = goals_of(relationship, client_id=client.id)
    return Facts(
        session=met,
        measures=_measures(Dyad(relationship.id, client.id), session, at),
        goals=tuple(
            GoalFact(row.words, row.in_focus, row.client_attainment, row.therapist_attainment)
            for row in rows
            if row.closed_at_session is None
        ),
        risks=tuple(
            RiskFact(line.sentence, line.raised_at.isoformat(), line.acknowledged_at is not None)
            for line in open_risks(relationship, client)
        ),
    )


def _session(session: Session) -> SessionFact:
    return SessionFact(
        session.number, session.held_at.isoformat(), session.duration_min, place_of(session)
    )


def _measures(dyad: Dyad, session: Session | None, at: datetime) -> tuple[MeasureFact, ...]:
    """The client's latest revealed score on each scale up to the session, and the one before."""
    given: dict[tuple[str, str], list[Rating]] = {}
    for rating in _by_client(revealed_ratings(dyad, at=at), session):
        given.setdefault((rating.measure, rating.scale), []).append(rating)
    scales = scales_in_use(rating for ratings in given.values() for rating in ratings)
    known = [(scales[key], ratings) for key, ratings in given.items() if key in scales]
    known.sort(key=lambda one: one[0].role != "outcome")
    return tuple(_measure(scale, ratings) for scale, ratings in known)


def _by_client(ratings: Iterable[Rating], session: Session | None) -> list[Rating]:
    return [
        rating
        for rating in ratings
        if rating.rater == "client"
        and rating.value is not None
        and (session is None or rating.session <= session.number)
    ]


def _measure(scale: Scale, ratings: list[Rating]) -> MeasureFact:
    latest = ratings[-1]
    before = ratings[-2] if len(ratings) > 1 else None
    assert latest.value is not None
    return MeasureFact(
        label=scale.name,
        value=latest.value,
        session=latest.session,
        previous=before.value if before else None,
        previous_session=before.session if before else None,
        minimum=scale.minimum,
        maximum=scale.maximum,
        outcome=scale.role == "outcome",
        validated=scale.validated,
    )
