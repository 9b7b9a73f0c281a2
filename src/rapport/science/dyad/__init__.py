"""Two sides of one relationship: who affects whom, who sees what, and what goes before what."""

from rapport.science.dyad.apim import ActorPartner, apim
from rapport.science.dyad.centred import CentredLag, person_mean_centred
from rapport.science.dyad.effects import Effect
from rapport.science.dyad.lagged import (
    Between,
    LaggedEffects,
    LaggedPaths,
    Within,
    lagged_effects,
)
from rapport.science.dyad.surface import ResponseSurface, response_surface
from rapport.science.dyad.truth_bias import TruthAndBias, truth_and_bias

__all__ = [
    "ActorPartner",
    "Between",
    "CentredLag",
    "Effect",
    "LaggedEffects",
    "LaggedPaths",
    "ResponseSurface",
    "TruthAndBias",
    "Within",
    "apim",
    "lagged_effects",
    "person_mean_centred",
    "response_surface",
    "truth_and_bias",
]
