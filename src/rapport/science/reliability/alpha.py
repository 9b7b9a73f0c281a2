"""Cronbach's alpha: the internal consistency of a sum."""

from __future__ import annotations

from collections.abc import Sequence

from rapport.science.columns import Columns
from rapport.science.refusals import ConstantColumnError, NoVariationError
from rapport.science.reliability.table import Reliability, complete_rows, f_quantiles


def cronbach_alpha(columns: Columns, items: Sequence[str], *, level: float = 0.95) -> Reliability:
    r"""Return the internal consistency of a sum of items.

    Parameters
    ----------
    columns : Columns
        One row a person; items already turned so that all point one way.
    items : sequence of str, length k of 2 or more
        The items' columns.
    level : float
        Of the interval.

    Returns
    -------
    Reliability
        On the people with every item.

    Raises
    ------
    TooFewError
        Fewer than two items, or than two people with every item.
    ConstantColumnError
        An item that everybody answers alike.
    NoVariationError
        A sum that is the same for everybody.

    Notes
    -----
    :math:`\alpha = \frac{k}{k-1}\left(1 - \frac{\sum s_i^2}{s_X^2}\right)`. The interval
    is Feldt's, :math:`1 - (1-\alpha) F_{n-1,(n-1)(k-1)}`, which takes items as normal, with equal
    variances and equal covariances. Sources: Cronbach (1951), Psychometrika 16:297-334; Feldt,
    Woodruff & Salih (1987), Appl Psychol Meas 11:93-103. Checked against R's psych.
    """
    answers, left_out = complete_rows(columns, items, "Cronbach's alpha")
    n, k = answers.shape
    spread = answers.var(axis=0, ddof=1)
    for name, variance in zip(items, spread, strict=True):
        if variance == 0:
            raise ConstantColumnError(name)
    whole = answers.sum(axis=1).var(ddof=1)
    if whole <= 1e-14 * spread.sum():
        raise NoVariationError("the items cancel, and every sum is the same")
    alpha = float(k / (k - 1) * (1 - spread.sum() / whole))
    below, above = f_quantiles(n - 1, (n - 1) * (k - 1), level)
    return Reliability(alpha, 1 - (1 - alpha) * above, 1 - (1 - alpha) * below, n, k, left_out)
