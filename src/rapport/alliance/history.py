"""One dyad's facts as the engine reads them: what was held, revealed, and agreed.

Ratings come from ``measures.queries.revealed_ratings`` only, so nothing sealed is ever computed
from. A Week Check for a session that is still to come waits until that session is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rapport.alliance.in_use import courses_in_use
from rapport.goals.queries import goal_facts
from rapport.measures.queries import Dyad, open_sessions, revealed_ratings, scales_in_use
from rapport.people.models import Client, Relationship, Session
from rapport.science.gaps import Gap, gaps
from rapport.science.history import History, Rating
from rapport.science.history import Session as Held
from rapport.science.timeline import timeline
from rapport.science.wording import construct_words, ordinal


@dataclass(frozen=True, slots=True)
class Facts:
    """A history, the last session held in it, and the ratings of the session to come."""

    history: History
    last: Session | None
    coming: tuple[Rating, ...]

    @property
    def as_of(self) -> int:
        return self.last.number if self.last else 0


def facts_of(relationship: Relationship, *, client: Client, at: datetime) -> Facts:
    """Gather everything that may be read of one dyad at this moment."""
    sessions = list(Session.objects.filter(relationship=relationship).order_by("number"))
    held = {session.number for session in sessions}
    ratings = revealed_ratings(Dyad(relationship.id, client.id), at=at)
    goals, goal_ratings = goal_facts(relationship, client_id=client.id)
    zone = ZoneInfo(relationship.practice.timezone)
    return Facts(
        history=History(
            relationship=f"{relationship.id}/{client.id}",
            sessions=tuple(
                Held(s.number, s.held_at.astimezone(zone).date(), s.missed_before) for s in sessions
            ),
            ratings=tuple(rating for rating in ratings if rating.session in held),
            goals=goals,
            goal_ratings=goal_ratings,
            scales=scales_in_use(ratings),
            models=courses_in_use(),
            open_sessions=open_sessions(Dyad(relationship.id, client.id), at=at) & held,
        ),
        last=sessions[-1] if sessions else None,
        coming=tuple(rating for rating in ratings if rating.session not in held),
    )


def gap_sentence(facts: History, session: int) -> str:
    """How the two sides' ratings of one session differ; "" where only one side rated it."""
    found = gaps(timeline(facts, session))
    if found:
        return _apart(found[0])
    sides = {
        rating.rater
        for rating in facts.ratings
        if rating.session == session
        and facts.scales[rating.measure, rating.scale].role != "outcome"
    }
    if {"client", "therapist"} <= sides:
        return f"You and your client rated session {session} much alike."
    return ""


def _apart(gap: Gap) -> str:
    side = "lower" if gap.client_lower else "higher"
    return (
        f"Your client rated {construct_words(gap.construct)} {side} than you did, "
        f"for the {ordinal(gap.times)} time."
    )
