"""Linear mixed models in lme4's notation, fitted from sums of products within groups."""

from __future__ import annotations

from rapport.science.mixed.comparison import LikelihoodRatio, compare
from rapport.science.mixed.effects import GroupEffects, effects
from rapport.science.mixed.estimate import Convergence
from rapport.science.mixed.fitting import fit
from rapport.science.mixed.pooled import Sums, fit_sums, merge, suppress
from rapport.science.mixed.prediction import Prediction, predict
from rapport.science.mixed.result import FixedEffect, MixedFit, RandomEffects
from rapport.science.mixed.streaming import sums

__all__ = [
    "Convergence",
    "FixedEffect",
    "GroupEffects",
    "LikelihoodRatio",
    "MixedFit",
    "Prediction",
    "RandomEffects",
    "Sums",
    "compare",
    "effects",
    "fit",
    "fit_sums",
    "merge",
    "predict",
    "sums",
    "suppress",
]
