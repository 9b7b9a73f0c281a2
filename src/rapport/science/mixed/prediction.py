"""What a fitted model expects of a case it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.columns import Columns
from rapport.science.mixed.reader import new_rows
from rapport.science.mixed.result import FIXED, MixedFit
from rapport.science.refusals import BadColumnError, BadModelError

__all__ = ["Prediction", "predict"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """For each new row: the expected response, its standard error, and the spread of a new case.

    ``sd`` takes in the random effects, the residual and the uncertainty of the fixed effects.
    """

    mean: Floats
    se: Floats
    sd: Floats


def predict(fit: MixedFit, columns: Columns) -> Prediction:
    r"""Predict the response of new cases, in groups that were not seen.

    Parameters
    ----------
    fit : MixedFit
        A model fitted to rows.
    columns : mapping of str to array_like, each of shape (m,)
        The predictors; neither the response nor the grouping factors are needed. Where
        the model has no predictor, any column says how many rows there are.

    Returns
    -------
    Prediction
        Arrays of shape (m,), in the response's units.

    Raises
    ------
    BadColumnError
        A predictor is absent, missing in a row, or holds a level that was not fitted.
    TooFewError
        There is no row.
    BadModelError
        The model was fitted to sums of products, which do not tell how to read new rows.

    Notes
    -----
    :math:`\operatorname{var} = x^\top \operatorname{cov}(\hat\beta) x + \sum_l z_l^\top
    \hat\sigma^2 \hat D_l z_l + \hat\sigma^2`. The uncertainty of the covariances themselves is not
    in it. Checked against the same sum from lme4's estimates.
    """
    if FIXED not in fit.readers:
        raise BadModelError("A model fitted to sums of products cannot read new rows.")
    rows = new_rows(fit.readers.values(), columns)
    x = fit.readers[FIXED].of(rows)
    variance = np.einsum("ma,ab,mb->m", x, fit.vcov, x)
    spread = variance + fit.residual_sd**2
    for random in fit.random:
        z = fit.readers[random.group].of(rows)
        spread = spread + np.einsum("ma,ab,mb->m", z, random.covariance, z)
    mean = x @ np.array([effect.estimate for effect in fit.fixed])
    if not np.isfinite(mean).all() or not np.isfinite(spread).all():
        row = int(np.flatnonzero(~np.isfinite(mean + spread))[0]) + 1
        raise BadColumnError(", ".join(sorted(columns)), f"lacks a finite value in row {row}.")
    return Prediction(mean, np.sqrt(variance), np.sqrt(spread))
