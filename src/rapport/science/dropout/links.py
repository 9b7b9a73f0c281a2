"""The two links of a discrete-time hazard, each with what scoring needs."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from rapport.science.dropout.rows import Floats

__all__ = ["Link", "bernoulli", "expected_curve", "hazard_and_slope", "of_share"]

Link = Literal["logit", "cloglog"]

HIGHEST = 500.0  # exp() of more is beyond what a hazard of 1 needs
LEAST_RATE = 1e-300


def hazard_and_slope(link: Link, eta: Floats) -> tuple[Floats, Floats]:
    """Return the hazard and its derivative at the linear predictor, each shape (n,)."""
    if link == "logit":
        small = np.exp(-np.abs(eta))
        rest = 1 / (1 + small)
        return np.where(eta < 0, small, 1.0) * rest, small * rest * rest
    rate = np.exp(np.minimum(eta, HIGHEST))
    return -np.expm1(-rate), rate * np.exp(-rate)


def bernoulli(link: Link, eta: Floats, happened: Floats) -> tuple[Floats, Floats, Floats]:
    """Return each row's log-likelihood, its slope and its negative curvature, each (n,)."""
    if link == "logit":
        hazard, slope = hazard_and_slope(link, eta)
        # log(1 + exp(-|eta|)) is -log of the larger of h and 1 - h
        loglik = happened * eta - np.maximum(eta, 0.0) + np.log(np.maximum(hazard, 1 - hazard))
        return loglik, happened - hazard, slope
    rate = np.clip(np.exp(np.minimum(eta, HIGHEST)), LEAST_RATE, None)
    rise = rate / np.expm1(np.minimum(rate, HIGHEST))  # slope of log(1 - exp(-rate))
    loglik = np.where(happened, np.log(-np.expm1(-rate)), -rate)
    curve = np.where(happened, rise * (rate + rise - 1), rate)
    return loglik, np.where(happened, rise, -rate), curve


def expected_curve(link: Link, eta: Floats) -> Floats:
    """Return each row's expected information by the predictor, (n,): h'² / h(1 − h)."""
    hazard, slope = hazard_and_slope(link, eta)
    if link == "logit":
        return slope
    rate = np.exp(np.minimum(eta, HIGHEST))
    return rate * slope / np.maximum(hazard, LEAST_RATE)


def of_share(link: Link, share: float) -> float:
    """Return the linear predictor at which the hazard is ``share``."""
    return math.log(share / (1 - share)) if link == "logit" else math.log(-math.log1p(-share))
