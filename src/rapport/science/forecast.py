"""What is expected of one rating before it is given."""

from __future__ import annotations

from typing import NamedTuple

from rapport.science.student import t_quantile


class Forecast(NamedTuple):
    """A Student-t prediction of one rating: ``sd`` is its scale, ``df`` its freedom.

    An infinite ``df`` makes it a normal one.
    """

    mean: float
    sd: float
    df: float

    def reach(self, tail: float) -> float:
        """Distance from the mean that is exceeded on one side with probability ``tail``."""
        return t_quantile(1 - tail, self.df) * self.sd
