"""One plain sentence on what changed since last time, and one question to ask."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from rapport.science.assessment import Suggestion, Withheld
from rapport.science.evidence import Evidence
from rapport.science.gaps import Gap, notable
from rapport.science.things_to_try import QUESTIONS
from rapport.science.timeline import Line, Timeline
from rapport.science.wording import construct_words, noun, ordinal, sentence_case

Finding = Callable[[Evidence], str | None]


def headline(evidence: Evidence) -> str:
    """Return the first of the findings below that applies; one always does."""
    if not evidence.timeline.sessions:
        return "You have not met yet."
    return next(said for finding in FINDINGS if (said := finding(evidence)) is not None)


def question(evidence: Evidence, suggestion: Suggestion | None) -> str:
    """Return the question that goes with the suggestion, else with the session."""
    if not evidence.timeline.sessions:
        return QUESTIONS["start"]
    if suggestion is None:
        return QUESTIONS["otherwise"]
    topic = suggestion.key
    if topic not in QUESTIONS:
        topic = _TOPICS.get(topic, topic.split("_", maxsplit=1)[0])
    return QUESTIONS[topic]


_TOPICS = {
    "ratings_missing": "missing",
    "appointment_missed": "missed",
    "sudden_gain": "gain",
    "goal_focus": "goal",
}


def _fall(evidence: Evidence) -> str | None:
    last = evidence.timeline.last
    for flag in evidence.ruptures:
        if flag.alerting and flag.session == last and flag.rater == "client":
            return (
                f"Your client rated {construct_words(flag.construct)} {flag.value:.1f}, clearly "
                f"lower than earlier ratings led to expect (last time {flag.previous:.1f})."
            )
    return None


def _client_lower(evidence: Evidence) -> str | None:
    return next((_apart(gap) for gap in evidence.gaps if gap.client_lower), None)


def _client_higher(evidence: Evidence) -> str | None:
    return next((_apart(gap) for gap in evidence.gaps if not gap.client_lower), None)


def _apart(gap: Gap) -> str:
    side = "lower" if gap.client_lower else "higher"
    return (
        f"Your client rated {construct_words(gap.construct)} {side} than you did, "
        f"for the {ordinal(gap.times)} time."
    )


def _repaired(evidence: Evidence) -> str | None:
    for flag in evidence.ruptures:
        if flag.alerting and flag.rater == "client" and flag.repaired_at == evidence.timeline.last:
            return sentence_case(
                f"{construct_words(flag.construct)} is back to where your client rated it before "
                f"the fall at session {flag.session}."
            )
    return None


def _reliable_change(evidence: Evidence) -> str | None:
    """What an outcome has come to, where nobody rates the alliance."""
    if evidence.timeline.alliance is not None:
        return None
    for change in evidence.changes:
        moved = not isinstance(change.reliable, Withheld) and change.reliable.verdict != "unchanged"
        if moved and change.last_session == evidence.timeline.last:
            return change.sentence
    return None


def _off_course(evidence: Evidence) -> str | None:
    for course in evidence.courses:
        if course.construct == "alliance" or course.rater != "client":
            continue
        point = course.points[-2]  # the last is the next session
        if point.outside is not None:
            side = "higher" if point.outside == "above" else "lower"
            return (
                f"Your client's {noun(course.construct)} score was {side} than expected at "
                f"session {point.session}: {point.observed:.1f}, where {point.low:.1f} to "
                f"{point.high:.1f} was likely."
            )
    return None


def _not_rated(evidence: Evidence) -> str | None:
    line = _client_alliance(evidence.timeline)
    last = evidence.timeline.last
    if evidence.timeline.alliance is None and evidence.changes:
        return evidence.changes[0].sentence
    if line is not None and last in line.given:
        if line.given[last] is not None:
            return None
        return f"Your client's check-in for session {last} has too many gaps to be scored."
    if last in evidence.timeline.open_sessions:
        return f"Session {last} can still be rated; both ratings are shown once both are in."
    return f"There is no alliance rating from your client for session {last}."


def _moved(evidence: Evidence) -> str:
    """The alliance since the client's last rating; this one always has something to say."""
    line = _client_alliance(evidence.timeline)
    if line is None or len(line.values) < 2:
        first = chain(line.values if line else (), [0.0])
        return f"Your client rated the alliance for the first time: {next(first):.1f}."
    before, now = line.values[-2], line.values[-1]
    step = notable(line.scale, line)
    if step is not None and abs(now - before) >= step:
        side = "higher" if now > before else "lower"
        return (
            f"Your client rated the alliance {side} than last time: {now:.1f}, after {before:.1f}."
        )
    return (
        f"Little changed: your client rated the alliance {now:.1f}, after {before:.1f} last time."
    )


def _client_alliance(timeline: Timeline) -> Line | None:
    alliance = timeline.alliance
    return timeline.line(alliance, "client") if alliance else None


FINDINGS: tuple[Finding, ...] = (
    _fall,
    _client_lower,
    _repaired,
    _reliable_change,
    _off_course,
    _not_rated,
    _client_higher,
    _moved,
)
