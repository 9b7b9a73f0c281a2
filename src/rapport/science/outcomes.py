"""Change on each outcome scale since the first rating, and what the scale's facts let one say."""

from __future__ import annotations

from rapport.science import change
from rapport.science.assessment import (
    ClinicalChange,
    OutcomeChange,
    ReliableChange,
    SuddenGain,
    Withheld,
)
from rapport.science.history import Cells, Rater, Scale
from rapport.science.timeline import Line, Timeline
from rapport.science.wording import noun, number, possessive, sentence_case

GAIN_RULE = (
    "A sudden gain is at least the reliable change, at least a quarter of the score before it, "
    "and clear of the ratings' own spread before and after."
)


def outcome_changes(timeline: Timeline) -> tuple[OutcomeChange, ...]:
    """Return the change on every outcome line that holds a scorable rating."""
    return tuple(
        outcome_change(line)
        for line in timeline.lines.values()
        if line.scale.role == "outcome" and line.values
    )


def change_on(scale: Scale, rater: Rater, given: Cells) -> OutcomeChange | None:
    """Return the change on one scale, or ``None`` where fewer than two ratings are scorable."""
    sessions = tuple(session for session in sorted(given) if given[session] is not None)
    values = tuple(value for session in sessions if (value := given[session]) is not None)
    return outcome_change(Line(scale, rater, sessions, values, given)) if len(values) > 1 else None


def outcome_change(line: Line) -> OutcomeChange:
    """Return the change since the first rating of a line that holds a scorable one."""
    first, last = line.values[0], line.values[-1]
    reliable = reliable_change(line)
    gains, note = _gains(line, reliable)
    return OutcomeChange(
        construct=line.scale.construct,
        measure=line.scale.measure,
        scale=line.scale.scale,
        label=line.scale.name,
        rater=line.rater,
        n=len(line.values),
        first_session=line.sessions[0],
        first=first,
        last_session=line.sessions[-1],
        last=last,
        change=last - first,
        better=None if last == first else (last > first) == line.scale.higher_is_better,
        reliable=reliable,
        clinical=_clinical(line, reliable),
        sudden_gains=gains,
        sudden_gains_note=note,
        sentence=_sentence(line, reliable),
    )


def reliable_change(line: Line) -> ReliableChange | Withheld:
    """Hold the change since the first rating against a published threshold, else the RCI."""
    scale, name = line.scale, noun(line.scale.construct)
    if len(line.values) < 2:
        return Withheld("too_few", f"Change in {name} needs at least 2 ratings; there is 1.", 2, 1)
    first, last, better = line.values[0], line.values[-1], scale.higher_is_better
    if scale.reliable_change is not None:
        threshold = scale.reliable_change
        verdict = change.verdict_by_threshold(
            first, last, threshold=threshold, higher_is_better=better
        )
        return ReliableChange(verdict, threshold, None, "published threshold")
    if scale.reliability is None or scale.source_sd is None:
        return Withheld("missing_fact", _missing_fact(scale))
    index = change.reliable_change(
        first, last, sd=scale.source_sd, reliability=scale.reliability, higher_is_better=better
    )
    return ReliableChange(index.verdict, index.threshold, index.rci, "reliable change index, 95 %")


def _missing_fact(scale: Scale) -> str:
    lacking = [
        words
        for words, fact in (
            ("a reliability", scale.reliability),
            ("a standard deviation of the sample that it came from", scale.source_sd),
        )
        if fact is None
    ]
    return (
        f"Reliable change in {noun(scale.construct)} is not known: the scale declares no "
        f"published threshold, and lacks {' and '.join(lacking)}."
    )


def _clinical(line: Line, reliable: ReliableChange | Withheld) -> ClinicalChange | Withheld:
    """Classify by the published cut-off and reliable change together."""
    cutoff = line.scale.clinical_cutoff
    if isinstance(reliable, Withheld):
        return reliable
    if cutoff is None:
        return Withheld(
            "missing_fact",
            f"Clinical significance in {noun(line.scale.construct)} is not known: the scale "
            "declares no cut-off between people in treatment and people who are not.",
        )
    first, last, better = line.values[0], line.values[-1], line.scale.higher_is_better
    return ClinicalChange(
        verdict=change.classify(
            first, last, reliable=reliable.verdict, cutoff=cutoff, higher_is_better=better
        ),
        cutoff=cutoff,
        started_clinical=change.is_clinical(first, cutoff=cutoff, higher_is_better=better),
        now_clinical=change.is_clinical(last, cutoff=cutoff, higher_is_better=better),
    )


def _gains(line: Line, reliable: ReliableChange | Withheld) -> tuple[tuple[SuddenGain, ...], str]:
    """Sudden gains by session number, and the rule or why none can be looked for."""
    if isinstance(reliable, Withheld):
        return (), f"Sudden gains are not looked for: {reliable.sentence}"
    first = line.sessions[0]
    by_session: list[float | None] = [None] * (line.sessions[-1] - first + 1)
    for session, value in zip(line.sessions, line.values, strict=True):
        by_session[session - first] = value
    try:
        found = change.sudden_gains(
            by_session,
            cutoff=reliable.threshold,
            higher_is_better=line.scale.higher_is_better,
        )
    except change.TooFewRatingsError as few:
        return (), str(few)
    gains = (SuddenGain(first + g.at, first + g.at + 1, g.before, g.after) for g in found)
    return tuple(gains), GAIN_RULE


def _sentence(line: Line, reliable: ReliableChange | Withheld) -> str:
    what = sentence_case(f"{possessive(line.rater)} {noun(line.scale.construct)} score")
    if len(line.values) < 2:
        return (
            f"{what} was {number(line.values[0])} at session {line.sessions[0]}; one rating so far."
        )
    if line.values[0] == line.values[-1]:
        return f"{what} is {number(line.values[-1])}, as at the start."
    moved = f"{what} went from {number(line.values[0])} to {number(line.values[-1])}"
    if isinstance(reliable, Withheld):
        return f"{moved}; whether that is more than measurement error is not known."
    return {
        "improved": f"{moved}: a reliable improvement.",
        "worsened": f"{moved}: reliably worse.",
        "unchanged": f"{moved}: no more than measurement error could give.",
    }[reliable.verdict]
