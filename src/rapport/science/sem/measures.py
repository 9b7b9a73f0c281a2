"""How well a model fits: χ², CFI, TLI, RMSEA, SRMR, information criteria."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chndtrinc

from rapport.science.sem.arrays import Floats

__all__ = ["FitMeasures", "Scaled", "Standing", "measures", "srmr"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A model's χ² against the saturated one, and its degrees of freedom."""

    chisq: float
    df: int

    @property
    def pvalue(self) -> float | None:
        """Upper tail of χ²; none without degrees of freedom."""
        return float(chdtrc(self.df, self.chisq)) if self.df else None

    @property
    def excess(self) -> float:
        """χ² beyond what chance gives."""
        return max(self.chisq - self.df, 0.0)


@dataclass(frozen=True, slots=True)
class Scaled:
    """The same by Yuan and Bentler's correction: χ² divided by ``scaling_factor``."""

    scaling_factor: float
    chisq: float
    pvalue: float | None
    cfi: float
    tli: float
    rmsea: float


@dataclass(frozen=True, slots=True)
class FitMeasures:
    """Of a whole model over all groups; ``pvalue`` is ``None`` with no degrees of freedom.

    ``rmsea_lower`` and ``rmsea_upper`` bound a 90 % interval. Log-likelihoods are of the
    variables given the covariates. ``scaled`` is there for MLR.
    """

    chisq: float
    df: int
    pvalue: float | None
    cfi: float
    tli: float
    rmsea: float
    rmsea_lower: float
    rmsea_upper: float
    srmr: float
    loglik: float
    loglik_saturated: float
    aic: float
    bic: float
    parameters: int
    baseline_chisq: float
    baseline_df: int
    scaled: Scaled | None = None


def measures(
    *,
    standing: Standing,
    baseline: Standing,
    loglik: float,
    loglik_saturated: float,
    srmr: float,
    parameters: int,
    rows: float,
    groups: int,
    factors: tuple[float, float] | None = None,
) -> FitMeasures:
    r"""Compute the fit measures.

    Parameters
    ----------
    standing, baseline : Standing
        Of the model and of independence (covariates still related as they are).
    loglik, loglik_saturated : float
    srmr : float
        Already computed, see :func:`srmr`.
    parameters : int
        Free ones.
    rows : float
        :math:`N`, over all groups.
    groups : int
        :math:`G`.
    factors : (float, float), optional
        Scaling factors of model and baseline (MLR).

    Notes
    -----
    :math:`\text{CFI} = 1 - d/\max(d, d_0)` with :math:`d = \max(\chi^2 - df, 0)`;
    :math:`\text{TLI} = (\chi^2_0/df_0 - \chi^2/df)/(\chi^2_0/df_0 - 1)`;
    :math:`\text{RMSEA} = \sqrt{G\,d/(N\,df)}`, its 90 % interval from the noncentrality at which
    :math:`\chi^2` is the 95th or 5th percentile. Sources: Bentler (1990), Tucker & Lewis (1973),
    Steiger (1990, 1998), Yuan & Bentler (2000). Checked against lavaan.
    """
    lower, upper = _rmsea_interval(standing, rows, groups)
    return FitMeasures(
        chisq=standing.chisq,
        df=standing.df,
        pvalue=standing.pvalue,
        cfi=_cfi(standing, baseline),
        tli=_tli(standing, baseline),
        rmsea=_rmsea(standing.chisq - standing.df, standing.df, rows, groups),
        rmsea_lower=lower,
        rmsea_upper=upper,
        srmr=srmr,
        loglik=loglik,
        loglik_saturated=loglik_saturated,
        aic=-2 * loglik + 2 * parameters,
        bic=-2 * loglik + parameters * math.log(rows),
        parameters=parameters,
        baseline_chisq=baseline.chisq,
        baseline_df=baseline.df,
        scaled=None if factors is None else _scaled(standing, baseline, factors, rows, groups),
    )


def _scaled(
    standing: Standing, baseline: Standing, factors: tuple[float, float], rows: float, groups: int
) -> Scaled:
    own = Standing(standing.chisq / factors[0], standing.df)
    other = Standing(baseline.chisq / factors[1], baseline.df)
    return Scaled(
        factors[0],
        own.chisq,
        own.pvalue,
        _cfi(own, other),
        _tli(own, other),
        _rmsea(own.chisq - own.df, own.df, rows, groups),
    )


def _cfi(standing: Standing, baseline: Standing) -> float:
    most = max(standing.excess, baseline.excess)
    return 1 - standing.excess / most if most > 0 else 1.0


def _tli(standing: Standing, baseline: Standing) -> float:
    """1 where the model has no degrees of freedom, as lavaan has it."""
    if not standing.df or not baseline.df:
        return 1.0
    ratio = baseline.chisq / baseline.df
    return (ratio - standing.chisq / standing.df) / (ratio - 1)


def _rmsea(noncentrality: float, df: int, rows: float, groups: int) -> float:
    return math.sqrt(groups * max(noncentrality, 0.0) / (rows * df)) if df else 0.0


def _rmsea_interval(standing: Standing, rows: float, groups: int) -> tuple[float, float]:
    return (
        _rmsea(_noncentrality(standing, 0.95), standing.df, rows, groups),
        _rmsea(_noncentrality(standing, 0.05), standing.df, rows, groups),
    )


def _noncentrality(standing: Standing, tail: float) -> float:
    """Where the noncentral χ² distribution has ``tail`` of its mass below the χ² found."""
    chisq, df = standing.chisq, standing.df
    if not df or 1 - chdtrc(df, chisq) < tail:
        return 0.0
    return float(chndtrinc(chisq, df, tail))


def srmr(cov: Floats, sigma: Floats, mean: Floats, mu: Floats | None) -> float:
    r"""Root mean square of the residuals in units of the observed standard deviations.

    Over the lower triangle with its diagonal, and the means where they are modelled: Bentler's
    (1995) form.
    """
    sd, p = np.sqrt(np.diagonal(cov)), len(cov)
    residual = (cov - sigma) / sd / sd[:, None]
    own = np.diagonal(residual)
    squares = (float(np.vdot(residual, residual)) + float(own @ own)) / 2
    count = p * (p + 1) // 2
    if mu is not None:
        shift = (mean - mu) / sd
        squares, count = squares + float(shift @ shift), count + shift.size
    return math.sqrt(squares / count)
