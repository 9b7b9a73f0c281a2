"""How many drop out by each session, where others end as planned and some are still here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.columns import Columns
from rapport.science.dropout.rows import DROPOUT, PLANNED, Floats, Ints, Rows, read_rows
from rapport.science.dropout.terms import normal_quantile
from rapport.science.refusals import TooFewError

__all__ = ["Incidence", "IncidencePoint", "cumulative_incidence", "incidence_of", "last_rows"]


@dataclass(frozen=True, slots=True)
class IncidencePoint:
    """The state of all clients after one session (or time).

    ``dropout``, ``planned`` and ``staying`` are shares that sum to 1, the first two each with a
    standard error, dropout with a 95 % interval. ``dropout_if_censored`` is 1 − Kaplan–Meier,
    which takes planned endings as censored and is too high where there are any.
    """

    time: float
    at_risk: int
    dropouts: int
    planned_endings: int
    dropout: float
    dropout_se: float
    low: float
    high: float
    planned: float
    planned_se: float
    staying: float
    dropout_if_censored: float


@dataclass(frozen=True, slots=True)
class Incidence:
    """The cumulative incidence, one point for each time at which anybody ended."""

    people: int
    dropouts: int
    planned_endings: int
    points: tuple[IncidencePoint, ...]


@dataclass(slots=True, eq=False)
class _Shares:
    """Shares in the three states, and what one more of each kind of client would do to them."""

    staying: float
    dropout: float
    planned: float
    kaplan_meier: float
    pull: Floats  # (3, kinds)


def cumulative_incidence(columns: Columns, *, person: str, stop: str, event: str) -> Incidence:
    r"""Estimate the cumulative incidence of dropout and of planned ending.

    Parameters
    ----------
    columns
        One row for each session held, or one for each client with the last session.
    person, stop, event
        Columns of the client, the session number and how the row ended: 0 goes on (in a client's
        last row: still in therapy), 1 dropped out, 2 ended as planned.

    Raises
    ------
    BadColumnError
        See :func:`rapport.science.dropout.rows.read_rows`.
    TooFewError
        Nobody dropped out.

    Notes
    -----
    :math:`\hat F_1(t)=\sum_{u\le t}\hat S(u-)\,d_1(u)/n(u)` with
    :math:`\hat S(t)=\prod_{u\le t}(1-(d_1(u)+d_2(u))/n(u))`. Source: Aalen & Johansen (1978),
    Scand J Stat 5:141-150. Standard errors by the infinitesimal jackknife over clients; the
    interval is symmetric on log(−log(1 − F)). Everybody counts from the first session on.
    Checked against R's ``survfit``.
    """
    rows = last_rows(read_rows(columns, person=person, stop=stop, event=event))
    return incidence_of(rows.stop, rows.ending)


def last_rows(rows: Rows) -> Rows:
    """Keep each client's last row, in order of client: how far they came and how it ended."""
    order = np.lexsort((-rows.stop, rows.person))
    return rows.only(order[np.unique(rows.person[order], return_index=True)[1]])


def incidence_of(last: Floats, ending: Ints) -> Incidence:
    """Estimate from each client's last session (n,) and ending (n,); see above."""
    if not (ending == DROPOUT).any():
        raise TooFewError("A cumulative incidence", "dropouts", needs=1, has=0)
    kinds, counts = np.unique(np.column_stack([last, ending]), axis=0, return_counts=True)
    until, how = kinds.T
    shares = _Shares(1.0, 0.0, 0.0, 1.0, np.zeros((3, counts.size)))
    points = []
    for time in np.unique(until[how > 0]):
        here = until >= time
        at_risk = int(counts[here].sum())
        happens = [(until == time) & (how == cause) for cause in (DROPOUT, PLANNED)]
        dropouts, planned = (int(counts[which].sum()) for which in happens)
        moves = [(which - here * (counts[which].sum() / at_risk)) / at_risk for which in happens]
        _pass(shares, moves, dropouts / at_risk, planned / at_risk)
        points.append(_point(float(time), at_risk, (dropouts, planned), shares, counts))
    return Incidence(
        people=int(counts.sum()),
        dropouts=int((ending == DROPOUT).sum()),
        planned_endings=int((ending == PLANNED).sum()),
        points=tuple(points),
    )


def _pass(shares: _Shares, moves: list[Floats], dropout: float, planned: float) -> None:
    """Let one time pass: the chain rule for the product of transitions, by kind of client."""
    stay, out, done = shares.pull
    shares.pull = np.stack(
        [
            stay * (1 - dropout - planned) - shares.staying * (moves[0] + moves[1]),
            out + stay * dropout + shares.staying * moves[0],
            done + stay * planned + shares.staying * moves[1],
        ]
    )
    shares.dropout += shares.staying * dropout
    shares.planned += shares.staying * planned
    shares.kaplan_meier *= 1 - dropout
    shares.staying *= 1 - dropout - planned


def _point(
    time: float,
    at_risk: int,
    ended: tuple[int, int],
    shares: _Shares,
    counts: Ints,
) -> IncidencePoint:
    _, dropout_se, planned_se = np.sqrt(shares.pull**2 @ counts).tolist()
    low, high = _interval(shares.dropout, dropout_se)
    return IncidencePoint(
        time=time,
        at_risk=at_risk,
        dropouts=ended[0],
        planned_endings=ended[1],
        dropout=shares.dropout,
        dropout_se=dropout_se,
        low=low,
        high=high,
        planned=shares.planned,
        planned_se=planned_se,
        staying=max(shares.staying, 0.0),
        dropout_if_censored=1 - shares.kaplan_meier,
    )


def _interval(share: float, se: float) -> tuple[float, float]:
    if not 0 < share < 1 or se == 0:
        return share, share
    rate = -np.log1p(-share)
    reach = normal_quantile(0.975) * se / ((1 - share) * rate)
    low, high = -np.expm1(-rate * np.exp([-reach, reach]))
    return float(low), float(high)
