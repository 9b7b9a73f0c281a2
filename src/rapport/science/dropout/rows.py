"""Session rows as the dropout models take them: one row for each stretch a client was here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.columns import Columns, codes, numbers, session_numbers
from rapport.science.refusals import BadColumnError, ConstantColumnError, TooFewError

__all__ = [
    "DROPOUT",
    "PLANNED",
    "Bools",
    "Floats",
    "Ints",
    "Rows",
    "Used",
    "read_rows",
    "refuse_thin",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

DROPOUT, PLANNED = 1, 2
EVENTS_PER_TERM = 5


@dataclass(frozen=True, slots=True)
class Used:
    """What a model was fitted to, and how many rows and dropouts missing values left out."""

    rows: int
    people: int
    events: int
    clusters: int | None
    left_out: int
    events_left_out: int


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Complete rows. ``ending`` is 0 goes on, 1 dropped out, 2 ended as planned after ``stop``.

    ``person`` and ``cluster`` are codes, ``covariates`` has shape (n, p) and the names in
    ``names``. ``left_out`` and ``events_left_out`` count rows and dropouts lost to missing values.
    """

    person: Ints
    start: Floats
    stop: Floats
    ending: Ints
    covariates: Floats
    names: tuple[str, ...]
    cluster: Ints | None
    left_out: int
    events_left_out: int

    @property
    def dropped(self) -> Bools:
        """Whether dropout ended the row, shape (n,)."""
        return np.asarray(self.ending == DROPOUT)

    def ended(self, cause: int) -> int:
        """How many clients ended so; each does at most once."""
        return int(np.unique(self.person[self.ending == cause]).size)

    def used(self, cause: int = DROPOUT) -> Used:
        """Count what a model of one kind of ending has to go by."""
        return Used(
            rows=self.stop.size,
            people=int(np.unique(self.person).size),
            events=self.ended(cause),
            clusters=None if self.cluster is None else int(np.unique(self.cluster).size),
            left_out=self.left_out,
            events_left_out=self.events_left_out,
        )

    def only(self, which: Bools | Ints) -> Rows:
        """Keep some rows, by a mask (n,) or by index; the others do not count as left out."""
        return Rows(
            self.person[which],
            self.start[which],
            self.stop[which],
            self.ending[which],
            self.covariates[which],
            self.names,
            None if self.cluster is None else self.cluster[which],
            self.left_out,
            self.events_left_out,
        )


def read_rows(
    columns: Columns,
    *,
    person: str,
    stop: str,
    event: str,
    covariates: Sequence[str] = (),
    start: str | None = None,
    cluster: str | None = None,
) -> Rows:
    """Read and check session rows; those with a missing value are left out and counted.

    Parameters
    ----------
    columns
        One row for each session held, or for each stretch (``start``, ``stop``].
    person, stop, event
        Columns of the client, of the session number (or the end of the stretch), and of how the
        row ended: 0, 1 or 2 as in :class:`Rows`.
    start
        Column of the beginning of the stretch; without it, ``stop`` counts sessions from 1 and
        the stretch begins one session before.

    Raises
    ------
    BadColumnError
        An absent column, a session that is not 1, 2, 3 …, an unknown code, a stretch that ends
        before it begins, stretches of one client that overlap, or rows after an ending.
    """
    who, labels = codes(columns, person)
    ends = numbers(columns, stop) if start else session_numbers(columns, stop)
    begins = numbers(columns, start) if start else ends - 1
    how = numbers(columns, event)
    _known_endings(how, event)
    wide = [numbers(columns, name) for name in covariates]
    values = np.column_stack(wide) if wide else np.empty((ends.size, 0))
    group = codes(columns, cluster)[0] if cluster else np.zeros(ends.size, dtype=np.intp)
    placed = (who >= 0) & ~np.isnan(ends) & ~np.isnan(begins) & ~np.isnan(how)
    _one_course(
        who=who,
        begins=begins,
        ends=ends,
        how=how,
        placed=placed,
        names=(person, stop, start or stop),
        labels=labels,
    )
    used = placed & (group >= 0) & ~np.isnan(values).any(axis=1)
    return Rows(
        person=who[used],
        start=begins[used],
        stop=ends[used],
        ending=how[used].astype(np.intp),
        covariates=values[used],
        names=tuple(covariates),
        cluster=group[used] if cluster else None,
        left_out=int((~used).sum()),
        events_left_out=int((how[~used] == DROPOUT).sum()),
    )


def refuse_thin(rows: Rows, model: str, terms: int, *, cause: int = DROPOUT) -> None:
    """Refuse no events, fewer than five of them for each term, or a covariate that is constant.

    Five is the least that Vittinghoff and McCulloch (2007), Am J Epidemiol 165:710-718, found
    tolerable; ten is the usual advice.
    """
    events = rows.ended(cause)
    needs = max(EVENTS_PER_TERM * terms, EVENTS_PER_TERM)
    if events < needs:
        what = "dropouts" if cause == DROPOUT else "planned endings"
        raise TooFewError(f"{model} with {terms} terms", what, needs=needs, has=events)
    for name, values in zip(rows.names, rows.covariates.T, strict=True):
        if np.ptp(values) == 0:
            raise ConstantColumnError(name)


def _known_endings(how: Floats, event: str) -> None:
    strange = ~np.isnan(how) & ~np.isin(how, (0, DROPOUT, PLANNED))
    if strange.any():
        at = int(np.flatnonzero(strange)[0])
        raise BadColumnError(
            event, f"holds {how[at]:g} in row {at + 1}: 0 goes on, 1 dropped out, 2 planned ending."
        )


def _one_course(
    *,
    who: Ints,
    begins: Floats,
    ends: Floats,
    how: Floats,
    placed: Bools,
    names: tuple[str, str, str],
    labels: tuple[str, ...],
) -> None:
    """Refuse a client who is in two places, or goes on after an ending."""
    person, stop, start = names
    backwards = placed & (begins >= ends)
    if backwards.any():
        at = int(np.flatnonzero(backwards)[0])
        raise BadColumnError(start, f"is not before {stop!r} in row {at + 1}.")
    order = np.lexsort((ends, who))
    order = order[placed[order]]
    same = who[order][1:] == who[order][:-1]
    for wrong, what in (
        (same & (begins[order][1:] < ends[order][:-1]), "has two rows at once for"),
        (same & (how[order][:-1] > 0), "goes on after an ending for"),
    ):
        if wrong.any():
            whose = labels[who[order][int(np.flatnonzero(wrong)[0])]]
            raise BadColumnError(stop, f"{what} {person} {whose}.")
