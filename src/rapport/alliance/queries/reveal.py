"""The reveal: a sentence first, the two sides' ratings of one session second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rapport.alliance.history import facts_of, gap_sentence
from rapport.measures.queries import check_in_states
from rapport.people.models import Client, Relationship
from rapport.science.history import History


@dataclass(frozen=True, slots=True)
class RevealRow:
    """One construct as both sides rated it, in scale units."""

    construct: str
    label: str
    client_value: float | None
    therapist_value: float | None
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class Reveal:
    """What both sides said of one session; empty rows while it is sealed."""

    session_number: int
    sealed: bool
    sentence: str
    rows: tuple[RevealRow, ...]


def reveal_for(
    relationship: Relationship, *, client: Client, session_number: int, at: datetime
) -> Reveal:
    """What both sides said of one session, once nobody can be swayed by it any more."""
    states = check_in_states([(relationship.id, session_number)], at=at)
    sealed = any(
        state.state == "waiting" and state.rater in {"client", "therapist"}
        for state in states[relationship.id, session_number]
        if state.two_sided and state.client_id == client.id
    )
    if sealed:
        return Reveal(session_number, sealed=True, sentence="", rows=())
    facts = facts_of(relationship, client=client, at=at).history.until(session_number)
    return Reveal(
        session_number,
        sealed=False,
        sentence=gap_sentence(facts, session_number),
        rows=_rows(facts, session_number),
    )


def _rows(facts: History, session: int) -> tuple[RevealRow, ...]:
    found = {(r.measure, r.scale, r.rater): r.value for r in facts.ratings if r.session == session}
    return tuple(
        RevealRow(
            construct=scale.construct,
            label=scale.label or scale.construct.replace("_", " "),
            client_value=found.get((*key, "client")),
            therapist_value=found.get((*key, "therapist")),
            minimum=scale.minimum,
            maximum=scale.maximum,
        )
        for key, scale in facts.scales.items()
        if scale.role == "relationship" and {(*key, "client"), (*key, "therapist")} & found.keys()
    )
