"""How far a score can be trusted: Cronbach's alpha and the intraclass correlations.

Rows are people (or units), columns are items (or raters).
"""

from rapport.science.reliability.alpha import cronbach_alpha
from rapport.science.reliability.icc import IccForm, icc
from rapport.science.reliability.table import Reliability

__all__ = ["IccForm", "Reliability", "cronbach_alpha", "icc"]
