"""Clients who began as this one did, and the course that theirs took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rapport.science.refusals import (
    BadColumnError,
    ConstantColumnError,
    ImpossibleArgumentError,
    TooFewError,
)

Floats = NDArray[np.float64]

NEIGHBOURS = 25
LEAST_NEIGHBOURS = 20
# Neighbours still in treatment from whom a session's mean and spread are worth showing.
LEAST_AT_SESSION = 10


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """``index`` (k,) points into the clients given, nearest first; ``distance`` (k,) in SDs."""

    index: NDArray[np.intp]
    distance: Floats


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourCourse:
    """Mean, SD (divisor n − 1) and number of neighbours rated at each session kept."""

    sessions: NDArray[np.intp]
    mean: Floats
    sd: Floats
    n: NDArray[np.intp]


def nearest_clients(intake: ArrayLike, others: ArrayLike, k: int = NEIGHBOURS) -> Neighbours:
    r"""Find the ``k`` clients whose intake was most like this one's.

    Parameters
    ----------
    intake : array_like of float, shape (p,)
        This client's intake variables.
    others : array_like of float, shape (clients, p)
        Those of earlier clients, without this one; a client with a missing value (NaN) is left
        out.
    k : int
        How many, 20 to 30 in the studies.

    Returns
    -------
    Neighbours
        Ties go to the client who stands first.

    Raises
    ------
    ImpossibleArgumentError
        Where ``k`` is below 20.
    TooFewError
        Where fewer than ``k`` clients have all variables.
    BadColumnError
        Where the widths differ or ``intake`` is not finite; ``ConstantColumnError`` for a variable
        that does not vary.

    Notes
    -----
    Euclidean distance after each variable is divided by its standard deviation (divisor n − 1)
    over the clients used. Source: Lutz et al. (2005), J Consult Clin Psychol 73:904-913. Checked
    against the distances written out in R.
    """
    own, pool = np.asarray(intake, dtype=np.float64), np.asarray(others, dtype=np.float64)
    if own.ndim != 1 or pool.ndim != 2 or pool.shape[1] != len(own):
        raise BadColumnError("intake", "has other variables than the earlier clients.")
    if not np.isfinite(own).all():
        raise BadColumnError("intake", "holds no finite number.")
    complete = np.flatnonzero(np.isfinite(pool).all(axis=1))
    if k < LEAST_NEIGHBOURS:
        raise ImpossibleArgumentError(
            f"{k} neighbours were asked for: at least {LEAST_NEIGHBOURS} make a course."
        )
    if len(complete) < k:
        what = "earlier clients with all intake variables"
        raise TooFewError("A course of nearest neighbours", what, needs=k, has=len(complete))
    used = pool[complete]
    spread = used.std(axis=0, ddof=1)
    if not spread.all():
        raise ConstantColumnError(f"intake variable {int(np.argmin(spread)) + 1}")
    distance = np.sqrt((((used - own) / spread) ** 2).sum(axis=1))
    nearest = np.argsort(distance, kind="stable")[:k]
    return Neighbours(complete[nearest], distance[nearest])


def neighbour_course(ratings: ArrayLike) -> NeighbourCourse:
    """Average the neighbours' ratings session by session.

    Parameters
    ----------
    ratings : array_like of float, shape (k, sessions)
        Column 0 is session 1; NaN where a neighbour gave none or had ended.

    Returns
    -------
    NeighbourCourse
        Sessions at which fewer than ten neighbours were rated are left out: those who stay long
        are not like those who began.

    Raises
    ------
    TooFewError
        Where no session has ten ratings.
    """
    given = np.asarray(ratings, dtype=np.float64)
    n = np.isfinite(given).sum(axis=0)
    kept = np.flatnonzero(n >= LEAST_AT_SESSION)
    if not len(kept):
        what = "neighbours rated at one session"
        raise TooFewError(
            "A course of nearest neighbours",
            what,
            needs=LEAST_AT_SESSION,
            has=int(n.max(initial=0)),
        )
    columns = given[:, kept]
    return NeighbourCourse(
        sessions=kept + 1,
        mean=np.nanmean(columns, axis=0),
        sd=np.nanstd(columns, axis=0, ddof=1),
        n=n[kept],
    )
