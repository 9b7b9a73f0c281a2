"""The completely standardised solution: all variables, observed and latent, with variance 1."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rapport.science.sem.cells import Cells
from rapport.science.sem.parameters import Specification
from rapport.science.sem.ram import Implied

__all__ = ["raw_and_standardised"]


def raw_and_standardised(
    specification: Specification, cells: tuple[Cells, ...], implied: tuple[Implied, ...]
) -> tuple[list[float], list[float | None]]:
    """Return each parameter's value and standardised value, in the order of the parameters.

    Paths are multiplied by the ratio of standard deviations, variances divided by the total
    variance, covariances by the (residual) standard deviations of their two variables, and
    intercepts by the standard deviation. Where a variance is not positive there is none.
    """
    at = {name: place for place, name in enumerate(specification.roles.variables)}
    raw: list[float] = []
    standardised: list[float | None] = []
    for group, values in enumerate(zip(cells, implied, strict=True)):
        own = [one for one in specification.parameters if one.group == group]
        for value, std in _of_group(
            [(one.op, at[one.lhs], at.get(one.rhs, -1)) for one in own], *values
        ):
            raw.append(value)
            standardised.append(std)
    return raw, standardised


def _of_group(
    places: list[tuple[str, int, int]], cells: Cells, implied: Implied
) -> Iterator[tuple[float, float | None]]:
    total = np.sqrt(np.maximum(np.diagonal(implied.phi), 0.0)).tolist()
    own = np.sqrt(np.maximum(np.diagonal(implied.s), 0.0)).tolist()
    a, s = implied.a.tolist(), implied.s.tolist()
    intercepts = _intercepts(implied)
    for op, lhs, rhs in places:
        if op == "~1":
            value, over = intercepts[lhs], total[lhs]
        elif op == "~~" and lhs == rhs:
            value, over = s[lhs][lhs], total[lhs] ** 2
        elif op == "~~":
            value, over = s[lhs][rhs], own[lhs] * own[rhs]
        else:
            row, col = (rhs, lhs) if op == "=~" else (lhs, rhs)
            value, over = a[row][col], total[row] / total[col] if total[col] else 0.0
        yield value, value / over if over > 0 else None


def _intercepts(implied: Implied) -> list[float]:
    if implied.means is None:
        return []
    found: list[float] = (implied.means - implied.a @ implied.means).tolist()
    return found
