"""Calibration: do clients with a predicted chance of .2 drop out in one case of five?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.dropout.links import bernoulli
from rapport.science.dropout.newton import climb, standardise
from rapport.science.dropout.rows import Bools, Floats
from rapport.science.dropout.terms import normal_quantile
from rapport.science.refusals import BadColumnError, ConstantColumnError, TooFewError

__all__ = ["Calibration", "CalibrationGroup", "calibrate", "weights_of"]

LEAST_OF_EACH = 5


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """People of similar prediction: mean predicted and observed share, with a 95 % interval."""

    n: int
    events: int
    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """``intercept`` is 0 and ``slope`` 1 where predictions are right.

    The intercept is the log-odds by which predictions are too low on average (at slope 1); a slope
    below 1 says that they are too extreme.
    """

    intercept: float
    intercept_se: float
    slope: float
    slope_se: float
    groups: tuple[CalibrationGroup, ...]


def calibrate(
    predicted: Floats, happened: Bools, weight: Floats | None = None, *, groups: int = 10
) -> Calibration:
    r"""Compare predicted chances (n,) with what happened (n,), overall and in groups.

    Notes
    -----
    Intercept: :math:`\operatorname{logit} P(y) = a + \operatorname{logit} p`. Slope:
    :math:`\operatorname{logit} P(y) = a' + b\operatorname{logit} p`. Both by (weighted) maximum
    likelihood, with sandwich standard errors where there are weights. Groups are of equal size,
    equal predictions stay together; intervals after Wilson. Source: Cox (1958), Biometrika
    45:562-565. Checked against R's ``glm``.
    """
    weight = weights_of(predicted, happened, weight)
    if np.ptp(predicted) == 0:
        raise ConstantColumnError("predicted")
    odds = np.log(predicted) - np.log1p(-predicted)
    level = np.ones((odds.size, 1))
    intercept, intercept_se = _recalibrated(level, odds, happened, weight)
    slope, slope_se = _recalibrated(np.column_stack([level, odds]), 0 * odds, happened, weight)
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, groups + 1)[1:-1]))
    member = np.searchsorted(edges, predicted, side="left")
    return Calibration(
        intercept=intercept,
        intercept_se=intercept_se,
        slope=slope,
        slope_se=slope_se,
        groups=tuple(
            _group(predicted[member == at], happened[member == at], weight[member == at])
            for at in np.unique(member)
        ),
    )


def weights_of(predicted: Floats, happened: Bools, weight: Floats | None) -> Floats:
    """Return the weights, 1 where none are given, of predictions that can be judged."""
    if not ((predicted > 0) & (predicted < 1)).all():
        raise BadColumnError("predicted", "must lie between 0 and 1.")
    fewer = int(min(happened.sum(), (~happened).sum()))
    if fewer < LEAST_OF_EACH:
        what = "people of each outcome"
        raise TooFewError("A measure of accuracy", what, needs=LEAST_OF_EACH, has=fewer)
    return np.ones(happened.size) if weight is None else weight


def _recalibrated(
    design: Floats, offset: Floats, happened: Bools, weight: Floats
) -> tuple[float, float]:
    """The last coefficient of a weighted logistic model and its standard error."""
    names = ("intercept", "slope")[: design.shape[1]]
    scaled, outcome = standardise(design, fixed=1), happened.astype(np.float64)

    def likelihood(beta: Floats) -> tuple[float, Floats, Floats]:
        loglik, score, curve = bernoulli("logit", offset + scaled.design @ beta, outcome)
        curved = scaled.design.T @ (scaled.design * (weight * curve)[:, None])
        return float(weight @ loglik), scaled.design.T @ (weight * score), curved

    peak = climb(likelihood, names)
    covariance = peak.covariance
    if np.ptp(weight) > 0:
        score = bernoulli("logit", offset + scaled.design @ peak.at, outcome)[1]
        moved = scaled.design * (weight * score)[:, None] @ covariance
        covariance = moved.T @ moved
    covariance = scaled.to_raw @ covariance @ scaled.to_raw.T
    return float((scaled.to_raw @ peak.at)[-1]), float(np.sqrt(covariance[-1, -1]))


def _group(predicted: Floats, happened: Bools, weight: Floats) -> CalibrationGroup:
    observed = float(np.average(happened, weights=weight))
    worth = float(weight.sum() ** 2 / (weight**2).sum())
    z = normal_quantile(0.975)
    centre = (observed + z * z / (2 * worth)) / (1 + z * z / worth)
    reach = z * np.sqrt(observed * (1 - observed) / worth + (z / (2 * worth)) ** 2)
    reach = float(reach / (1 + z * z / worth))
    return CalibrationGroup(
        n=happened.size,
        events=int(happened.sum()),
        predicted=float(np.average(predicted, weights=weight)),
        observed=observed,
        low=max(centre - reach, 0.0),
        high=min(centre + reach, 1.0),
    )
