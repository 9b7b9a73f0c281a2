"""The completely standardised solution: all variables, observed and latent, with variance 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.sem.arrays import Floats, Places
from rapport.science.sem.parameters import Parameter, Specification
from rapport.science.sem.ram import Implied

__all__ = ["Scaling", "raw_and_standardised", "scaling_of"]


@dataclass(frozen=True, slots=True)
class Scaling:
    """Where one group's parameters stand, and what each is multiplied with and divided by.

    ``places`` are in A, S and m, flat, one after another. The others point into 1, the standard
    deviations of all variables, and their residual ones, one after another.
    """

    places: Places
    times: Places
    over: Places
    and_over: Places


def scaling_of(specification: Specification, group: int) -> Scaling:
    """Find the places of one group's parameters, in their order."""
    at = {name: place for place, name in enumerate(specification.roles.variables)}
    found = [_scales(one, at) for one in specification.parameters if one.group == group]
    return Scaling(*np.array(found, dtype=np.intp).reshape(-1, 4).T)


def _scales(one: Parameter, at: dict[str, int]) -> tuple[int, int, int, int]:
    size, lhs, rhs = len(at), at[one.lhs], at.get(one.rhs, -1)
    match one.op:
        case "=~":
            return rhs * size + lhs, 1 + lhs, 1 + rhs, 0
        case "~":
            return lhs * size + rhs, 1 + rhs, 1 + lhs, 0
        case "~1":
            return 2 * size * size + lhs, 0, 1 + lhs, 0
    residual = 1 if lhs == rhs else 1 + size
    return size * size + lhs * size + rhs, 0, residual + lhs, residual + rhs


def raw_and_standardised(
    scalings: tuple[Scaling, ...], implied: tuple[Implied, ...]
) -> tuple[list[float], list[float | None]]:
    """Return each parameter's value and standardised value, in the order of the parameters.

    Paths are multiplied by the ratio of standard deviations, variances divided by the total
    variance, covariances by the (residual) standard deviations of their two variables, and
    intercepts by the standard deviation. Where a variance is not positive there is none.
    """
    raw: list[float] = []
    standardised: list[float | None] = []
    for scaling, one in zip(scalings, implied, strict=True):
        values = _flat(one).take(scaling.places)
        scales = np.sqrt(np.concatenate([[1.0], one.phi.diagonal(), one.s.diagonal()]).clip(0))
        times, over = scales.take(scaling.times), scales.take(scaling.over)
        over *= scales.take(scaling.and_over)
        has = (times > 0) & (over > 0)
        found = np.divide(values * times, over, out=np.zeros_like(values), where=has).tolist()
        raw += values.tolist()
        standardised += [
            std if has_one else None for std, has_one in zip(found, has.tolist(), strict=True)
        ]
    return raw, standardised


def _flat(implied: Implied) -> Floats:
    parts = [implied.a.ravel(), implied.s.ravel()]
    if implied.means is not None:
        parts.append(implied.means - implied.a @ implied.means)
    return np.concatenate(parts)
