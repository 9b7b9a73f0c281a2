"""Is the larger of two nested models better than chance would make it?"""

from __future__ import annotations

from dataclasses import dataclass

from rapport.science.mixed.result import MixedFit
from rapport.science.refusals import BadModelError

__all__ = ["LikelihoodRatio", "compare"]


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """``chisq`` on ``df`` degrees of freedom; conservative where ``at_boundary``."""

    chisq: float
    df: int
    p: float
    at_boundary: bool


def compare(smaller: MixedFit, larger: MixedFit) -> LikelihoodRatio:
    r"""Test a model against one that it is a special case of.

    Parameters
    ----------
    smaller, larger : MixedFit
        Fitted to the same rows, both by ML; both by REML only if their fixed effects are the same.

    Returns
    -------
    LikelihoodRatio
        ``at_boundary`` where random effects were added: a variance of 0 lies at the edge of its
        space, so the true p is smaller than the one given.

    Raises
    ------
    BadModelError
        The fits cannot be compared: other rows, other criteria, or REML with other fixed effects.

    Notes
    -----
    :math:`\chi^2 = 2(\ell_1 - \ell_0)`. Source: Pinheiro & Bates (2000), Mixed-Effects Models in S
    and S-PLUS, ch. 2.4. Checked against lme4's ``anova``.
    """
    from scipy.special import chdtrc

    _refuse_incomparable(smaller, larger)
    df = larger.parameters - smaller.parameters
    chisq = max(0.0, 2 * (larger.loglik - smaller.loglik))
    added = len(larger.estimate.theta) > len(smaller.estimate.theta)
    return LikelihoodRatio(chisq, df, float(chdtrc(df, chisq)), added)


def _refuse_incomparable(smaller: MixedFit, larger: MixedFit) -> None:
    if smaller.n != larger.n:
        raise BadModelError(
            f"The fits used {smaller.n:,} and {larger.n:,} rows: "
            "fit both to the rows that are complete in all columns."
        )
    if smaller.reml != larger.reml:
        raise BadModelError("One fit is by REML, the other by ML: use the same for both.")
    if smaller.reml and set(smaller.coefficients) != set(larger.coefficients):
        raise BadModelError("Fits by REML with other fixed effects do not compare: fit both by ML.")
    if larger.parameters <= smaller.parameters:
        raise BadModelError("The larger model must come second, and have more parameters.")
