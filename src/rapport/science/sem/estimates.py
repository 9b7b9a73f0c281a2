"""Estimates with their standard errors, and what is defined from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rapport.science.sem.arrays import Floats
from rapport.science.sem.parameters import Specification

__all__ = ["Z_95", "Estimate", "estimates_of"]


Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter, or with ``op`` ``:=`` one defined from others (``rhs`` as written).

    ``se`` is 0 for what is fixed or given by the data, and ``p`` then ``None``; ``lower`` and
    ``upper`` bound the 95 % Wald interval. ``std`` is completely standardised, ``None`` where
    a variance is not positive. ``group`` is the group's label, ``None`` with one group.
    """

    lhs: str
    op: str
    rhs: str
    group: str | None
    label: str
    est: float
    se: float
    p: float | None
    lower: float
    upper: float
    std: float | None


def estimates_of(
    specification: Specification,
    groups: Sequence[str | None],
    raw: Sequence[float],
    standardised: Sequence[float | None],
    covariance: Floats,
) -> tuple[Estimate, ...]:
    """Return all parameters in order, then the definitions with delta-method errors.

    ``covariance`` is of the free parameters, shape (n_free, n_free).
    """
    errors = [*np.sqrt(np.maximum(np.diagonal(covariance), 0.0)).tolist(), 0.0]
    rows = [
        (one.lhs, one.op, one.rhs, groups[one.group], one.label, value, errors[one.free], std)
        for one, value, std in zip(specification.parameters, raw, standardised, strict=True)
    ]
    rows += _defined(specification, raw, standardised, covariance)
    values, ses = np.array([row[5] for row in rows]), np.array([row[6] for row in rows])
    tested = ses > 0
    z = np.divide(values, ses, out=np.zeros_like(values), where=tested)
    p_values = (2 * ndtr(-np.abs(z))).tolist()
    return tuple(
        Estimate(*row[:7], p if known else None, low, high, row[7])
        for row, p, known, low, high in zip(
            rows,
            p_values,
            tested.tolist(),
            (values - Z_95 * ses).tolist(),
            (values + Z_95 * ses).tolist(),
            strict=True,
        )
    )


Row = tuple[str, str, str, str | None, str, float, float, float | None]


def _defined(
    specification: Specification,
    raw: Sequence[float],
    standardised: Sequence[float | None],
    covariance: Floats,
) -> list[Row]:
    """Values, and errors by the delta method: √(gᵀVg)."""
    if not specification.definitions:
        return []
    values: dict[str, float] = {}
    stds: dict[str, float] = {}
    slopes: dict[str, Floats] = {}
    for one, value, std in zip(specification.parameters, raw, standardised, strict=True):
        if one.label and one.label not in values:
            values[one.label] = value
            stds[one.label] = math.nan if std is None else std
            slopes[one.label] = np.zeros(specification.n_free)
            if one.free >= 0:
                slopes[one.label][one.free] = 1.0
    rows: list[Row] = []
    for definition in specification.definitions:
        name, expression = definition.name, definition.expression
        values[name] = float(expression.value(values))
        stds[name] = float(expression.value(stds))
        own = expression.gradient(values)
        slopes[name] = np.zeros(specification.n_free) + sum(
            weight * slopes[part] for weight, part in zip(own, expression.names, strict=True)
        )
        error = math.sqrt(max(float(slopes[name] @ covariance @ slopes[name]), 0.0))
        std_or_none = stds[name] if math.isfinite(stds[name]) else None
        rows.append((name, ":=", expression.text, None, name, values[name], error, std_or_none))
    return rows
