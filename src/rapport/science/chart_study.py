"""How often control charts speak of a client whose course is just what it was expected to be.

The classic chart takes a client's own mean as its centre, the other what a mixed model expects from
the sessions before. Whole-series rules are here for comparison with published figures; live use
takes limits from earlier sessions only (``rupture``).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

import numpy as np
from numpy.typing import NDArray

from rapport.science.course_batch import forecast_all, gather_states
from rapport.science.course_model import CourseState, ExpectedCourseModel
from rapport.science.refusals import TooFewError
from rapport.science.rupture import CLASSIC_LIMIT, LOOSE, MOVING_RANGE

Floats = NDArray[np.float64]

CHART_LIMIT = 2.5
# Fewer ratings give neither a spread nor a moving range worth the name.
LEAST_RATINGS = 4


@dataclass(frozen=True, slots=True)
class ChartRates:
    """Flags per session on the higher side where nothing happened, and the normal tail."""

    classic: float
    innovation: float
    nominal: float
    sessions: int


@dataclass(frozen=True, slots=True)
class EverFlagged:
    """Shares of series in which a rule ever speaks, its limits taken from the whole series."""

    own_sd: float
    larger_sd: float
    classic_chart: float
    series: int


def chart_rates(
    rng: np.random.Generator, model: ExpectedCourseModel, clients: int, sessions: int
) -> ChartRates:
    r"""Draw courses from a model and count what the two charts flag.

    Parameters
    ----------
    rng
        The only source of chance.
    model
        What is true; all clients have the same intake, and the first session is charted too.
    clients, sessions
        How many courses, of how many sessions.

    Notes
    -----
    A session is flagged beyond 2.5 deviations: of the classic chart from the client's mean, with
    :math:`\hat\sigma = \overline{|\Delta|}/1.128`; of the other chart the standardised innovation.
    """
    ratings = _drawn(rng, model, clients, sessions)
    moved = np.abs(np.diff(ratings, axis=1)).mean(axis=1, keepdims=True) / MOVING_RANGE
    classic = (ratings - ratings.mean(axis=1, keepdims=True)) / moved
    return ChartRates(
        classic=float((classic > CHART_LIMIT).mean()),
        innovation=float((_innovations(model, ratings) > CHART_LIMIT).mean()),
        nominal=0.5 * math.erfc(CHART_LIMIT / math.sqrt(2)),
        sessions=ratings.size,
    )


def _drawn(
    rng: np.random.Generator, model: ExpectedCourseModel, clients: int, sessions: int
) -> Floats:
    a, b, c = model.random
    own = rng.multivariate_normal([0.0, 0.0], [[a, b], [b, c]], clients)
    at = range(1, sessions + 1)
    shared = np.array([model.expected(model.intake_mean, session) for session in at])
    noise = model.residual_sd * rng.standard_normal((clients, sessions))
    drawn: Floats = shared + own[:, :1] + own[:, 1:] * np.log(at) + noise
    return drawn


def _innovations(model: ExpectedCourseModel, ratings: Floats) -> Floats:
    """Each rating's distance from its forecast, in the forecast's standard deviations."""
    clients = np.arange(len(ratings))
    intake = np.full(len(ratings), model.intake_mean)
    states = np.zeros((len(ratings), len(CourseState._fields)))
    found = np.empty_like(ratings)
    for column, given in enumerate(ratings.T):
        session = np.full(len(ratings), column + 1)
        forecast = forecast_all(model, states, intake, session)
        found[:, column] = (given - forecast.mean) / forecast.sd
        states += gather_states(model, clients, intake, session, given)
    return found


def ever_flagged(series: Sequence[Sequence[float]]) -> EverFlagged:
    """Count the series in which each whole-series rule ever speaks.

    Parameters
    ----------
    series
        One sequence of ratings a relationship, higher better. The SD between relationships is of
        the means of all; only those of four ratings or more are counted.

    Raises
    ------
    TooFewError
        With fewer than two relationships of four ratings.
    """
    long = [values for values in series if len(values) >= LEAST_RATINGS]
    if len(long) < 2:
        what = f"relationships of {LEAST_RATINGS} ratings"
        raise TooFewError("A count of flagged relationships", what, needs=2, has=len(long))
    between = stdev([fmean(values) for values in series if values])
    return EverFlagged(
        own_sd=fmean(_fell(values, LOOSE * stdev(values)) for values in long),
        larger_sd=fmean(_fell(values, LOOSE * max(stdev(values), between)) for values in long),
        classic_chart=fmean(_below_chart(values) for values in long),
        series=len(long),
    )


def _fell(values: Sequence[float], by: float) -> bool:
    return any(before - after >= by for before, after in itertools.pairwise(values))


def _below_chart(values: Sequence[float]) -> bool:
    moves = [abs(after - before) for before, after in itertools.pairwise(values)]
    return min(values) < fmean(values) - CLASSIC_LIMIT * fmean(moves) / MOVING_RANGE
