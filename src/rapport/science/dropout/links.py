"""The two links of a discrete-time hazard, each with what scoring needs."""

from __future__ import annotations

from typing import Literal

import numpy as np

from rapport.science.dropout.rows import Floats

__all__ = ["Link", "bernoulli", "hazard_and_slope"]

Link = Literal["logit", "cloglog"]

HIGHEST = 500.0  # exp() of more is beyond what a hazard of 1 needs


def hazard_and_slope(link: Link, eta: Floats) -> tuple[Floats, Floats]:
    """Return the hazard and its derivative at the linear predictor, each shape (n,)."""
    if link == "logit":
        hazard = _expit(eta)
        return hazard, hazard * _expit(-eta)
    rate = np.exp(np.minimum(eta, HIGHEST))
    return -np.expm1(-rate), rate * np.exp(-rate)


def bernoulli(link: Link, eta: Floats, happened: Floats) -> tuple[Floats, Floats, Floats]:
    """Return each row's log-likelihood, score and expected information by the predictor."""
    if link == "logit":
        hazard, slope = hazard_and_slope(link, eta)
        return happened * eta - np.logaddexp(0.0, eta), happened - hazard, slope
    rate = np.exp(np.minimum(eta, HIGHEST))
    hazard = np.maximum(-np.expm1(-rate), np.finfo(float).tiny)
    loglik = happened * np.log(hazard) - (1 - happened) * rate
    # (y - h) h'/(h (1 - h)) with h' = rate (1 - h), so that no 1 - h = 0 is divided by
    return loglik, (happened - hazard) * rate / hazard, rate**2 * np.exp(-rate) / hazard


def _expit(eta: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -eta))
