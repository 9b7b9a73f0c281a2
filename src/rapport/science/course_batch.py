"""The expected course of many clients at once: what ``course_model`` does for one, in NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.science.course_model import CourseState, ExpectedCourseModel
from rapport.science.refusals import BadColumnError, ImpossibleArgumentError

Floats = NDArray[np.float64]
# Clients taken at a time, so that what is worked on stays in the processor's cache.
AT_ONCE = 8_192


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """Normal predictions of one rating of each client; both of shape (clients,)."""

    mean: Floats
    sd: Floats


def gather_states(
    model: ExpectedCourseModel,
    client: ArrayLike,
    intake: ArrayLike,
    session: ArrayLike,
    rating: ArrayLike,
) -> Floats:
    """Add up all ratings into the five sums of each client.

    Parameters
    ----------
    model : ExpectedCourseModel
    client : array_like of int, shape (n,)
        Whose rating each is, from 0 to clients − 1.
    intake : array_like of float, shape (clients,)
        First ratings, in scale units.
    session, rating : array_like of float, shape (n,)
        Ratings after the first and their sessions, in any order; a missing one is NaN and is left
        out.

    Returns
    -------
    ndarray, shape (clients, 5)
        A :class:`CourseState` a row. Sums add: states of separate sessions may be added up.

    Raises
    ------
    BadColumnError
        For a session below 1, a code with no client, or columns that differ in length.

    Notes
    -----
    Checked against :meth:`ExpectedCourseModel.after` one rating at a time.
    """
    whose, severity = np.asarray(client, dtype=np.intp), np.asarray(intake, dtype=np.float64)
    when, y = np.asarray(session, dtype=np.float64), np.asarray(rating, dtype=np.float64)
    if not whose.shape == when.shape == y.shape:
        raise BadColumnError("rating", "differs in length from the clients or the sessions.")
    if len(when) and not when.min() >= 1:
        raise BadColumnError("session", "holds a number below 1.")
    if len(whose) and not 0 <= whose.min() <= whose.max() < len(severity):
        raise BadColumnError("client", f"holds a code outside 0 to {len(severity) - 1:,}.")
    given = ~np.isnan(y)
    whose, t, y = whose[given], np.log(when[given]), y[given]
    b0, b1, b2, b3 = model.fixed
    s = severity[whose] - model.intake_mean
    r = y - (b0 + b2 * s + (b1 + b3 * s) * t)
    sums = (np.bincount(whose, weights, len(severity)) for weights in (None, t, t * t, r, t * r))
    return np.stack([np.asarray(column, dtype=np.float64) for column in sums], axis=1)


def forecast_all(
    model: ExpectedCourseModel, states: ArrayLike, intake: ArrayLike, session: ArrayLike
) -> Forecasts:
    """Predict one rating of each client; see :meth:`ExpectedCourseModel.forecast`.

    Parameters
    ----------
    model : ExpectedCourseModel
    states : array_like of float, shape (clients, 5)
    intake : array_like of float, shape (clients,)
    session : array_like of float, shape (clients,)
        The session to predict, from 1.

    Raises
    ------
    ImpossibleArgumentError
        Where the shapes do not fit, or a session is below 1.

    Notes
    -----
    Checked against the forecast of one client at a time.
    """
    known, first = np.asarray(states, dtype=np.float64), np.asarray(intake, dtype=np.float64)
    at = np.asarray(session, dtype=np.float64)
    n = len(first)
    if known.shape != (n, len(CourseState._fields)) or at.shape != (n,):
        raise ImpossibleArgumentError("States, intakes and sessions must be of the same clients.")
    if n and not at.min() >= 1:
        raise ImpossibleArgumentError("A session to predict must be 1 or later.")
    mean, sd = np.empty(n), np.empty(n)
    for start in range(0, n, AT_ONCE):
        some = slice(start, start + AT_ONCE)
        mean[some], variance = _moments(
            model,
            np.ascontiguousarray(known[some].T),
            first[some] - model.intake_mean,
            np.log(at[some]),
        )
        np.sqrt(variance, out=sd[some])
    return Forecasts(mean, sd)


def _moments(model: ExpectedCourseModel, sums: Floats, s: Floats, t: Floats) -> tuple[Floats, ...]:
    """Mean and variance; the letters are those of ``ExpectedCourseModel.forecast``."""
    b0, b1, b2, b3 = model.fixed
    d00, d01, d11 = model.random
    v, s2 = model.fixed_covariance, model.residual_sd**2
    s00, s01, s11 = sums[:3] / s2
    r0, r1 = sums[3:] / s2
    a00, a01 = 1 + d00 * s00 + d01 * s01, d00 * s01 + d01 * s11
    a10, a11 = d01 * s00 + d11 * s01, 1 + d01 * s01 + d11 * s11
    det = 1 / (a00 * a11 - a01 * a10)
    w0, w1 = (a11 - t * a10) * det, (t * a00 - a01) * det
    # z'P = w'D: the row that both the mean and the variance need.
    p0, p1 = w0 * d00 + w1 * d01, w0 * d01 + w1 * d11
    mean = b0 + b2 * s + (b1 + b3 * s) * t + p0 * r0 + p1 * r1
    m00 = v[0][0] + s * (2 * v[0][2] + s * v[2][2])
    m01 = v[0][1] + s * (v[0][3] + v[1][2] + s * v[2][3])
    m11 = v[1][1] + s * (2 * v[1][3] + s * v[3][3])
    fixed = w0 * (w0 * m00 + 2 * w1 * m01) + w1 * w1 * m11
    return mean, p0 + p1 * t + s2 + fixed
