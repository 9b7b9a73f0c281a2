"""Cross-validation that never learns from a therapist and is tested on the same one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from rapport.science.columns import Columns
from rapport.science.dropout.accuracy import Accuracy, accuracy
from rapport.science.dropout.hazard import (
    Baseline,
    HazardFit,
    fit_hazard_rows,
)
from rapport.science.dropout.horizon import outcomes_by
from rapport.science.dropout.incidence import last_rows
from rapport.science.dropout.links import Link
from rapport.science.dropout.model import DropoutModel, fit_dropout_rows
from rapport.science.dropout.prospect import risk_by
from rapport.science.dropout.rows import Bools, Floats, Ints, Rows, read_rows
from rapport.science.refusals import BadColumnError, RefusedFitError, TooFewError

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
    """``each_session`` judges the hazard of each row, ``at_sessions`` the prospects.

    Rows of sessions that some fold's training data never reach are not judged.
    """

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
    read = partial(read_rows, columns, person=person, stop=session, event=event, cluster=group)
    rated, held = read(covariates=covariates), read(covariates=())
    fold = _fold_of_client(held, folds)
    _one_group_each(held, group)
    parts = range(int(fold.max()) + 1)
    fits = [_fit_without(rated, held, fold == part, baseline, link) for part in parts]
    seen = rated.only(rated.stop <= min(hazard.sessions[-1] for hazard, _ in fits))
    each = _out_of_fold(seen, fold, lambda part, rows: fits[part][0].hazard(*_known(rows)))
    until = by or min(model.last_session for _, model in fits)
    courses = last_rows(held)
    judged = []
    for at in (one for one in after if one < until):
        now = rated.only(rated.stop == at)
        chance = _out_of_fold(
            now, fold, lambda part, rows: risk_by(fits[part][1], *_known(rows), until)
        )
        judged.append(_at_session(chance, now.person, courses, after=at, by=until))
    return Validation(
        groups=held.used().clusters or 0,
        folds=len(parts),
        each_session=accuracy(each, seen.dropped),
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


def _fold_of_client(held: Rows, folds: int) -> Ints:
    """The fold of each client by code; −1 for codes without a row."""
    place = folds_by(_groups(held), folds)
    fold = np.full(int(held.person.max()) + 1, -1, dtype=np.intp)
    fold[held.person] = place
    return fold


def _fit_without(
    rated: Rows, held: Rows, spared: Bools, baseline: Baseline, link: Link
) -> tuple[HazardFit, DropoutModel]:
    """Fit all but the clients ``spared``, by code; standard errors, not used, need no groups."""
    rated, held = (replace(rows.only(~spared[rows.person]), cluster=None) for rows in (rated, held))
    hazard = fit_hazard_rows(rated, baseline=baseline, link=link)
    return hazard, fit_dropout_rows(rated, held, baseline=baseline, link=link)


def _out_of_fold(rows: Rows, fold: Ints, predict: Callable[[int, Rows], Floats]) -> Floats:
    """Predict each row (n,) from the fit that did not see its client."""
    predicted = np.empty(rows.stop.size)
    for part in np.unique(fold[rows.person]).tolist():
        ours = fold[rows.person] == part
        predicted[ours] = predict(part, rows.only(ours))
    return predicted


def _known(rows: Rows) -> tuple[Floats, Floats]:
    return rows.stop, rows.covariates


def _at_session(
    predicted: Floats, people: Ints, courses: Rows, *, after: int, by: int
) -> AtSession:
    """Judge predictions (n,) of clients (n,) by how their courses ended."""
    at = np.searchsorted(courses.person, people)
    found = outcomes_by(courses.stop[at], courses.ending[at], after=after, by=by)
    try:
        judged = accuracy(predicted[found.who], found.happened, found.weight)
    except RefusedFitError as error:
        return AtSession(after, by, found.unknown, None, str(error))
    return AtSession(after, by, found.unknown, judged, None)


def _groups(rows: Rows) -> Ints:
    assert rows.cluster is not None, "read with a cluster"
    return rows.cluster


def _one_group_each(rows: Rows, name: str) -> None:
    pairs = np.unique(np.column_stack([rows.person, _groups(rows)]), axis=0)
    if pairs.shape[0] > np.unique(rows.person).size:
        raise BadColumnError(name, "changes within a client: keep one for each client.")
