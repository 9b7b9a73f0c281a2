"""From rows, or from sums of products, to a fitted model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rapport.science.columns import Columns
from rapport.science.mixed import formula as formulas
from rapport.science.mixed.collapse import collapse
from rapport.science.mixed.design import build
from rapport.science.mixed.estimate import Estimate, minimise
from rapport.science.mixed.inference import covariance, fixed_effects
from rapport.science.mixed.levels import Statistics, gather
from rapport.science.mixed.reader import Reader
from rapport.science.mixed.result import FIXED, MixedFit, RandomEffects

__all__ = ["fit"]


def fit(formula: str, columns: Columns, *, reml: bool = True) -> MixedFit:
    r"""Fit a linear mixed model by REML or maximum likelihood.

    Parameters
    ----------
    formula : str
        As in lme4: ``y ~ x + (1 + t | id)``, ``(t || id)`` for uncorrelated effects,
        ``(1 | therapist/client)`` for nested groups, several terms for crossed ones. Functions:
        log, log1p, exp, sqrt, abs.
    columns : mapping of str to array_like, each of shape (n,)
        Numbers or text; text is a factor with treatment contrasts. A row in which a value is
        missing is left out and counted.
    reml : bool
        Restricted maximum likelihood, as lme4 does by default; False for ML.

    Returns
    -------
    MixedFit
        With Wald standard errors, Satterthwaite's degrees of freedom, and a convergence report.

    Raises
    ------
    BadModelError
        The formula cannot be read or evaluated.
    BadColumnError, ConstantColumnError
        A column is absent, not usable, or never varies.
    TooFewError
        Too few groups, or no more rows than random effects.
    SingularFitError, NotIdentifiedError
        Fixed effects determine one another, or two random terms cannot be told apart.
    NoVariationError
        The fixed effects give the response exactly.
    NotConvergedError
        The optimiser found no minimum.

    Notes
    -----
    :math:`y = X\beta + \sum_l Z_l b_l + \varepsilon` with :math:`b_l \sim N(0, \sigma^2 D_l)` for
    each group and :math:`\varepsilon \sim N(0, \sigma^2)`; the deviance, profiled over β and σ, is
    minimised over the Cholesky factors of all :math:`D_l` by its analytic gradient. Source: Bates,
    Mächler, Bolker & Walker (2015), J Stat Softw 67(1), for the criterion; Laird & Ware (1982),
    Biometrics 38:963-974, for the model. Checked against lme4 and lmerTest.
    """
    read = formulas.read(formula)
    design = build(read, columns)
    statistics = gather(design)
    readers = {grouping.group: grouping.reader for grouping in design.groupings}
    readers[FIXED] = design.fixed
    return fitted(formula, statistics, readers, reml=reml, dropped=design.dropped)


def fitted(
    formula: str,
    statistics: Statistics,
    readers: Mapping[str, Reader],
    *,
    reml: bool,
    dropped: int,
) -> MixedFit:
    """Fit the model to what was gathered."""
    smaller = collapse(statistics)
    estimate = minimise(smaller, reml=reml)
    found = estimate.evaluation
    return MixedFit(
        formula=formula,
        reml=reml,
        n=statistics.n,
        dropped=dropped,
        groups={level.group: level.groups for level in statistics.levels},
        fixed=fixed_effects(smaller, estimate, reml=reml),
        vcov=covariance(found),
        random=_random(statistics, estimate),
        residual_sd=float(np.sqrt(found.residual / found.df)),
        loglik=-found.deviance / 2,
        parameters=statistics.p + len(estimate.theta) + 1,
        convergence=estimate.convergence,
        statistics=statistics,
        estimate=estimate,
        readers=readers,
    )


def _random(statistics: Statistics, estimate: Estimate) -> tuple[RandomEffects, ...]:
    variance = estimate.evaluation.residual / estimate.evaluation.df
    return tuple(
        RandomEffects(level.group, level.effects, variance * factor @ factor.T, level.free)
        for level, factor in zip(statistics.levels, estimate.factors, strict=True)
    )
