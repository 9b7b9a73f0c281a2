"""The brief: what to know before the door opens, read in 30 seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapport.alerts.queries import SettledRisk, open_of, settled_risks, told_next
from rapport.alliance.models import Standing
from rapport.alliance.queries.parts import (
    Attendance,
    ComingScore,
    Computed,
    GoalLine,
    Mark,
    MeasuredLine,
    PromiseLine,
    RiskLine,
    Strip,
    SuggestionCard,
    WordsLine,
)
from rapport.alliance.queries.readings import (
    attendance_of,
    card_of,
    computed_of,
    goal_line,
    in_first_five,
    last_session,
    marks_of,
    risk_line,
    said_of,
    standing_of,
)
from rapport.alliance.queries.stages import current_stage
from rapport.goals.queries import goals_of, promises_of
from rapport.measures.forms import WEEK_CHECK
from rapport.measures.queries import (
    CheckInState,
    Dyad,
    band_of,
    check_in_states,
    client_words,
    revealed_ratings,
    scales_in_use,
    validated,
)
from rapport.people.access import places_in
from rapport.people.models import Client, Relationship, Session
from rapport.scheduling.queries import AppointmentRow, next_for
from rapport.science.assessment import Assessment, Suggestion, Withheld
from rapport.science.history import Rating
from rapport.science.outcomes import change_on
from rapport.science.things_to_try import QUESTIONS
from rapport.science.wording import construct_words, number

EARLIER_WORDS = 3


@dataclass(frozen=True, slots=True)
class ClientChoice:
    """One client of the relationship, for switching between the dyads of a couple."""

    client_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything on the brief, sentences ready to be read.

    ``session_number`` is the session to come. ``headline`` is what changed since the last
    one, or what the client answered ahead of the next; "" where the suggestion says so already.
    ``gap`` is how the two sides' ratings differ ("" when there is nothing to compare, or the
    headline says it already), ``question`` the one question to ask. ``words`` and wishes are
    the client's since the last session, newest first, and ``earlier`` those before. ``settled``
    are risks that were dealt with since the two last met; ``measured`` is what assigned measures
    have come to. ``computed`` is ``None`` before the first assessment; the page then shows what
    there is and says so.
    """

    relationship_id: UUID
    client_id: UUID
    client_name: str
    clients: tuple[ClientChoice, ...]
    track: str
    stage: str
    interpreter_name: str
    appointment_id: UUID | None
    starts_at: datetime | None
    session_number: int
    headline: str
    words: tuple[WordsLine, ...]
    earlier: tuple[WordsLine, ...]
    coming: tuple[ComingScore, ...]
    measured: tuple[MeasuredLine, ...]
    gap: str
    goal: GoalLine | None
    promises: tuple[PromiseLine, ...]
    question: str
    suggestion: SuggestionCard | None
    risks: tuple[RiskLine, ...]
    settled: tuple[SettledRisk, ...]
    marks: tuple[Mark, ...]
    first_five: bool
    strip: Strip
    first_five_step: str
    attendance: Attendance
    computed: Computed | None


def brief_for(
    relationship: Relationship,
    *,
    client: Client,
    at: datetime,
    appointment: AppointmentRow | None = None,
) -> Brief:
    """The brief of one dyad already obtained: reads what is stored, computes nothing."""
    last = last_session(relationship)
    number = last.number if last else 0
    standing = standing_of(relationship, client)
    said = said_of(standing)
    planned = appointment or next_for(relationship, at=at)
    dyad = Dyad(relationship.id, client.id)
    held, ahead = (relationship.id, number), (relationship.id, number + 1)
    states = check_in_states([held, ahead], at=at)
    coming = _coming(dyad, number, at) if _answered(states[ahead], client) else ()
    risks = open_risks(relationship, client)
    settled = settled_risks(relationship.id, client.id, last_session=number)
    words, earlier = _words(dyad, last, at)
    suggestion = card_of(relationship, client, said)
    goals = goals_of(relationship, client_id=client.id)
    return Brief(
        relationship_id=relationship.id,
        client_id=client.id,
        client_name=client.name,
        clients=choices_in(relationship),
        track=relationship.track,
        stage=current_stage(relationship),
        interpreter_name=relationship.interpreter.name if relationship.interpreter else "",
        appointment_id=planned.id if planned else None,
        starts_at=planned.starts_at if planned else None,
        session_number=number + 1,
        headline=_headline(said, coming),
        words=words,
        earlier=earlier,
        coming=coming,
        measured=_measured(said, {(score.measure, score.scale) for score in coming}),
        gap=gap_beside(standing, said),
        goal=next((goal_line(goal) for goal in goals if goal.in_focus), None),
        promises=tuple(
            PromiseLine(row.id, row.words, row.made_at_session, row.kept)
            for row in promises_of(relationship, client_id=client.id)
        ),
        question=_question(said, [*risks, *settled]),
        suggestion=suggestion,
        risks=risks,
        settled=settled,
        marks=marks_of(
            states[held],
            client_id=client.id,
            with_interpreter=relationship.interpreter_id is not None,
        ),
        first_five=in_first_five(number),
        strip=said.first_five.slots if said else (),
        first_five_step=said.first_five.step if said else "",
        attendance=attendance_of(relationship, last),
        computed=computed_of(standing, last=number),
    )


def choices_in(relationship: Relationship) -> tuple[ClientChoice, ...]:
    """The clients of a relationship already obtained."""
    return tuple(
        ClientChoice(place.client_id, place.client.name) for place in places_in(relationship)
    )


def open_risks(relationship: Relationship, client: Client) -> tuple[RiskLine, ...]:
    """The open risk alerts of one dyad."""
    waiting = [
        row
        for row in open_of([relationship.id])
        if row.kind == "risk" and row.client_id == client.id
    ]
    told = told_next(waiting)
    return tuple(risk_line(row, told_next=told.get(row.owner_id, "")) for row in waiting)


def gap_beside(standing: Standing | None, said: Assessment | None) -> str:
    """The gap, unless the headline or the suggestion says so already."""
    if standing is None or said is None or standing.gap == said.headline:
        return ""
    if _repeats(said.suggestion, standing.gap):
        return ""
    return standing.gap


def _coming(dyad: Dyad, last: int, at: datetime) -> tuple[ComingScore, ...]:
    """What the client answered ahead of the next session, each beside the time before."""
    ratings = [rating for rating in revealed_ratings(dyad, at=at) if rating.rater == "client"]
    ahead = [r for r in ratings if r.session > last and r.value is not None]
    before = {(r.measure, r.scale): r.value for r in ratings if r.session <= last}
    changes = _changes(ratings, {(r.measure, r.scale) for r in ahead})
    scales = scales_in_use(ahead)
    return tuple(
        ComingScore(
            measure=scale.measure,
            scale=scale.scale,
            label=scale.label or scale.construct.replace("_", " "),
            value=rating.value,
            previous=before.get(scale.key),
            minimum=scale.minimum,
            maximum=scale.maximum,
            higher_is_better=scale.higher_is_better,
            validated=scale.validated,
            band=band_of(*scale.key, rating.value),
            change=changes.get(scale.key, ""),
        )
        for rating in ahead
        if rating.value is not None and (scale := scales[rating.measure, rating.scale])
    )


def _measured(said: Assessment | None, newer: set[tuple[str, str]]) -> tuple[MeasuredLine, ...]:
    """What was assigned and has been scored, but for what a newer answer stands beside."""
    return tuple(
        MeasuredLine(
            label=change.label,
            band=band_of(change.measure, change.scale, change.last),
            sentence=change.sentence,
            validated=validated(change.measure, change.scale),
        )
        for change in (said.changes if said else ())
        if change.measure != WEEK_CHECK and (change.measure, change.scale) not in newer
    )


def _changes(ratings: list[Rating], keys: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What became of these scales since each was first rated, where that can be told."""
    told = {}
    for key, scale in scales_in_use(ratings).items():
        given = {r.session: r.value for r in ratings if (r.measure, r.scale) == key}
        if key in keys and scale.role == "outcome":
            change = change_on(scale, "client", given)
            if change is not None and not isinstance(change.reliable, Withheld):
                told[key] = change.sentence
    return told


def _answered(states: Iterable[CheckInState], client: Client) -> bool:
    return any(
        state.state == "given" and state.moment == "before" and state.client_id == client.id
        for state in states
    )


def _words(
    dyad: Dyad, last: Session | None, at: datetime
) -> tuple[tuple[WordsLine, ...], tuple[WordsLine, ...]]:
    """What the client wrote since the last session was held, and the latest of what was before."""
    lines = [
        WordsLine(said.session_number, said.words, said.at, said.wish)
        for said in client_words(dyad, at=at)
    ]
    new = [line for line in lines if last is None or line.at >= last.held_at]
    return tuple(new), tuple(line for line in lines if line not in new)[:EARLIER_WORDS]


def _headline(said: Assessment | None, coming: tuple[ComingScore, ...]) -> str:
    """The largest change of what was answered ahead, else what the engine says of last time."""
    moved = [score for score in coming if score.moved is not None]
    if moved:
        return _moved(max(moved, key=lambda score: abs(score.moved or 0)))
    return said.headline if said and not _repeats(said.suggestion, said.headline) else ""


def _repeats(suggestion: Suggestion | None, told: str) -> bool:
    """Whether a suggestion says in other words what a sentence tells."""
    if suggestion is None:
        return False
    construct = construct_words(suggestion.key.removeprefix("apart_"))
    mark = {"rupture_client": "clearly lower than", "ratings_missing": "no alliance rating"}
    return mark.get(suggestion.key, f"{construct} lower than you did") in told


def _moved(score: ComingScore) -> str:
    if not score.moved:
        return "This week was answered as last time."
    way = "better" if (score.moved > 0) == score.higher_is_better else "worse"
    before, now = number(score.previous or 0), number(score.value)
    return f"{score.label} is {way} than last time: {now}, after {before}."


def _question(said: Assessment | None, risks: Sequence[RiskLine | SettledRisk]) -> str:
    """A risk of this week is what to ask about; the gravest stands first."""
    if risks:
        passed_over = risks[0].severity == "unanswered"
        return QUESTIONS["risk_unanswered" if passed_over else "risk"]
    return said.question if said else ""
