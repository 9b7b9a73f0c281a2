"""One estimated effect with its test and interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from rapport.science.refusals import SingularFitError
from rapport.science.student import t_quantile, t_tail

__all__ = ["Effect", "effect"]

NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Effect:
    """``t`` is estimate over standard error, ``p`` two-sided, the bounds those of 95 % or as asked.

    ``df`` is ``None`` where the test is normal (``t`` is then a z).
    """

    estimate: float
    se: float
    t: float
    df: float | None
    p: float
    low: float
    high: float


def effect(estimate: float, variance: float, df: float | None, level: float = 0.95) -> Effect:
    """Test an estimate against 0, by Student's t with ``df`` or by the normal.

    Raises
    ------
    SingularFitError
        There is no variance to test it with.
    """
    if not variance > 0:
        raise SingularFitError("The data do not determine every effect: one has no standard error.")
    se = math.sqrt(variance)
    t = estimate / se
    if df is None:
        p, reach = math.erfc(abs(t) / math.sqrt(2)), NORMAL.inv_cdf((1 + level) / 2) * se
    else:
        p, reach = 2 * t_tail(abs(t), df), t_quantile((1 + level) / 2, df) * se
    return Effect(estimate, se, t, df, p, estimate - reach, estimate + reach)
