"""The course a client was expected to take, session by session, with its band.

The course is a straight line in log(session), from the practice's own model where it has one, else
from a prior with unknown noise; either is updated in closed form from running sums. Each
session's band is computed before that session's rating is added, so it can only know earlier
sessions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapport.science.assessment import CoursePoint, Direction, ExpectedCourse
from rapport.science.course_model import CourseState, ExpectedCourseModel
from rapport.science.forecast import Forecast
from rapport.science.priors import CoursePrior, course_prior
from rapport.science.timeline import Line, Timeline
from rapport.science.wording import noun, percent, possessive

BAND_LEVEL = 0.80
BAND_TAIL = (1 - BAND_LEVEL) / 2


def forecasts(
    line: Line, prior: CoursePrior, sessions: Sequence[int]
) -> tuple[Forecast | None, ...]:
    """Predict the rating at each of ``sessions`` from the ratings before it.

    Parameters
    ----------
    line, prior
        One rater's ratings on one scale, and what is assumed of their course beforehand.
    sessions
        Session numbers in order, the rated ones among them; shape (n,).

    Returns
    -------
    tuple of Forecast or None, length n
        ``None`` while too little is known for a band: before the first rating at the least, since
        the middle of a scale says nothing about how this person begins.

    Notes
    -----
    Six running sums are kept: n, Σt, Σt², Σr, Σtr, Σr², with t = log(session) and r the rating
    minus the prior's centre (minus the first rating where there is none, so that large scores
    cancel nothing away). With prior precisions Λ₀ = diag(λ_centre, λ_slope) in units of 1/σ²,
    the posterior is Λ = Λ₀ + ZᵀZ, b = Λ⁻¹Zᵀr, ν = ν₀ + n (less one where the centre is free) and
    s² = (ν₀·noise² + Σr² − bᵀZᵀr)/ν. The next rating is Student-t with ν degrees of freedom,
    mean centre + zᵀb and squared scale s²(1 + zᵀΛ⁻¹z). This is conjugate Bayesian linear
    regression (Gelman et al., Bayesian Data Analysis, 3rd ed., section 14.2); with σ² known it is
    the BLUP of a random intercept and slope. Checked against the matrix form in numpy.
    """
    rated = line.by_session()
    centre, l0, l1 = prior.centre, prior.centre_precision, prior.slope_precision
    known, worth = prior.noise_worth * (prior.noise or 0.0) ** 2, prior.noise_worth
    if centre is None:
        worth, centre = worth - 1, line.values[0] if line.values else 0.0
    n, st, stt, sr, str_, srr = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    found: list[Forecast | None] = []
    for session in sessions:
        t, forecast = math.log(session), None
        if n >= prior.least:
            q00, q11 = l0 + n, l1 + stt
            det = q00 * q11 - st * st
            b0, b1 = (q11 * sr - st * str_) / det, (q00 * str_ - st * sr) / det
            df = worth + n
            s2 = (known + srr - b0 * sr - b1 * str_) / df
            if s2 > 0:
                spread = 1.0 + (q11 - 2 * t * st + t * t * q00) / det
                forecast = Forecast(centre + b0 + b1 * t, math.sqrt(s2 * spread), df)
        found.append(forecast)
        value = rated.get(session)
        if value is not None:
            r = value - centre
            n, st, stt = n + 1, st + t, stt + t * t
            sr, str_, srr = sr + r, str_ + t * r, srr + r * r
    return tuple(found)


def model_forecasts(
    line: Line, model: ExpectedCourseModel, sessions: Sequence[int]
) -> tuple[Forecast | None, ...]:
    """Predict as :func:`forecasts` does, by a fitted model.

    The first rating is the model's intake severity: there is no forecast up to it, and it is not
    counted a second time among the ratings that update the course.
    """
    if not line.values:
        return (None,) * len(sessions)
    rated, first, intake = line.by_session(), line.sessions[0], line.values[0]
    state = CourseState()
    found: list[Forecast | None] = []
    for session in sessions:
        if session <= first:
            found.append(None)
            continue
        found.append(model.forecast(state, intake, session))
        value = rated.get(session)
        if value is not None:
            state = model.after(state, intake, session, value)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A line with the forecast of every session held, and of the next, and what they rest on."""

    line: Line
    basis: CoursePrior | ExpectedCourseModel
    by_session: dict[int, Forecast | None]

    @property
    def by_own_model(self) -> bool:
        """Whether the practice's own model is in use."""
        return isinstance(self.basis, ExpectedCourseModel)

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
    return tuple([_outlook(line, sessions) for line in watched])


def _outlook(line: Line, sessions: Sequence[int]) -> Outlook:
    basis: CoursePrior | ExpectedCourseModel
    if line.model is not None:
        basis, predicted = line.model, model_forecasts(line, line.model, sessions)
    else:
        basis = course_prior(line.scale)
        predicted = forecasts(line, basis, sessions)
    return Outlook(line, basis, dict(zip(sessions, predicted, strict=True)))


def expected_course(outlook: Outlook) -> ExpectedCourse:
    """Return the expected course that an outlook draws, with its band."""
    line, points = outlook.line, tuple(_points(outlook))
    return ExpectedCourse(
        construct=line.scale.construct,
        measure=line.scale.measure,
        scale=line.scale.scale,
        label=line.scale.name,
        rater=line.rater,
        higher_is_better=line.scale.higher_is_better,
        level=BAND_LEVEL,
        points=points,
        priors_in_use=outlook.basis.text,
        sentence=_sentence(outlook, points),
    )


def _points(outlook: Outlook) -> Iterator[CoursePoint]:
    rated = outlook.line.by_session()
    floor, ceiling = outlook.line.scale.bounds
    for session, forecast in outlook.by_session.items():
        value = rated.get(session)
        if forecast is None:
            yield CoursePoint(session, value, None, None, None, None)
            continue
        mean, reach = forecast.mean, forecast.reach(BAND_TAIL)
        low, high = mean - reach, mean + reach
        outside: Direction | None = None
        if value is not None and not low <= value <= high:
            outside = "above" if value > high else "below"
        if low < floor or high > ceiling:  # nobody can score outside the scale
            low, high = min(max(low, floor), ceiling), min(max(high, floor), ceiling)
            mean = min(max(mean, floor), ceiling)
        yield CoursePoint(session, value, mean, low, high, outside)


def _sentence(outlook: Outlook, points: tuple[CoursePoint, ...]) -> str:
    what = f"{possessive(outlook.line.rater)} {_rated(outlook.line)}"
    seen = [p for p in points if p.observed is not None]
    if not seen:
        return f"There is no scorable rating of {what} yet."
    last = seen[-1]
    if last.low is None:
        least = outlook.basis.least
        needs = "an earlier rating" if least == 1 else f"{least} earlier ratings that differ"
        return f"It is too early to say what to expect of {what}: a band needs {needs}."
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
