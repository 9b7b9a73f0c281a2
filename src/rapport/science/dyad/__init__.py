"""Two sides of one relationship: who affects whom, who sees what, and what goes before what."""

from rapport.science.dyad.apim import ActorPartner, apim
from rapport.science.dyad.effects import Effect
from rapport.science.dyad.surface import ResponseSurface, response_surface

__all__ = ["ActorPartner", "Effect", "ResponseSurface", "apim", "response_surface"]
