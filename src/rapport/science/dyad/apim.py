"""The actor-partner interdependence model for members who can be told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rapport.science.columns import Columns
from rapport.science.dyad.effects import Effect, effect
from rapport.science.dyad.regression import Floats, Regression, regress, rows_of_dyads

__all__ = ["ActorPartner", "apim"]

MODEL = "The actor-partner model"
LEAST_DYADS = 10
CLIENT, THERAPIST = 0, 1


@dataclass(frozen=True, slots=True)
class ActorPartner:
    """Effects named by whose outcome they are on.

    ``partner_client`` is that of the therapist's predictor on the client's outcome. The two
    differences hold client minus therapist. Correlations are of the two predictors, and of the
    two outcomes once the predictors are taken out.
    """

    n: int
    left_out: int
    intercept_client: Effect
    intercept_therapist: Effect
    actor_client: Effect
    actor_therapist: Effect
    partner_client: Effect
    partner_therapist: Effect
    actor_difference: Effect
    partner_difference: Effect
    predictor_correlation: float
    residual_correlation: float
    residual_sd_client: float
    residual_sd_therapist: float
    r2_client: float
    r2_therapist: float


def apim(
    columns: Columns,
    *,
    predictors: tuple[str, str],
    outcomes: tuple[str, str],
    dyad: str | None = None,
    level: float = 0.95,
) -> ActorPartner:
    r"""Fit both members' outcomes on both members' predictors.

    Parameters
    ----------
    columns : Columns
        One row a dyad.
    predictors, outcomes : tuple of two str
        The client's column, then the therapist's.
    dyad : str, optional
        Column that names the dyad; each may then stand in one complete row only.
    level : float
        Of the intervals.

    Returns
    -------
    ActorPartner
        On the rows with all four values.

    Raises
    ------
    TooFewError
        Fewer than ten complete dyads.
    ConstantColumnError, BadColumnError
        A column that never varies, is absent or holds text; a dyad in several rows.
    SingularFitError
        Two predictors that are one.
    NoVariationError
        An outcome that follows exactly from the predictors.

    Notes
    -----
    :math:`Y_C = i_C + a_C X_C + p_{TC} X_T + e_C` and
    :math:`Y_T = i_T + a_T X_T + p_{CT} X_C + e_T`, with correlated predictors and correlated
    residuals. Both equations have the same predictors, so that least squares one by one is
    maximum likelihood for both together. Standard errors take the residual covariance with divisor
    :math:`n - 3`, tests Student's t with as many degrees of freedom: exact for one effect with
    normal residuals, approximate for the differences, whose variance uses
    :math:`\operatorname{cov}(\hat\beta_C, \hat\beta_T) = \hat\sigma_{CT}(X'X)^{-1}`. Source: Kenny,
    Kashy & Cook (2006), Dyadic Data Analysis, ch. 7. Checked against R's lm and lavaan.
    """
    used, left_out = rows_of_dyads(
        columns, [*predictors, *outcomes], dyad=dyad, model=MODEL, least=LEAST_DYADS
    )
    x = np.column_stack([used[name] for name in predictors])
    y = np.column_stack([used[name] for name in outcomes])
    fit = regress(np.column_stack([np.ones(len(x)), x]), y, predictors)
    sd = np.sqrt(np.diag(fit.residual))
    actor, partner = ((1, CLIENT), (2, THERAPIST)), ((2, CLIENT), (1, THERAPIST))
    return ActorPartner(
        n=len(x),
        left_out=left_out,
        intercept_client=_effect(fit, level, (0, CLIENT)),
        intercept_therapist=_effect(fit, level, (0, THERAPIST)),
        actor_client=_effect(fit, level, actor[0]),
        actor_therapist=_effect(fit, level, actor[1]),
        partner_client=_effect(fit, level, partner[0]),
        partner_therapist=_effect(fit, level, partner[1]),
        actor_difference=_effect(fit, level, *actor),
        partner_difference=_effect(fit, level, *partner),
        predictor_correlation=_correlation(x),
        residual_correlation=float(fit.residual[0, 1] / math.prod(sd)),
        residual_sd_client=float(sd[CLIENT]),
        residual_sd_therapist=float(sd[THERAPIST]),
        r2_client=fit.r2[CLIENT],
        r2_therapist=fit.r2[THERAPIST],
    )


def _effect(fit: Regression, level: float, *places: tuple[int, int]) -> Effect:
    """One coefficient, or the first minus the second; a place is a term and an equation."""
    weights = np.zeros_like(fit.coefficients)
    for place, sign in zip(places, (1.0, -1.0), strict=False):
        weights[place] = sign
    estimate = float((weights * fit.coefficients).sum())
    variance = float(np.trace(weights.T @ fit.unscaled @ weights @ fit.residual))
    return effect(estimate, variance, fit.df, level)


def _correlation(pair: Floats) -> float:
    (first, both), (_, second) = np.cov(pair.T)
    return float(both / np.sqrt(first * second))
