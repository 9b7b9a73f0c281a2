"""The random effects of the groups themselves, predicted from what each showed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.likelihood import evaluate
from rapport.science.mixed.result import MixedFit
from rapport.science.refusals import BadModelError

__all__ = ["GroupEffects", "effects"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class GroupEffects:
    """Conditional modes and standard deviations, both of shape (N, q), a row for each label."""

    group: str
    labels: tuple[str, ...]
    effects: tuple[str, ...]
    values: Floats
    sd: Floats


def effects(fit: MixedFit, group: str) -> GroupEffects:
    r"""Return the best linear unbiased predictions of one factor's groups.

    Parameters
    ----------
    fit : MixedFit
        A model fitted to rows.
    group : str
        One of ``fit.groups``.

    Returns
    -------
    GroupEffects
        Deviations from the fixed effects, in the response's units per unit of each effect.

    Raises
    ------
    BadModelError
        The model has no such group, or was fitted to sums, in which no group is to be found.

    Notes
    -----
    :math:`\hat b_g = D Z_g^\top V^{-1}(y - X\hat\beta)` with conditional covariance
    :math:`\sigma^2 (D - D Z_g^\top V^{-1} Z_g D)`, β and the covariances taken as known. Source:
    Henderson (1975), Biometrics 31:423-447. Checked against lme4's ``ranef``.
    """
    at = next((j for j, random in enumerate(fit.random) if random.group == group), None)
    if at is None:
        raise BadModelError(f"The model has no random effects of {group!r}.")
    level, factor = fit.statistics.levels[at], fit.estimate.factors[at]
    if level.labels is None:
        raise BadModelError("A model fitted to sums of products knows no single groups.")
    found = evaluate(fit.statistics, fit.estimate.factors, reml=fit.reml)
    contrast = np.zeros(len(fit.statistics.total))
    contrast[: len(found.beta)], contrast[-1] = -found.beta, 1
    d, field = factor @ factor.T, found.fields[at]
    taken = np.einsum("ab,bcn,ca->an", d, field.h, d, optimize=True)
    variance = fit.residual_sd**2 * (np.diag(d)[:, None] - taken)
    return GroupEffects(
        group,
        level.labels.texts(),
        level.effects,
        (d @ (contrast @ field.f)).T,
        np.sqrt(np.maximum(variance, 0)).T,
    )
