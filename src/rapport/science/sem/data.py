"""Columns to the rows of each group that a model uses, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rapport.science.columns import Columns, codes, numbers
from rapport.science.refusals import (
    BadColumnError,
    ConstantColumnError,
    SingularFitError,
    TooFewError,
)
from rapport.science.sem.arrays import Floats
from rapport.science.sem.roles import Roles

__all__ = ["Missing", "Rows", "check_covariance", "rows_of"]

Missing = Literal["listwise", "fiml"]

SINGULAR = 1e-10


@dataclass(frozen=True, slots=True)
class Rows:
    """One group's rows of the observed variables, shape (n, p); NaN only under FIML."""

    group: str | None
    values: Floats


def rows_of(
    columns: Columns, roles: Roles, *, missing: Missing, group: str | None
) -> tuple[tuple[Rows, ...], int]:
    """Return the rows used, by group in order of appearance, and how many were left out.

    Left out are rows with any value missing (listwise), or, under FIML, with a covariate or
    all values missing; and rows of no group.

    Raises
    ------
    BadColumnError, ConstantColumnError, TooFewError
        Where a column cannot be used, or a group has no rows.
    """
    values = np.stack([numbers(columns, name) for name in roles.observed], axis=1)
    absent = np.isnan(values)
    covariates = [roles.observed.index(name) for name in roles.covariates]
    needed = absent if missing == "listwise" else absent[:, covariates]
    kept = np.asarray(~needed.any(axis=1) & ~absent.all(axis=1))
    if group is None:
        found: tuple[Rows, ...] = (Rows(None, values[kept]),)
    else:
        found = _grouped(values, kept, columns, group)
    for rows in found:
        _check(rows, roles.observed)
    return found, len(values) - sum(len(rows.values) for rows in found)


def _grouped(
    values: Floats, kept: NDArray[np.bool_], columns: Columns, group: str
) -> tuple[Rows, ...]:
    which, labels = codes(columns, group)
    if len(which) != len(values):
        raise BadColumnError(group, "has another length than the others.")
    appearing = dict.fromkeys(which[which >= 0].tolist())
    if len(appearing) < 2:
        raise ConstantColumnError(group)
    return tuple(Rows(labels[at], values[kept & (which == at)]) for at in appearing)


def _check(rows: Rows, names: tuple[str, ...]) -> None:
    where = "" if rows.group is None else f" in group {rows.group!r}"
    if len(rows.values) < 2:
        raise TooFewError("The model", f"rows{where}", needs=2, has=len(rows.values))
    seen = (~np.isnan(rows.values)).sum(axis=0)
    for name, count in zip(names, seen.tolist(), strict=True):
        if count < 2:
            raise TooFewError("The model", f"values of {name!r}{where}", needs=2, has=count)
    varies = np.fmax.reduce(rows.values) > np.fmin.reduce(rows.values)
    for name in np.array(names)[~varies]:
        raise ConstantColumnError(str(name))


def check_covariance(cov: Floats, names: tuple[str, ...]) -> None:
    """Refuse a covariance matrix that is not positive definite.

    Raises
    ------
    SingularFitError
        Naming the variable that is a sum of the ones before it.
    """
    variances = np.diagonal(cov)
    if variances.min() > 0:
        sd = np.sqrt(variances)
        try:
            root = np.linalg.cholesky(cov / np.multiply.outer(sd, sd))
        except np.linalg.LinAlgError:
            pass
        else:
            if np.diagonal(root).min() ** 2 > SINGULAR:
                return
    raise SingularFitError(
        "The covariance matrix of the observed variables is not positive definite: "
        f"{names[_first_dependent(cov)]!r} is constant or determined by those before it."
    )


def _first_dependent(cov: Floats) -> int:
    """The first variable with no variance of its own beside those before it."""
    left = cov.copy()
    for at in range(len(cov)):
        if left[at, at] <= SINGULAR * cov[at, at]:
            return at
        left = left - np.multiply.outer(left[:, at], left[at]) / left[at, at]
    return len(cov) - 1
