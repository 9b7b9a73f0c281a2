"""Cross-validation that never learns from a therapist and is tested on the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from rapport.science.columns import Columns
from rapport.science.dropout.accuracy import Accuracy, accuracy
from rapport.science.dropout.hazard import Baseline, read_sessions
from rapport.science.dropout.horizon import outcomes_by
from rapport.science.dropout.incidence import last_rows
from rapport.science.dropout.links import Link
from rapport.science.dropout.prospect import DropoutModel, fit_dropout_rows, risk_by
from rapport.science.dropout.rows import Floats, Ints, Rows
from rapport.science.refusals import BadColumnError, TooFewError

__all__ = ["AtSession", "Validation", "cross_validate", "folds_by"]

LANDMARKS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class AtSession:
    """Predictions made after one session, of dropout by another, or why they are not judged.

    ``unknown`` counts clients whose outcome nobody knows; they count through the weights.
    """

    after: int
    by: int
    unknown: int
    accuracy: Accuracy | None
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Validation:
    """``each_session`` judges the hazard of every row, ``at_sessions`` the prospects."""

    groups: int
    folds: int
    each_session: Accuracy
    at_sessions: tuple[AtSession, ...]


def cross_validate(
    columns: Columns,
    *,
    person: str,
    session: str,
    event: str,
    group: str,
    covariates: Sequence[str] = (),
    baseline: Baseline = "log",
    link: Link = "logit",
    folds: int = 10,
    after: Sequence[int] = LANDMARKS,
    by: int | None = None,
) -> Validation:
    r"""Fit on all but some therapists, predict theirs, and judge the predictions together.

    Parameters
    ----------
    columns, person, session, event, covariates, baseline, link
        As for ``fit_hazard``.
    group
        Column of whom clients belong to, usually the therapist: always in one fold together.
    folds
        How many parts, at most one for each group.
    after, by
        The sessions after which dropout by session ``by`` is predicted; without ``by``, the last
        session that anybody came to in every fold's training data.

    Returns
    -------
    Validation

    Raises
    ------
    TooFewError
        Fewer than two groups, or too few dropouts in the training part of a fold.
    BadColumnError
        A client with two groups, through whom the test part would be known in training.
    RefusedFitError
        A fold whose fit is refused.

    Notes
    -----
    Groups go to folds from the largest down, each to the fold with the fewest rows: no chance is
    involved. Pooling predictions of several fits makes the AUC slightly low rather than high.
    """
    read = partial(read_sessions, columns, person=person, session=session, event=event)
    rows = read(covariates=covariates, cluster=group)
    courses = last_rows(read(covariates=(), cluster=None))  # an ending whose ratings are missing
    assert rows.cluster is not None
    _one_group_each(rows, rows.cluster, group)
    fold = folds_by(rows.cluster, folds)
    parts = range(int(fold.max()) + 1)
    fits = [_fit_without(rows, fold, part, baseline, link) for part in parts]
    predicted = _hazards(fits, rows, fold)
    until = by or min(fit.dropout.sessions[-1] for fit in fits)
    judged = []
    for at in (one for one in after if one < until):
        now = rows.stop == at
        foreseen = _prospects(fits, rows.only(now), fold[now], until)
        judged.append(_at_session(foreseen, rows.person[now], courses, after=at, by=until))
    return Validation(
        groups=int(np.unique(rows.cluster).size),
        folds=len(parts),
        each_session=accuracy(predicted, rows.dropped),
        at_sessions=tuple(judged),
    )


def folds_by(group: Ints, folds: int) -> Ints:
    """Put rows (n,) of groups (n,) into folds of about equal size; shape (n,)."""
    names, member, sizes = np.unique(group, return_inverse=True, return_counts=True)
    if names.size < 2:
        raise TooFewError("A cross-validation by group", "groups", needs=2, has=names.size)
    held = np.zeros(min(folds, names.size), dtype=np.intp)
    place = np.empty(names.size, dtype=np.intp)
    for at in np.argsort(-sizes, kind="stable"):
        place[at] = held.argmin()
        held[place[at]] += sizes[at]
    return place[member]


def _fit_without(rows: Rows, fold: Ints, part: int, baseline: Baseline, link: Link) -> DropoutModel:
    return fit_dropout_rows(rows.only(fold != part), baseline=baseline, link=link)


def _hazards(fits: list[DropoutModel], rows: Rows, fold: Ints) -> Floats:
    predicted = np.empty(rows.stop.size)
    for part, fit in enumerate(fits):
        ours = fold == part
        predicted[ours] = fit.dropout.hazard(rows.stop[ours], rows.covariates[ours])
    return predicted


def _at_session(
    predicted: Floats, people: Ints, courses: Rows, *, after: int, by: int
) -> AtSession:
    """Judge predictions (n,) of clients (n,) by how their courses ended."""
    at = np.searchsorted(courses.person, people)
    found = outcomes_by(courses.stop[at], courses.ending[at], after=after, by=by)
    try:
        judged = accuracy(predicted[found.who], found.happened, found.weight)
    except TooFewError as error:
        return AtSession(after, by, found.unknown, None, str(error))
    return AtSession(after, by, found.unknown, judged, None)


def _prospects(fits: list[DropoutModel], rows: Rows, fold: Ints, by: int) -> Floats:
    predicted = np.empty(rows.stop.size)
    for part, fit in enumerate(fits):
        ours = fold == part
        predicted[ours] = risk_by(fit, rows.stop[ours], rows.covariates[ours], by)
    return predicted


def _one_group_each(rows: Rows, groups: Ints, name: str) -> None:
    pairs = np.unique(np.column_stack([rows.person, groups]), axis=0)
    if pairs.shape[0] > np.unique(rows.person).size:
        raise BadColumnError(name, "changes within a client: keep one for each client.")
