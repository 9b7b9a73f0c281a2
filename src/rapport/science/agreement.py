"""Two sides of one relationship: who rates lower, and whether the ratings move together.

Both are descriptions to talk about. The evidence on congruence is contested, so neither is ever
presented as a risk.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from operator import mul, sub

from rapport.science.assessment import Agreement, Congruence, Estimate, Withheld
from rapport.science.change import t_quantile
from rapport.science.history import RELATIONSHIP_CONSTRUCTS, Scale
from rapport.science.timeline import BothSides, Timeline, both_sides
from rapport.science.wording import construct_words, signed

LEVEL = 0.95
DIRECTION_MINIMUM = 3
CONGRUENCE_MINIMUM = 5
NORMAL_975 = 1.959963984540054
ORDER = ("alliance", "goals_and_tasks", "goal", "task", "bond", *RELATIONSHIP_CONSTRUCTS[3:])
PLACES = {construct: place for place, construct in enumerate(ORDER)}

Values = Sequence[float]


def direction(client: Values, therapist: Values) -> Estimate | Withheld:
    """Mean of therapist minus client with its t interval.

    Parameters
    ----------
    client, therapist
        Ratings of the sessions that both rated, in scale units; both of shape (n,).

    Returns
    -------
    Estimate or Withheld
        d̄, SE = s_d/√n and d̄ ± t(.975, n−1)·SE; negative where the therapist rates lower.
        Withheld below :data:`DIRECTION_MINIMUM` sessions.

    Notes
    -----
    The β0 of the truth-and-bias model for a single dyad (West & Kenny, 2011, Psychological Review
    118:357–378). Sessions are taken as exchangeable: with ratings that carry over from one
    session to the next the interval is too narrow. Checked against scipy's paired t interval.
    """
    n = len(client)
    if n < DIRECTION_MINIMUM:
        return _too_few("Who rates lower", DIRECTION_MINIMUM, n)
    differences = list(map(sub, therapist, client))
    mean = sum(differences) / n
    apart = [d - mean for d in differences]
    se = math.sqrt(sum(map(mul, apart, apart)) / (n - 1) / n)
    return _interval(mean, se, n - 1, n)


def congruence(client: Values, therapist: Values) -> Congruence | Withheld:
    """Slope and correlation of the therapist's on the client's ratings, centred in the dyad.

    Parameters
    ----------
    client, therapist
        Ratings of the sessions that both rated, in scale units; both of shape (n,).

    Returns
    -------
    Congruence or Withheld
        b = Σc·t/Σc² with SE = √(Σe²/(n−2)/Σc²) and its t interval; r with Fisher's interval
        tanh(atanh r ± 1.96/√(n−3)), left out where \\|r\\| = 1. Withheld below
        :data:`CONGRUENCE_MINIMUM` sessions and where a side never varied.

    Notes
    -----
    The β1 of the truth-and-bias model for a single dyad (West & Kenny, 2011). Sessions are
    taken as exchangeable, as in :func:`direction`. Checked against scipy's ``linregress``.
    """
    n = len(client)
    if n < CONGRUENCE_MINIMUM:
        return _too_few("Whether the two ratings move together", CONGRUENCE_MINIMUM, n)
    for who, values in (("client", client), ("therapist", therapist)):
        if values.count(values[0]) == n:
            return Withheld("no_variation", _FLAT_SIDE.format(who=who))
    c, t = _centred(client), _centred(therapist)
    scc, stt, sct = sum(map(mul, c, c)), sum(map(mul, t, t)), sum(map(mul, c, t))
    if scc * stt == 0:  # differences so small that their squares vanish
        return Withheld("no_variation", _FLAT_BOTH)
    slope = sct / scc
    residual = max(0.0, stt - slope * sct)
    estimate = _interval(slope, math.sqrt(residual / (n - 2) / scc), n - 2, n)
    return _with_correlation(estimate, sct / math.sqrt(scc) / math.sqrt(stt), n)


_FLAT_SIDE = (
    "The {who} gave the same rating each time, so nothing can be said about how the two ratings "
    "move together."
)
_FLAT_BOTH = "The ratings hardly varied, so nothing can be said about how they move together."


def _centred(values: Values) -> list[float]:
    mean = sum(values) / len(values)
    return [value - mean for value in values]


def _with_correlation(slope: Estimate, r: float, n: int) -> Congruence:
    r = max(-1.0, min(1.0, r))
    if abs(r) > 1 - 1e-12:
        return Congruence(slope, r, None, None)
    z, reach = math.atanh(r), NORMAL_975 / math.sqrt(n - 3)
    return Congruence(slope, r, math.tanh(z - reach), math.tanh(z + reach))


def _interval(value: float, se: float, df: int, n: int) -> Estimate:
    reach = t_quantile((1 + LEVEL) / 2, df) * se
    return Estimate(value, se, value - reach, value + reach, LEVEL, n)


def _too_few(what: str, needs: int, has: int) -> Withheld:
    sessions = "session" if has == 1 else "sessions"
    return Withheld(
        "too_few",
        f"{what} needs at least {needs} sessions rated by both; there "
        f"{'is' if has == 1 else 'are'} {has or 'no'} such {sessions}.",
        needs,
        has,
    )


def agreements(timeline: Timeline) -> tuple[Agreement, ...]:
    """Return agreement per construct, bond apart from goals and tasks taken together."""
    lines = {
        line.scale.key: line
        for line in timeline.lines.values()
        if line.scale.role == "relationship" and line.rater != "interpreter"
    }
    rated = [(line.scale, both_sides(timeline, key)) for key, line in lines.items()]
    found = [_agreement(scale.construct, scale.measure, scale.name, both) for scale, both in rated]
    found += [
        _agreement("goals_and_tasks", measure, "Goals and way of working", both)
        for measure, both in _goals_and_tasks(rated)
    ]
    return tuple(sorted(found, key=lambda a: (_place(a.construct), a.measure, a.label)))


def _place(construct: str) -> int:
    return PLACES.get(construct, len(PLACES))


def _goals_and_tasks(rated: list[tuple[Scale, BothSides]]) -> Iterator[tuple[str, BothSides]]:
    """The mean of goal and task on each side, per measure that has both."""
    for goal, goals in rated:
        for task, tasks in rated:
            if (goal.construct, task.construct, task.measure) == ("goal", "task", goal.measure):
                yield goal.measure, _means(goals, tasks)


def _means(one: BothSides, other: BothSides) -> BothSides:
    """The mean of two scales on each side, at the sessions where both sides gave both."""
    rows = {session: values for session, *values in zip(*other, strict=True)}
    both = [
        (session, (c + rows[session][0]) / 2, (t + rows[session][1]) / 2)
        for session, c, t in zip(*one, strict=True)
        if session in rows
    ]
    return BothSides(*zip(*both, strict=True)) if both else BothSides((), (), ())


def _agreement(construct: str, measure: str, label: str, both: BothSides) -> Agreement:
    way = direction(both.client, both.therapist)
    together = congruence(both.client, both.therapist)
    words = construct_words(construct)
    return Agreement(
        construct=construct,
        measure=measure,
        label=label,
        n=len(both.sessions),
        direction=way,
        congruence=together,
        sentence=f"{_direction_sentence(way, words)} {_congruence_sentence(together)}".strip(),
    )


def _direction_sentence(way: Estimate | Withheld, words: str) -> str:
    if isinstance(way, Withheld):
        return way.sentence
    low, high = sorted((abs(way.low), abs(way.high)))
    if way.low <= 0 <= way.high and way.se > 0:
        return (
            f"On {words}, there is no clear difference between your ratings and your "
            f"client's ({signed(way.value)}; 95 % interval {signed(way.low)} to "
            f"{signed(way.high)}; {way.n} sessions)."
        )
    if way.value == 0:
        return f"You and your client rated {words} the same at all {way.n} sessions."
    side = "lower" if way.value < 0 else "higher"
    return (
        f"You rate {words} {side} than your client does, by {abs(way.value):.1f} on "
        f"average (95 % interval {low:.1f} to {high:.1f}; {way.n} sessions)."
    )


def _congruence_sentence(together: Congruence | Withheld) -> str:
    if isinstance(together, Withheld):
        # Below the lower minimum the first sentence has said that there are too few sessions.
        few = together.reason == "too_few" and (together.has or 0) < DIRECTION_MINIMUM
        return "" if few else together.sentence
    slope = together.slope
    interval = f"95 % interval {signed(slope.low)} to {signed(slope.high)}"
    if slope.low <= 0 <= slope.high and slope.se > 0:
        return f"It is not clear whether the two ratings move together ({interval} for each 1)."
    way = "rises" if slope.value > 0 else "falls"
    return (
        f"When your client's rating rises by 1, yours {way} by {abs(slope.value):.1f} ({interval})."
    )
