"""Reliable and clinical change of a whole sample, by the rules of :mod:`rapport.science.change`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from rapport.science.change import (
    ClinicalVerdict,
    CutOffs,
    Verdict,
    classify,
    cut_offs,
    reliable_change,
    s_diff,
)
from rapport.science.columns import Columns, codes, numbers
from rapport.science.refusals import TooFewError

__all__ = ["PersonChange", "SampleChange", "change_of_each"]


@dataclass(frozen=True, slots=True)
class PersonChange:
    """``outcome`` is Jacobson and Truax's class, which needs norms of a functional population."""

    id: str
    pre: float
    post: float
    rci: float
    verdict: Verdict
    outcome: ClinicalVerdict | None


@dataclass(frozen=True, slots=True)
class SampleChange:
    """Everybody with both scores; ``left_out`` counts the others.

    ``sd`` is the one that measurement error was taken from, ``counts`` how many had which
    outcome (without norms: which verdict).
    """

    n: int
    left_out: int
    sd: float
    s_diff: float
    higher_is_better: bool
    cut_offs: CutOffs | None
    counts: dict[str, int]
    people: tuple[PersonChange, ...]


def change_of_each(
    columns: Columns,
    *,
    pre: str,
    post: str,
    reliability: float,
    sd: float | None = None,
    functional: tuple[float, float] | None = None,
    higher_is_better: bool = False,
    person: str | None = None,
) -> SampleChange:
    """Judge each person's change, and with norms its class.

    Parameters
    ----------
    columns : Columns
        One row a person.
    pre, post : str
        Columns of the two scores, in scale units.
    reliability : float
        Of the measure, in the sample that ``sd`` comes from.
    sd : float, optional
        A published standard deviation; that of the scores before, unless given.
    functional : tuple of two floats, optional
        Mean and standard deviation of a functional population. The clinical one is the scores
        before, and cut-off c lies between them.
    higher_is_better : bool
        Direction of the scale; follows from the two means where ``functional`` is given.
    person : str, optional
        Column that names each person; the row's number unless given.

    Returns
    -------
    SampleChange
        On the rows with both scores.

    Raises
    ------
    BadColumnError
        A column that is absent or holds text.
    TooFewError
        Fewer than two people with both scores.
    ImpossibleFigureError
        As in :mod:`rapport.science.change`.

    Notes
    -----
    Formulas, sources and limits are those of :func:`rapport.science.change.reliable_change`,
    :func:`~rapport.science.change.cut_offs` and :func:`~rapport.science.change.classify`.
    Checked against the same rules in R.
    """
    before, after = numbers(columns, pre), numbers(columns, post)
    names = labels(columns, person, len(before))
    both = np.flatnonzero(~np.isnan(before) & ~np.isnan(after))
    if len(both) < 2:
        raise TooFewError("Change", "people with both scores", needs=2, has=len(both))
    mean, own_sd = float(before[both].mean()), float(before[both].std(ddof=1))
    points = None
    if functional is not None:
        points = _cut_offs((mean, own_sd), functional)
        higher_is_better = functional[0] > mean
    judge = _Judge(own_sd if sd is None else sd, reliability, higher_is_better, points)
    people = tuple(judge(names[at], float(before[at]), float(after[at])) for at in both)
    return SampleChange(
        n=len(people),
        left_out=len(before) - len(people),
        sd=judge.sd,
        s_diff=s_diff(judge.sd, reliability),
        higher_is_better=higher_is_better,
        cut_offs=points,
        counts=dict(Counter(one.outcome or one.verdict for one in people)),
        people=people,
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    sd: float
    reliability: float
    higher_is_better: bool
    points: CutOffs | None

    def __call__(self, name: str, pre: float, post: float) -> PersonChange:
        better = self.higher_is_better
        index = reliable_change(
            pre, post, sd=self.sd, reliability=self.reliability, higher_is_better=better
        )
        outcome = None
        if self.points is not None:
            outcome = classify(
                pre,
                post,
                reliable=index.verdict,
                cutoff=self.points.c,
                higher_is_better=better,
            )
        return PersonChange(name, pre, post, index.rci, index.verdict, outcome)


def _cut_offs(clinical: tuple[float, float], functional: tuple[float, float]) -> CutOffs:
    return cut_offs(
        clinical_mean=clinical[0],
        clinical_sd=clinical[1],
        functional_mean=functional[0],
        functional_sd=functional[1],
    )


def labels(columns: Columns, person: str | None, rows: int) -> list[str]:
    """Who each row is: by the column named, else the row's number from 1."""
    if person is None:
        return [str(row) for row in range(1, rows + 1)]
    at, names = codes(columns, person)
    return [names[one] if one >= 0 else "" for one in at]
