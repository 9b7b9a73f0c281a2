"""How good predicted chances are: ranked right, and close to what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.dropout.calibration import Calibration, calibrate, weights_of
from rapport.science.dropout.rows import Bools, Floats, Ints

__all__ = ["Accuracy", "Auc", "accuracy", "auc", "brier"]


@dataclass(frozen=True, slots=True)
class Auc:
    """The chance that who dropped out was predicted higher than who did not; ties count half."""

    auc: float
    se: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """All of it for one set of predictions; ``brier_of_mean`` predicts the mean for everybody."""

    n: int
    events: int
    auc: Auc
    brier: float
    brier_of_mean: float
    calibration: Calibration


def accuracy(predicted: Floats, happened: Bools, weight: Floats | None = None) -> Accuracy:
    """Measure predicted chances (n,) against what happened (n,); ``weight`` as in Outcomes.

    Raises
    ------
    TooFewError
        Fewer than five events, or than five without.
    BadColumnError
        A predicted chance that is not between 0 and 1.
    """
    weight = weights_of(predicted, happened, weight)
    share = float(np.average(happened, weights=weight))
    return Accuracy(
        n=happened.size,
        events=int(happened.sum()),
        auc=auc(predicted, happened, weight),
        brier=brier(predicted, happened, weight),
        brier_of_mean=share * (1 - share),
        calibration=calibrate(predicted, happened, weight),
    )


def auc(predicted: Floats, happened: Bools, weight: Floats | None = None) -> Auc:
    r"""Return the area under the ROC curve of predicted chances (n,) for what happened (n,).

    Notes
    -----
    With :func:`rapport.science.dropout.horizon.outcomes_by` it is the cumulative/dynamic AUC at
    that horizon, weighted by the inverse chance of being known: cases dropped out by then,
    controls did not (still here, or ended as planned). Source: Blanche et al. (2013), Stat Med
    32:5381-5397. The standard error is that of DeLong et al. (1988), Biometrics 44:837-845, by
    placements; it takes the weights as known and people as independent.
    """
    weight = weights_of(predicted, happened, weight)
    ranks = np.unique(predicted, return_inverse=True)[1]
    cases, controls = (
        _placed(ranks, np.where(which, weight, 0)) for which in (happened, ~happened)
    )
    of_case, of_control = controls[ranks[happened]], 1 - cases[ranks[~happened]]
    value = float(np.average(of_case, weights=weight[happened]))
    variance = _mean_variance(of_case - value, weight[happened]) + _mean_variance(
        of_control - value, weight[~happened]
    )
    return Auc(value, float(np.sqrt(variance)))


def brier(predicted: Floats, happened: Bools, weight: Floats | None = None) -> float:
    r"""Return the weighted mean of :math:`(y - p)^2`; 0 is perfect. Graf et al. (1999)."""
    weight = weights_of(predicted, happened, weight)
    return float(np.average((happened - predicted) ** 2, weights=weight))


def _placed(ranks: Ints, weight: Floats) -> Floats:
    """For each rank, the share of the weight that lies below it, ties half."""
    at = np.bincount(ranks, weights=weight)
    share: Floats = (np.cumsum(at) - at / 2) / at.sum()
    return share


def _mean_variance(deviation: Floats, weight: Floats) -> float:
    n = deviation.size
    return float((weight**2 * deviation**2).sum() / weight.sum() ** 2 * n / (n - 1))
