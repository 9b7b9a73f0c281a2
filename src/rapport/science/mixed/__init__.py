"""Linear mixed models in lme4's notation, fitted from sums of products within groups."""

from __future__ import annotations

from rapport.science.mixed.comparison import LikelihoodRatio, compare
from rapport.science.mixed.effects import GroupEffects, effects
from rapport.science.mixed.estimate import Convergence
from rapport.science.mixed.fitting import fit
from rapport.science.mixed.prediction import Prediction, predict
from rapport.science.mixed.result import FixedEffect, MixedFit, RandomEffects

__all__ = [
    "Convergence",
    "FixedEffect",
    "GroupEffects",
    "LikelihoodRatio",
    "MixedFit",
    "Prediction",
    "RandomEffects",
    "compare",
    "effects",
    "fit",
    "predict",
]
