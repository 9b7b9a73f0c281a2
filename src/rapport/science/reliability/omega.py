"""McDonald's omega: the reliability of a sum of items that one factor explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from rapport.science.columns import Columns
from rapport.science.refusals import TooFewError
from rapport.science.reliability.table import complete_rows

LEAST_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Omega:
    """Omega with both denominators, and how well one factor fits.

    ``coefficient`` has the total variance that the model implies, with its standard error and
    interval; ``observed`` that of the sums as they are. Where the two part, one factor does not
    hold, and neither of them is to be trusted. ``loadings`` are in the items' order and units;
    ``heywood`` names the items whose error variance is estimated below 0.
    """

    coefficient: float
    se: float
    low: float
    high: float
    observed: float
    loadings: tuple[float, ...]
    chisq: float
    df: int
    p: float | None
    rmsea: float
    n: int
    k: int
    left_out: int
    heywood: tuple[str, ...]


def mcdonald_omega(columns: Columns, items: Sequence[str], *, level: float = 0.95) -> Omega:
    r"""Fit one factor by maximum likelihood, and say how much of the sum's variance it makes.

    Parameters
    ----------
    columns : Columns
        One row a person; items already turned so that all point one way.
    items : sequence of str, length k of 3 or more
        The items' columns.
    level : float
        Of the interval.

    Returns
    -------
    Omega
        On the people with every item.

    Raises
    ------
    TooFewError
        Fewer than three items, or too few people with every item.
    RefusedFitError
        As :func:`rapport.science.sem.fit_sem`.

    Notes
    -----
    With loadings :math:`\lambda_i` and error variances :math:`\theta_i`,
    :math:`\omega = (\sum\lambda_i)^2 / ((\sum\lambda_i)^2 + \sum\theta_i)`; the observed
    denominator is the variance of the sum, with divisor n. The standard error is by the delta
    method, the interval normal. Sources: McDonald (1999), Test Theory, ch. 6; Raykov (2002),
    Multivariate Behav Res 37:89-103. Checked against R's lavaan.
    """
    from rapport.science.sem import fit_sem

    if len(items) < LEAST_ITEMS:
        raise TooFewError("McDonald's omega", "items", needs=LEAST_ITEMS, has=len(items))
    answers, left_out = complete_rows(columns, items, "McDonald's omega")
    names = [f"i{at}" for at in range(len(items))]
    fit = fit_sem(_one_factor(names), dict(zip(names, answers.T, strict=True)))
    omega = next(one for one in fit.estimates if one.lhs == "omega")
    loadings = tuple(fit.estimate("f", "=~", name).est for name in names)
    reach = NormalDist().inv_cdf((1 + level) / 2) * omega.se
    return Omega(
        coefficient=omega.est,
        se=omega.se,
        low=omega.est - reach,
        high=omega.est + reach,
        observed=sum(loadings) ** 2 / float(answers.sum(axis=1).var()),
        loadings=loadings,
        chisq=fit.fit.chisq,
        df=fit.fit.df,
        p=fit.fit.pvalue,
        rmsea=fit.fit.rmsea,
        n=fit.n,
        k=len(items),
        left_out=left_out,
        heywood=tuple(
            item
            for item, name in zip(items, names, strict=True)
            if fit.estimate(name, "~~", name).est < 0
        ),
    )


def _one_factor(names: Sequence[str]) -> str:
    common = "(" + " + ".join(f"l_{name}" for name in names) + ")^2"
    return "\n".join(
        [
            f"f =~ NA*{names[0]} + " + " + ".join(f"l_{name}*{name}" for name in names),
            "f ~~ 1*f",
            *(f"{name} ~~ t_{name}*{name}" for name in names),
            f"omega := {common} / ({common} + {' + '.join(f't_{name}' for name in names)})",
        ]
    )
