"""Suggestions that may become an alert: worse outcome, and falls in the alliance."""

from __future__ import annotations

from collections.abc import Callable

from rapport.science.assessment import (
    ExpectedCourse,
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
from rapport.science.wording import construct_words, number, percent


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
    """The last two ratings of an outcome both lie on the worse side of their band."""
    return next(
        (
            _off_course(course)
            for course in evidence.courses
            if course.construct != "alliance"
            and course.rater == "client"
            and twice_outside(course, evidence.timeline.last)
        ),
        None,
    )


def twice_outside(course: ExpectedCourse, last: int) -> bool:
    """Say whether the last two rated points, the later at ``last``, lie outside, worse."""
    worse = "below" if course.higher_is_better else "above"
    rated = [p for p in course.points if p.observed is not None][-2:]
    return len(rated) == 2 and rated[-1].session == last and all(p.outside == worse for p in rated)


def _off_course(course: ExpectedCourse) -> Suggestion:
    rated = [p for p in course.points if p.observed is not None][-2:]
    return Suggestion(
        key="outcome_off_course",
        kind="attention",
        sentence=f"Ask about {construct_words(course.construct)}: your client's score was "
        "worse than expected at the last two ratings.",
        rule=f"Two ratings running lie on the worse side of the {percent(course.level)} band.",
        inputs=tuple(
            Input(f"session {p.session}", f"{p.observed:.1f}; band {p.low:.1f} to {p.high:.1f}")
            for p in rated
        ),
        uncertainty=f"Where the course's assumptions hold, {percent(course.level)} of ratings fall "
        f"inside the band. {course.priors_in_use}",
        false_alarm_rate=false_alarm_rate("outcome_twice_outside"),
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
