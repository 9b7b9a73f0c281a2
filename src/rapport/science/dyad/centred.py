"""Lagged effects by person-mean centring: biased in short therapies, kept for comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science import mixed
from rapport.science.columns import Columns, numbers
from rapport.science.dyad.effects import Effect, effect
from rapport.science.dyad.panel import sessions_of
from rapport.science.dyad.within import taken_apart
from rapport.science.refusals import TooFewError

__all__ = ["WARNING", "CentredLag", "person_mean_centred"]

Floats = NDArray[np.float64]
MODEL = "A lagged model"
LEAST_DYADS = 10
WARNING = (
    "Person-mean centring is badly biased for lagged effects in short therapies: with 5 sessions, "
    "autoregressions of .30 and .40 come out as -.04 and .03, cross-lags of -.10 and -.15 as -.04 "
    "and -.12. Take the RI-CLPM."
)


@dataclass(frozen=True, slots=True)
class CentredLag:
    """What goes before an outcome, within dyads and between them, and why not to trust it.

    ``within`` is the effect of the predictor's deviation from the dyad's own mean at the session
    before, ``between`` that of the mean itself; ``autoregression`` that of the outcome's own
    deviation at the session before, and ``time`` that of the session's logarithm.
    """

    n: int
    dyads: int
    left_out: int
    within: Effect
    between: Effect
    autoregression: Effect
    time: Effect
    warning: str = WARNING


def person_mean_centred(
    columns: Columns,
    *,
    dyad: str,
    session: str,
    predictor: str,
    outcome: str,
    level: float = 0.95,
) -> CentredLag:
    r"""Fit an outcome on both variables at the session before, centred on each dyad's means.

    Parameters
    ----------
    columns : Columns
        One row a session.
    dyad, session : str
        Whose session, and which: a whole number from 1.
    predictor, outcome : str
        Columns of the two variables.
    level : float
        Of the intervals.

    Returns
    -------
    CentredLag
        On the pairs of neighbouring sessions with everything given.

    Raises
    ------
    BadColumnError
        A column that is absent or holds text, or a session twice.
    TooFewError
        Fewer than ten dyads with a pair of neighbouring sessions.
    RefusedFitError
        As :func:`rapport.science.mixed.fit`.

    Notes
    -----
    :math:`y_{ij} = \gamma_0 + u_j + \gamma_1 (x_{i-1,j} - \bar x_j) + \gamma_2 \bar x_j +
    \gamma_3 (y_{i-1,j} - \bar y_j) + \gamma_4 \log i + e_{ij}` by REML, with Satterthwaite's
    degrees of freedom. A dyad's mean holds the outcome itself, so that :math:`\gamma_3`, and with
    it :math:`\gamma_1`, is biased by about the inverse of the number of sessions (Nickell 1981,
    Econometrica 49:1417-1426). Checked against R's lme4.
    """
    rows = _lagged(columns, dyad, session, predictor, outcome)
    if (dyads := len(np.unique(rows["dyad"]))) < LEAST_DYADS:
        what = "dyads with two neighbouring sessions"
        raise TooFewError(MODEL, what, needs=LEAST_DYADS, has=dyads)
    fit = mixed.fit("y ~ x_before + x_mean + y_before + log(session) + (1 | dyad)", rows)

    def term(name: str) -> Effect:
        one = fit.term(name)
        return effect(one.estimate, one.se**2, one.df, level)

    return CentredLag(
        n=fit.n,
        dyads=dyads,
        left_out=len(numbers(columns, outcome)) - fit.n,
        within=term("x_before"),
        between=term("x_mean"),
        autoregression=term("y_before"),
        time=term("log(session)"),
    )


def _lagged(
    columns: Columns, dyad: str, session: str, predictor: str, outcome: str
) -> dict[str, Floats]:
    """Each session that has one before it, with that one's deviations and the dyad's mean."""
    whose, number, dyads = sessions_of(columns, dyad, session)
    y = numbers(columns, outcome)
    x_mean, x_within = taken_apart(numbers(columns, predictor), whose, predictor)
    _, y_within = taken_apart(y, whose, outcome)
    last = int(number.max(initial=0))
    row_of = np.full((dyads, last + 1), -1, dtype=np.intp)
    row_of[whose, number] = np.arange(len(number))
    before = row_of[whose, number - 1]
    now = np.flatnonzero(before >= 0)
    before = before[now]
    rows = {
        "y": y[now],
        "x_before": x_within[before],
        "x_mean": x_mean[now],
        "y_before": y_within[before],
        "session": number[now].astype(np.float64),
        "dyad": whose[now].astype(np.float64),
    }
    whole = ~np.isnan(np.column_stack(list(rows.values()))).any(axis=1)
    return {name: values[whole] for name, values in rows.items()}
