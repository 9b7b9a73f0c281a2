"""The sudden gains of a whole sample, by the rule of :mod:`rapport.science.change`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rapport.science.change import LEAST_RATINGS, SuddenGain, sudden_gains
from rapport.science.columns import Columns, codes, numbers, session_numbers
from rapport.science.refusals import BadColumnError, TooFewError
from rapport.science.sample_change import labels

__all__ = ["PersonGains", "SampleGains", "Series", "gains_of_each", "long_series", "wide_series"]

Series = Mapping[str, Sequence[float | None]]
"""Who, and one score a session in order; ``None`` where there is none."""


@dataclass(frozen=True, slots=True)
class PersonGains:
    """The sudden gains of one person; ``at`` counts from 0, the first session of the series."""

    id: str
    gains: tuple[SuddenGain, ...]


@dataclass(frozen=True, slots=True)
class SampleGains:
    """``n`` people had ratings enough, ``with_gain`` of them a gain; ``left_out`` had too few."""

    n: int
    left_out: int
    with_gain: int
    people: tuple[PersonGains, ...]


def gains_of_each(series: Series, *, cutoff: float, higher_is_better: bool = False) -> SampleGains:
    """Find the sudden gains of everybody with at least four ratings.

    Parameters
    ----------
    series : mapping of str to sequence of float or None
        From :func:`long_series` or :func:`wide_series`.
    cutoff : float
        Least gain between two neighbouring sessions, in scale units, above 0.
    higher_is_better : bool
        Direction of the scale.

    Returns
    -------
    SampleGains
        ``people`` holds those with a gain.

    Raises
    ------
    TooFewError
        Nobody has four ratings.
    ImpossibleFigureError
        A cut-off not above 0.

    Notes
    -----
    Rule, source and limits are those of :func:`rapport.science.change.sudden_gains`, which R
    checks.
    """
    enough = {
        name: scores
        for name, scores in series.items()
        if sum(score is not None for score in scores) >= LEAST_RATINGS
    }
    if not enough:
        raise TooFewError("A search for gains", "person with four ratings", needs=1, has=0)
    found = (
        PersonGains(name, sudden_gains(scores, cutoff=cutoff, higher_is_better=higher_is_better))
        for name, scores in enough.items()
    )
    people = tuple(one for one in found if one.gains)
    return SampleGains(len(enough), len(series) - len(enough), len(people), people)


def long_series(columns: Columns, *, person: str, session: str, score: str) -> Series:
    """Read one row a session; a session number without a row is a gap.

    Raises
    ------
    BadColumnError
        A column is absent, a session is not 1, 2, 3 …, or comes twice for a person.
    """
    who, names = codes(columns, person)
    sessions, scores = session_numbers(columns, session), numbers(columns, score)
    if np.isnan(sessions).any():
        raise BadColumnError(session, "is empty in a row: say which session each is.")
    found: dict[str, list[float | None]] = {}
    for at, name in enumerate(names):
        own = np.flatnonzero(who == at)
        if len(np.unique(sessions[own])) < len(own):
            raise BadColumnError(session, f"holds a session of {name!r} twice.")
        line: list[float | None] = [None] * int(sessions[own].max())
        for row in own:
            line[int(sessions[row]) - 1] = _score(scores[row])
        found[name] = line
    return found


def wide_series(columns: Columns, scores: Sequence[str], *, person: str | None = None) -> Series:
    """Read one row a person and one column a session, in the order of ``scores``.

    Raises
    ------
    BadColumnError
        A column is absent or holds text, or a person comes twice.
    """
    table = np.column_stack([numbers(columns, name) for name in scores])
    names = labels(columns, person, len(table))
    if person is not None and len(set(names)) < len(names):
        raise BadColumnError(person, "names somebody twice: give one row a person.")
    return {name: [_score(value) for value in row] for name, row in zip(names, table, strict=True)}


def _score(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
