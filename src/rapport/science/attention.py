"""Suggestions that may become an alert: worse outcome, and falls in the alliance."""

from __future__ import annotations

from collections.abc import Callable

from rapport.science.assessment import (
    FalseAlarmRate,
    Input,
    OutcomeChange,
    ReliableChange,
    RuptureFlag,
    Suggestion,
)
from rapport.science.evidence import Evidence
from rapport.science.false_alarms import false_alarm_rate
from rapport.science.history import Rater
from rapport.science.things_to_try import THINGS_TO_TRY
from rapport.science.trajectory import Outlook
from rapport.science.wording import construct_words, number, percent

# One-sided: the worse edge of a 90 % band, stricter than the 80 % that is drawn. Why: see
# docs/methods/engine.md.
LIMIT_TAIL = 0.05


def reliably_worse(evidence: Evidence) -> Suggestion | None:
    """The outcome moved the wrong way by more than measurement error explains."""
    for change in evidence.changes:
        found = change.reliable
        current = change.rater == "client" and change.last_session == evidence.timeline.last
        if current and isinstance(found, ReliableChange) and found.verdict == "worsened":
            return _reliably_worse(change, found)
    return None


def _reliably_worse(change: OutcomeChange, found: ReliableChange) -> Suggestion:
    return Suggestion(
        key="outcome_reliably_worse",
        kind="attention",
        sentence=f"Ask about {construct_words(change.construct)}: your client's score is "
        "reliably worse than at the start.",
        rule=f"The score moved the wrong way by at least the reliable change of "
        f"{found.threshold:g} ({found.source}).",
        inputs=(
            Input(f"session {change.first_session}", number(change.first)),
            Input(f"session {change.last_session}", number(change.last)),
            Input("reliable change", f"{found.threshold:g}"),
        ),
        uncertainty="Measurement error alone seldom moves a score this far; other causes, such as "
        "a hard week, are not ruled out.",
        false_alarm_rate=FalseAlarmRate(
            None, None, "Not known for this scale when it is looked at every session."
        ),
        things_to_try=THINGS_TO_TRY["outcome"],
    )


def outcome_off_course(evidence: Evidence) -> Suggestion | None:
    """The last two ratings of an outcome both lie beyond their limit on the worse side."""
    for outlook in evidence.outlooks:
        line = outlook.line
        current = line.rater == "client" and line.sessions[-1:] == (evidence.timeline.last,)
        if line.scale.role == "outcome" and current and twice_beyond(outlook, len(line.values)):
            return _off_course(outlook)
    return None


def twice_beyond(outlook: Outlook, n: int) -> bool:
    """Say whether the last two of the first ``n`` ratings lie beyond their limits, worse."""
    return n > 1 and _beyond(outlook, n - 1) and _beyond(outlook, n - 2)


def _beyond(outlook: Outlook, index: int) -> bool:
    line = outlook.line
    limit, value = limit_at(outlook, line.sessions[index]), line.values[index]
    if limit is None:
        return False
    return value < limit if line.scale.higher_is_better else value > limit


def limit_at(outlook: Outlook, session: int) -> float | None:
    """Return the score beyond which a rating is worse than expected, at one session."""
    forecast = outlook.by_session[session]
    if forecast is None:
        return None
    reach = forecast.reach(LIMIT_TAIL)
    better = outlook.line.scale.higher_is_better
    return forecast.mean - reach if better else forecast.mean + reach


def _off_course(outlook: Outlook) -> Suggestion:
    line = outlook.line
    return Suggestion(
        key="outcome_off_course",
        kind="attention",
        sentence=f"Ask about {construct_words(line.scale.construct)}: your client's score was "
        "clearly worse than expected at the last two ratings.",
        rule=f"Two ratings running lie beyond the worse edge of the {percent(1 - 2 * LIMIT_TAIL)} "
        "band of this client's own course.",
        inputs=tuple(
            Input(f"session {session}", f"{value:.1f}; limit {limit_at(outlook, session):.1f}")
            for session, value in zip(line.sessions[-2:], line.values[-2:], strict=True)
        ),
        uncertainty=f"Where the course's assumptions hold, {percent(LIMIT_TAIL)} of ratings lie "
        f"beyond this limit. {outlook.basis.text}",
        false_alarm_rate=false_alarm_rate(
            "outcome_off_course", line.rater, own_model=outlook.by_own_model
        ),
        things_to_try=THINGS_TO_TRY["outcome"],
    )


def rupture_seen_by(rater: Rater) -> Callable[[Evidence], Suggestion | None]:
    """Return the rule for one side's alerting rupture flag at the last session."""

    def rule(evidence: Evidence) -> Suggestion | None:
        last = evidence.timeline.last
        flag = next(
            (f for f in evidence.ruptures if f.alerting and f.rater == rater and f.session == last),
            None,
        )
        return None if flag is None else _rupture(flag)

    return rule


def _rupture(flag: RuptureFlag) -> Suggestion:
    whose = "your client's" if flag.rater == "client" else "your own"
    return Suggestion(
        key=f"rupture_{flag.rater}",
        kind="attention" if flag.rater == "client" else "prompt",
        sentence=f"Ask about the last session: {whose} rating of "
        f"{construct_words(flag.construct)} was clearly lower than earlier ratings led to expect.",
        rule=flag.rule_text,
        inputs=(
            Input("rating", f"{flag.value:.1f}"),
            Input("rating before", f"{flag.previous:.1f}"),
            *flag.inputs,
        ),
        uncertainty="One rating can be low for reasons outside the room; the limit rests on "
        "few sessions early in a relationship.",
        false_alarm_rate=flag.false_alarm_rate,
        things_to_try=THINGS_TO_TRY["rupture"],
    )
