"""How far a score can be trusted: Cronbach's alpha, McDonald's omega, intraclass correlations.

Rows are people (or units), columns are items (or raters).
"""

from rapport.science.reliability.alpha import cronbach_alpha
from rapport.science.reliability.icc import IccForm, icc
from rapport.science.reliability.omega import Omega, mcdonald_omega
from rapport.science.reliability.table import Reliability

__all__ = ["IccForm", "Omega", "Reliability", "cronbach_alpha", "icc", "mcdonald_omega"]
