r"""Yuan and Bentler's robust inference: sandwich covariances and the scaled χ².

With :math:`A` the observed information and :math:`B = \sum_i s_i s_i^\top` of the rows' scores,
estimates have the covariance :math:`A^{-1} B A^{-1}`. χ² is divided by
:math:`c = (\operatorname{tr} A_1^{-1} B_1 - \operatorname{tr} A_0^{-1} B_0)/df`, where 1 is the
saturated model and 0 the one fitted. Sources: Yuan & Bentler (2000), Sociol Methodol 30:165-200;
the form of :math:`c` as in Asparouhov & Muthén (2005), which is lavaan's MLR.
"""

from __future__ import annotations

import numpy as np

from rapport.science.sem.arrays import Floats, Places
from rapport.science.sem.likelihood import Comparison
from rapport.science.sem.objective import Evaluation
from rapport.science.sem.ram import moment_slopes
from rapport.science.sem.triangle import triangle

__all__ = ["independence_trace", "moment_scores", "sandwich", "saturated_trace"]


def moment_scores(comparison: Comparison, mu: Floats, rows: Floats) -> Floats:
    """Return the derivative of each row's log-likelihood by the moments, (n, n_moments)."""
    p = rows.shape[1]
    low = triangle(p)
    off = rows - mu
    if comparison.sample.shown is None:
        which = np.zeros(len(rows), dtype=np.intp)
    else:
        seen = ~np.isnan(rows)
        off = np.where(seen, off, 0.0)
        which = (seen[:, None, :] == comparison.sample.shown[None].astype(bool)).all(2).argmax(1)
    pulled = np.empty_like(off)
    for pattern, inverse in enumerate(comparison.inverse):
        pulled[which == pattern] = off[which == pattern] @ inverse
    by_sigma = pulled[:, low.row] * pulled[:, low.col]
    by_sigma -= comparison.inverse[:, low.row, low.col][which]
    return np.concatenate([0.5 * low.multiple * by_sigma, pulled], axis=1)


def sandwich(
    evaluation: Evaluation,
    rows: tuple[Floats, ...],
    centres: tuple[Floats, ...],
    inverse: Floats,
) -> tuple[Floats, float]:
    r"""Return the robust covariance of the unconstrained parameters, and tr A₀⁻¹B₀.

    ``inverse`` is that of the observed information; ``centres`` are the sample means of each
    group, used where the model has none.
    """
    middle = np.zeros_like(inverse)
    groups = zip(evaluation.cells, evaluation.implied, evaluation.comparisons, strict=True)
    for values, centre, (cells, implied, comparison) in zip(rows, centres, groups, strict=True):
        slopes = moment_slopes(cells, implied)
        mu = centre if implied.mu is None else implied.mu
        scores = moment_scores(comparison, mu, values)[:, : len(slopes)] @ slopes
        middle += scores.T @ scores
    return inverse @ middle @ inverse, float((middle * inverse).sum())


def saturated_trace(comparison: Comparison, mu: Floats, rows: Floats, covariates: Places) -> float:
    r"""Return tr A₁⁻¹B₁ of one group, leaving out the covariates' own moments.

    Means count only where the comparison is of them too.
    """
    low = triangle(rows.shape[1])
    given = np.isin(np.arange(rows.shape[1]), covariates)
    kept = np.concatenate([~(given[low.row] & given[low.col]), ~given])
    information = comparison.observed()
    kept = np.flatnonzero(kept[: len(information)])
    scores = moment_scores(comparison, mu, rows)[:, kept]
    return float(np.trace(np.linalg.solve(information[np.ix_(kept, kept)], scores.T @ scores)))


def independence_trace(rows: Floats, covariates: Places, *, means: bool) -> float:
    r"""Return tr A⁻¹B of one group where all but the covariates are unrelated.

    Each variable then stands alone, with the rows that have it: ½ mean (z² − 1)² for its
    variance, and 1 for its mean.
    """
    total = 0.0
    for at in set(range(rows.shape[1])) - set(covariates.tolist()):
        seen = rows[:, at][~np.isnan(rows[:, at])]
        square = (seen - seen.mean()) ** 2 / seen.var()
        total += 0.5 * float(((square - 1) ** 2).mean()) + means
    return total
