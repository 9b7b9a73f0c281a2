"""The course a client was expected to take, session by session, with its band.

The model is a straight line in log(session) with unknown noise, updated in closed form from six
running sums. Each session's band is computed before that session's rating is added, so it can
only know earlier sessions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapport.science.assessment import CoursePoint, Direction, ExpectedCourse
from rapport.science.change import t_quantile
from rapport.science.priors import CoursePrior, course_prior
from rapport.science.timeline import Line, Timeline
from rapport.science.wording import noun, percent, possessive

BAND_LEVEL = 0.80
BAND_TAIL = (1 - BAND_LEVEL) / 2
MINIMUM_WITHOUT_PRIOR = 3


class Forecast(NamedTuple):
    """A Student-t prediction of one rating: ``sd`` is its scale, ``df`` its freedom."""

    session: int
    mean: float
    sd: float
    df: int

    def reach(self, tail: float) -> float:
        """Distance from the mean that is exceeded on one side with probability ``tail``."""
        return t_quantile(1 - tail, self.df) * self.sd


class CourseState:
    """Running sums of one client's course: n, Σt, Σt², Σr, Σtr, Σr², with t = log(session).

    ``r`` is the rating minus the prior's centre (minus the first rating where there is none, so
    that large scores cancel nothing away).

    Notes
    -----
    With prior precisions Λ₀ = diag(λ_centre, λ_slope) in units of 1/σ², the posterior is
    Λ = Λ₀ + ZᵀZ, b = Λ⁻¹Zᵀr, ν = ν₀ + n (less one where the centre is free) and
    s² = (ν₀·noise² + Σr² − bᵀZᵀr)/ν. The next rating is Student-t with ν degrees of freedom,
    mean centre + zᵀb and squared scale s²(1 + zᵀΛ⁻¹z). This is conjugate Bayesian linear
    regression (Gelman et al., Bayesian Data Analysis, 3rd ed., section 14.2); with σ² known it is
    the BLUP of a random intercept and slope. Checked against the matrix form in numpy.
    """

    __slots__ = (
        "_centre",
        "_known",
        "_l0",
        "_l1",
        "_prior",
        "_worth",
        "n",
        "sr",
        "srr",
        "st",
        "str_",
        "stt",
    )

    def __init__(self, prior: CoursePrior) -> None:
        self._prior = prior
        self._centre = prior.centre
        self._l0, self._l1 = prior.centre_precision, prior.slope_precision
        self._known = prior.noise_worth * (prior.noise or 0.0) ** 2
        self._worth = prior.noise_worth - (prior.centre is None)
        self.n = 0
        self.st = self.stt = self.sr = self.str_ = self.srr = 0.0

    def add(self, session: int, value: float) -> None:
        """Take in one rating."""
        if self._centre is None:
            self._centre = value
        t = math.log(session)
        r = value - self._centre
        self.n += 1
        self.st += t
        self.stt += t * t
        self.sr += r
        self.str_ += t * r
        self.srr += r * r

    def forecast(self, session: int) -> Forecast | None:
        """Predict the rating at ``session``; ``None`` while too little is known for a band."""
        centre, n, st, sr, str_ = self._centre, self.n, self.st, self.sr, self.str_
        if centre is None or (self._prior.noise is None and n < MINIMUM_WITHOUT_PRIOR):
            return None
        q00, q11 = self._l0 + n, self._l1 + self.stt
        det = q00 * q11 - st * st
        b0 = (q11 * sr - st * str_) / det
        b1 = (q00 * str_ - st * sr) / det
        df = self._worth + n
        s2 = (self._known + self.srr - b0 * sr - b1 * str_) / df
        if s2 <= 0:
            return None
        t = math.log(session)
        spread = 1.0 + (q11 - 2 * t * st + t * t * q00) / det
        return Forecast(session, centre + b0 + b1 * t, math.sqrt(s2 * spread), df)


def forecasts(
    line: Line, prior: CoursePrior, sessions: Sequence[int] | None = None
) -> tuple[Forecast | None, ...]:
    """Return the forecast of each of ``sessions`` (by default the rated) from ratings before it."""
    state = CourseState(prior)
    rated = dict(zip(line.sessions, line.values, strict=True))
    found: list[Forecast | None] = []
    for session in line.sessions if sessions is None else sessions:
        found.append(state.forecast(session))
        if session in rated:
            state.add(session, rated[session])
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A line with the forecast of every session held, and of the next."""

    line: Line
    prior: CoursePrior
    by_session: dict[int, Forecast | None]

    def at_ratings(self) -> tuple[Forecast | None, ...]:
        """The forecasts of the line's own ratings, in its order."""
        return tuple([self.by_session[session] for session in self.line.sessions])


def outlooks(timeline: Timeline) -> tuple[Outlook, ...]:
    """Return the outlook of every alliance and outcome line, outcomes last."""
    watched = [
        line
        for line in timeline.lines.values()
        if line.scale.role == "outcome" or line.scale.construct == "alliance"
    ]
    watched.sort(key=lambda line: (line.scale.role == "outcome", line.scale.key, line.rater))
    sessions = [*(s.number for s in timeline.sessions), timeline.last + 1]
    found = []
    for line in watched:
        prior = course_prior(line.scale)
        predicted = forecasts(line, prior, sessions)
        found.append(Outlook(line, prior, dict(zip(sessions, predicted, strict=True))))
    return tuple(found)


def expected_course(outlook: Outlook) -> ExpectedCourse:
    """Return the expected course that an outlook draws, with its band."""
    line = outlook.line
    rated = dict(zip(line.sessions, line.values, strict=True))
    bounds = line.bounds
    points = [
        _point(forecast, session, rated.get(session), bounds)
        for session, forecast in outlook.by_session.items()
    ]
    return ExpectedCourse(
        construct=line.scale.construct,
        measure=line.scale.measure,
        scale=line.scale.scale,
        label=line.name,
        rater=line.rater,
        higher_is_better=line.scale.higher_is_better,
        level=BAND_LEVEL,
        points=tuple(points),
        priors_in_use=outlook.prior.text,
        sentence=_sentence(line, points),
    )


def _point(
    forecast: Forecast | None, session: int, value: float | None, bounds: tuple[float, float]
) -> CoursePoint:
    if forecast is None:
        return CoursePoint(session, value, None, None, None, None)
    reach = forecast.reach(BAND_TAIL)
    low, high = forecast.mean - reach, forecast.mean + reach
    outside: Direction | None = None
    if value is not None and not low <= value <= high:
        outside = "above" if value > high else "below"
    middle, (floor, ceiling) = forecast.mean, bounds
    if low < floor or high > ceiling:  # nobody can score outside the scale
        low, middle, high = (min(max(x, floor), ceiling) for x in (low, middle, high))
    return CoursePoint(session, value, middle, low, high, outside)


def _sentence(line: Line, points: list[CoursePoint]) -> str:
    what = f"{possessive(line.rater)} {_rated(line)}"
    seen = [p for p in points if p.observed is not None]
    if not seen:
        return f"There is no scorable rating of {what} yet."
    last = seen[-1]
    if last.low is None:
        return (
            f"It is too early to say what to expect of {what}: a band needs "
            f"{MINIMUM_WITHOUT_PRIOR} earlier ratings that differ."
        )
    place = {
        "above": "higher than expected",
        "below": "lower than expected",
        None: "where it was expected to be",
    }[last.outside]
    return (
        f"At session {last.session}, {what} was {place} "
        f"({last.observed:.1f}; {percent(BAND_LEVEL)} band {last.low:.1f} to {last.high:.1f})."
    )


def _rated(line: Line) -> str:
    """The bare noun after a possessive: "your client's alliance rating"."""
    kind = "rating" if line.scale.role == "relationship" else "score"
    return f"{noun(line.scale.construct)} {kind}"
