"""Sessions in rows turned into one row a dyad, as models of waves want them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.columns import Columns, codes, numbers, session_numbers
from rapport.science.refusals import BadColumnError, TooFewError

__all__ = ["Panel", "panel", "sessions_of"]

Floats = NDArray[np.float64]
LEAST_DYADS = 30
LEAST_RATINGS = 10


@dataclass(frozen=True, slots=True)
class Panel:
    """``columns`` holds ``x1`` … ``xT`` and ``y1`` … ``yT``, NaN where missing, one row a dyad.

    ``later`` counts rows after session T, which are not used.
    """

    columns: dict[str, Floats]
    sessions: int
    dyads: int
    later: int

    def names(self, variable: str) -> list[str]:
        return [f"{variable}{at}" for at in range(1, self.sessions + 1)]


def panel(columns: Columns, *, dyad: str, session: str, x: str, y: str, sessions: int) -> Panel:
    """Lay out the first ``sessions`` sessions of every dyad.

    Raises
    ------
    BadColumnError
        A column that is absent or holds text, a session that is no whole number from 1, or comes
        twice in a dyad.
    TooFewError
        Fewer than thirty dyads, or than ten ratings in a session.
    """
    whose, number, dyads = sessions_of(columns, dyad, session)
    if dyads < LEAST_DYADS:
        raise TooFewError("A model of waves", "dyads", needs=LEAST_DYADS, has=dyads)
    early = number <= sessions
    laid: dict[str, Floats] = {}
    for variable, name in (("x", x), ("y", y)):
        table = np.full((dyads, sessions), np.nan)
        table[whose[early], number[early] - 1] = numbers(columns, name)[early]
        _enough_each(name, table)
        laid |= {f"{variable}{at + 1}": table[:, at] for at in range(sessions)}
    return Panel(laid, sessions, dyads, int((~early).sum()))


def _enough_each(name: str, table: Floats) -> None:
    for at, given in enumerate((~np.isnan(table)).sum(axis=0).tolist(), start=1):
        if given < LEAST_RATINGS:
            raise TooFewError(
                f"{name!r} in session {at}, to be modelled,",
                "ratings",
                needs=LEAST_RATINGS,
                has=given,
            )


def sessions_of(
    columns: Columns, dyad: str, session: str
) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Whose session each row is, counted from 0, which, counted from 1, and how many dyads."""
    whose, names = codes(columns, dyad)
    number = session_numbers(columns, session)
    if (whose < 0).any():
        raise BadColumnError(dyad, "is empty in a row: say whose session each is.")
    if np.isnan(number).any():
        raise BadColumnError(session, "is empty in a row: say which session each is.")
    pairs, times = np.unique(np.column_stack([whose, number]), axis=0, return_counts=True)
    if (times > 1).any():
        again = names[int(pairs[np.argmax(times > 1), 0])]
        raise BadColumnError(session, f"holds a session of {again!r} twice.")
    return whose, number.astype(np.intp), len(names)
