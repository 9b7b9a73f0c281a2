"""Falls in the alliance that may be ruptures, and whether they were repaired.

Four rules read the same line of ratings. Only the control chart on the innovations of the
expected course may alert; the others stand beside it for comparison. Every limit comes from
earlier sessions only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rapport.science.assessment import Input, RepairState, RuptureFlag, RuptureRule
from rapport.science.false_alarms import false_alarm_rate
from rapport.science.forecast import Forecast
from rapport.science.timeline import Line, Timeline
from rapport.science.trajectory import Outlook
from rapport.science.wording import construct_words, subject

ALERTING_RULE: RuptureRule = "innovation"
# One-sided tail of a normal deviate beyond 2.5: what the chart raises when its model is right.
INNOVATION_TAIL = 0.0062097
STRICT, LOOSE = 2.0, 1.0
CLASSIC_LIMIT = 2.0
# Mean absolute successive difference of independent normal values, in standard deviations.
MOVING_RANGE = 1.128
MINIMUM_EARLIER = 3
REPAIR_MARGIN = 0.25
REPAIR_WITHIN = 3

RULE_TEXTS: dict[RuptureRule, str] = {
    "innovation": (
        "The rating fell, to a level we would see in fewer than 6 of 1,000 ratings if nothing "
        "had happened."
    ),
    "larger_sd_strict": (
        "The rating fell since the one before by at least two standard deviations, the larger "
        "of this person's own and the one assumed between people."
    ),
    "larger_sd_loose": (
        "The rating fell since the one before by at least one standard deviation, the larger "
        "of this person's own and the one assumed between people."
    ),
    "classic_chart": (
        "The rating fell to more than two chart deviations below the mean of the earlier ratings."
    ),
}


class Fall(NamedTuple):
    """One marked rating: its index, the limit it passed, and the spread it was held against.

    ``fell_from`` is the index of the last rating before the fall began.
    """

    at: int
    fell_from: int
    limit: float
    spread: float
    inputs: tuple[Input, ...]


def rising(line: Line) -> tuple[float, ...]:
    """Return the values turned so that higher is better."""
    return line.values if line.scale.higher_is_better else tuple(-v for v in line.values)


def innovation_falls(
    values: tuple[float, ...], predicted: tuple[Forecast | None, ...], sign: int = 1
) -> Iterator[Fall]:
    """Yield falls below the one-sided limit of their own forecast.

    ``values`` are turned so that higher is better; ``predicted`` are forecasts in scale units
    and ``sign`` turns them the same way.
    """
    for index, (value, forecast) in enumerate(zip(values, predicted, strict=True)):
        if forecast is None or value >= values[index - 1] or value >= sign * forecast.mean:
            continue
        limit = sign * forecast.mean - forecast.reach(INNOVATION_TAIL)
        if value < limit:
            yield Fall(
                index,
                index - 1,
                sign * limit,
                forecast.sd,
                (
                    Input("expected", f"{forecast.mean:.2f}"),
                    Input("limit", f"{sign * limit:.2f}"),
                    Input("earlier ratings", str(index)),
                ),
            )


def larger_sd_falls(
    values: tuple[float, ...], between: float, multiple: float, sign: int = 1
) -> Iterator[Fall]:
    """Yield falls of at least ``multiple`` × max(own SD of earlier ratings, ``between``)."""
    mean = squares = previous = 0.0
    for index, value in enumerate(values):
        if index >= MINIMUM_EARLIER and value < previous:
            spread = max(math.sqrt(squares / (index - 1)), between)
            limit = previous - multiple * spread
            if value <= limit:
                yield Fall(
                    index,
                    index - 1,
                    sign * limit,
                    spread,
                    (
                        Input("fall", f"{previous - value:.2f}"),
                        Input("standard deviation", f"{spread:.2f}"),
                        Input("earlier ratings", str(index)),
                    ),
                )
        step = value - mean
        mean += step / (index + 1)
        squares += step * (value - mean)
        previous = value


def classic_falls(values: tuple[float, ...], multiple: float, sign: int = 1) -> Iterator[Fall]:
    """Yield falls below mean − ``multiple`` × mean|Δ|/1.128 of the earlier ratings."""
    total = moved = 0.0
    for index, value in enumerate(values):
        if index >= MINIMUM_EARLIER and moved > 0 and value < values[index - 1]:
            centre = total / index
            spread = moved / (index - 1) / MOVING_RANGE
            limit = centre - multiple * spread
            if value < limit:
                yield Fall(
                    index,
                    index - 1,
                    sign * limit,
                    spread,
                    (
                        Input("mean of earlier ratings", f"{sign * centre:.2f}"),
                        Input("limit", f"{sign * limit:.2f}"),
                        Input("earlier ratings", str(index)),
                    ),
                )
        total += value
        moved += abs(value - values[index - 1]) if index else 0.0


def falls(outlook: Outlook) -> Iterator[tuple[RuptureRule, Fall]]:
    """Yield every fall of a line with the rule that marks it."""
    line, between = outlook.line, outlook.basis.between
    values = rising(line)
    sign = 1 if line.scale.higher_is_better else -1
    found: dict[RuptureRule, Iterable[Fall]] = {
        "innovation": innovation_falls(values, outlook.at_ratings(), sign),
        "classic_chart": classic_falls(values, CLASSIC_LIMIT, sign),
    }
    if between is not None:
        loose = list(larger_sd_falls(values, between, LOOSE, sign))
        found["larger_sd_loose"] = loose
        if loose:  # a strict fall is always a loose one too
            found["larger_sd_strict"] = larger_sd_falls(values, between, STRICT, sign)
    for rule, marked in found.items():
        for fall in _joined(marked, values):
            yield rule, fall


def _joined(marked: Iterable[Fall], values: tuple[float, ...]) -> Iterator[Fall]:
    """Let a fall that follows one not yet repaired count from where the first began."""
    first: Fall | None = None
    for fall in marked:
        if first is None or max(values[first.at : fall.at]) >= _level_before(first, values):
            first = fall
        yield fall._replace(fell_from=first.fell_from)


def _level_before(fall: Fall, values: tuple[float, ...]) -> float:
    """The level that counts as back: .25 SD below the rating before the fall."""
    return values[fall.fell_from] - REPAIR_MARGIN * fall.spread


def ruptures(
    timeline: Timeline, watched: Iterable[Outlook], repair_within: int = REPAIR_WITHIN
) -> tuple[RuptureFlag, ...]:
    """Return every flag on the alliance, each rater apart, in session order."""
    alliance = timeline.alliance
    if alliance is None:
        return ()
    flags = [
        _flag(outlook, rule, fall, timeline.last, repair_within)
        for outlook in watched
        if outlook.line.scale.key == alliance.key
        for rule, fall in falls(outlook)
    ]
    return tuple(sorted(flags, key=lambda f: (f.session, f.rater, not f.alerting, f.rule)))


def _flag(outlook: Outlook, rule: RuptureRule, fall: Fall, last: int, within: int) -> RuptureFlag:
    line = outlook.line
    repair, repaired_at = repaired(line, fall, last, within)
    return RuptureFlag(
        session=line.sessions[fall.at],
        rater=line.rater,
        construct=line.scale.construct,
        measure=line.scale.measure,
        scale=line.scale.scale,
        rule=rule,
        alerting=rule == ALERTING_RULE,
        value=line.values[fall.at],
        previous=line.values[fall.at - 1],
        limit=fall.limit,
        rule_text=RULE_TEXTS[rule],
        inputs=fall.inputs,
        false_alarm_rate=false_alarm_rate(rule, line.rater, own_model=outlook.by_own_model),
        repair=repair,
        repaired_at=repaired_at,
        sentence=_sentence(line, fall, _outcome(repair, repaired_at, within)),
    )


def repaired(line: Line, fall: Fall, last: int, within: int) -> tuple[RepairState, int | None]:
    """Say whether ratings came back to within .25 SD of the level before the fall.

    The SD is the spread that the rule held the fall against; ``within`` counts sessions held
    after the fall, rated or not. While fewer have been held, the question is open.
    """
    values = rising(line)
    level = _level_before(fall, values)
    fell_at = line.sessions[fall.at]
    for session, value in zip(line.sessions[fall.at + 1 :], values[fall.at + 1 :], strict=True):
        if session > fell_at + within:
            break
        if value >= level:
            return "repaired", session
    return ("open" if last < fell_at + within else "not_repaired"), None


def _sentence(line: Line, fall: Fall, outcome: str) -> str:
    return (
        f"{subject(line.rater)} rated {construct_words(line.scale.construct)} "
        f"{line.values[fall.at]:.1f} at session {line.sessions[fall.at]}, "
        f"down from {line.values[fall.fell_from]:.1f}; {outcome}."
    )


def _outcome(repair: RepairState, back_at: int | None, within: int) -> str:
    return {
        "repaired": f"it was back by session {back_at}",
        "open": "it has not come back yet",
        "not_repaired": f"it did not come back within {within} sessions",
    }[repair]
