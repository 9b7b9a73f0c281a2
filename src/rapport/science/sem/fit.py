"""Fit a path model: from columns or from moments, by ML, FIML or robust ML, in groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike

from rapport.science.columns import Columns
from rapport.science.refusals import BadColumnError, BadModelError, TooFewError
from rapport.science.sem.arrays import Floats
from rapport.science.sem.data import Missing, rows_of
from rapport.science.sem.fitting import fitted
from rapport.science.sem.parameters import Equal
from rapport.science.sem.plan import plan, roles_in
from rapport.science.sem.result import Estimator, SemFit
from rapport.science.sem.sample import sample_of_moments, sample_of_rows

__all__ = ["fit_sem", "fit_sem_to_moments"]


def fit_sem(
    model: str,
    columns: Columns,
    *,
    missing: Missing = "listwise",
    estimator: Estimator = "ML",
    group: str | None = None,
    equal: Collection[Equal] = (),
) -> SemFit:
    r"""Fit a model in lavaan's syntax to rows of data.

    Parameters
    ----------
    model : str
        See :func:`~rapport.science.sem.syntax.read_model`.
    columns : mapping of str to array, shape (n,)
        At least the observed variables of the model.
    missing : {"listwise", "fiml"}
        Leave out rows with a missing value, or use what each row has (missing at random).
    estimator : {"ML", "MLR"}
        ``"MLR"`` gives sandwich errors and the scaled χ².
    group : str, optional
        Column whose values divide the rows into groups, in order of appearance.
    equal : collection of {"loadings", "intercepts", "regressions", "residuals"}
        What all groups have in common.

    Returns
    -------
    SemFit

    Raises
    ------
    BadModelError, BadColumnError, ConstantColumnError
        For a model or column that cannot be used.
    TooFewError
        Fewer rows than free parameters.
    SingularFitError
        The sample covariance matrix is not positive definite.
    NotIdentifiedError
        More parameters than moments, or a singular information matrix.
    NotConvergedError
        The gradient did not vanish.

    Notes
    -----
    Normal-theory maximum likelihood over the RAM matrices. Standard errors come from the
    expected information (listwise ML) or from the observed one (FIML, MLR), as in lavaan.
    Means are modelled under FIML, in groups, and where an intercept is written. Source:
    Bollen (1989), Structural Equations with Latent Variables; defaults of lavaan 0.6 (Rosseel
    2012). Checked against lavaan 0.6-14.
    """
    rows, left_out = rows_of(columns, roles_in(model), missing=missing, group=group)
    means = missing == "fiml" or len(rows) > 1
    return fitted(
        plan(model, means=means, groups=len(rows), equal=frozenset(equal)),
        tuple(sample_of_rows(one.values) for one in rows),
        tuple(one.group for one in rows),
        missing=missing,
        estimator=estimator,
        rows=rows,
        left_out=left_out,
    )


def fit_sem_to_moments(
    model: str,
    names: Sequence[str],
    cov: ArrayLike,
    n: int,
    *,
    mean: ArrayLike | None = None,
) -> SemFit:
    """Fit a model to a covariance matrix, as published tables give it.

    Parameters
    ----------
    model : str
        As in :func:`fit_sem`; one with intercepts needs ``mean``.
    names : sequence of str, length p
        Of the rows and columns of ``cov``; the model may use fewer.
    cov : array, shape (p, p)
        Sample covariances with divisor n − 1, as software prints them. They are multiplied by
        (n − 1)/n, as lavaan's ``sample.cov`` does.
    n : int
        Rows that they came from.
    mean : array, shape (p,), optional
        Sample means.

    Returns
    -------
    SemFit

    Raises
    ------
    RefusedFitError
        As :func:`fit_sem`, and for a matrix that is not square, finite and symmetric.
    """
    planned = plan(model, means=mean is not None)
    if planned.specification.means and mean is None:
        raise BadModelError("A model with intercepts needs the sample means.")
    if n < 2:
        raise TooFewError("The model", "rows", needs=2, has=n)
    whole = _symmetric(np.array(cov, dtype=np.float64), names)
    observed = planned.specification.roles.observed
    for name in observed:
        if name not in names:
            raise BadColumnError(name, f"is not among the columns: {', '.join(names)}.")
    at = [list(names).index(name) for name in observed]
    centre = np.zeros(len(names)) if mean is None else np.array(mean, dtype=np.float64)
    sample = sample_of_moments(centre[at], whole[np.ix_(at, at)] * (n - 1) / n, n)
    return fitted(planned, (sample,), (None,))


def _symmetric(cov: Floats, names: Sequence[str]) -> Floats:
    if cov.shape != (len(names), len(names)) or not np.isfinite(cov).all():
        raise BadColumnError(names[0], "does not begin a square matrix of finite covariances.")
    if not np.allclose(cov, cov.T, rtol=1e-6, atol=0):
        raise BadColumnError(names[0], "begins a covariance matrix that is not symmetric.")
    return (cov + cov.T) / 2
