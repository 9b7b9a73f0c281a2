"""Estimates with their standard errors, and what is defined from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rapport.science.refusals import BadModelError
from rapport.science.sem.arrays import Floats
from rapport.science.sem.expression import Expression
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
    told = [
        (one.lhs, one.op, one.rhs, groups[one.group], one.label) for one in specification.parameters
    ]
    ses = [errors[one.free] for one in specification.parameters]
    found = _with_intervals(told, raw, ses, standardised)
    if not specification.definitions:
        return found
    return found + _defined(specification, raw, standardised, covariance)


Told = tuple[str, str, str, str | None, str]


def _with_intervals(
    told: Sequence[Told],
    raw: Sequence[float],
    ses: Sequence[float],
    standardised: Sequence[float | None],
) -> tuple[Estimate, ...]:
    values, errors = np.array(raw), np.array(ses)
    tested = errors > 0
    z = np.divide(values, errors, out=np.zeros_like(values), where=tested)
    p_values = (2 * ndtr(-np.abs(z))).tolist()
    reach = Z_95 * errors
    columns = zip(
        told,
        raw,
        ses,
        [p if known else None for p, known in zip(p_values, tested.tolist(), strict=True)],
        (values - reach).tolist(),
        (values + reach).tolist(),
        standardised,
        strict=True,
    )
    return tuple(Estimate(*names, *numbers) for names, *numbers in columns)


def _defined(
    specification: Specification,
    raw: Sequence[float],
    standardised: Sequence[float | None],
    covariance: Floats,
) -> tuple[Estimate, ...]:
    """Values, and errors by the delta method: √(gᵀVg)."""
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
    told: list[Told] = []
    ses: list[float] = []
    for definition in specification.definitions:
        name, expression = definition.name, definition.expression
        values[name] = float(expression.value(values))
        if not math.isfinite(values[name]):
            raise BadModelError(
                f"line {definition.line}: {expression.text!r} has no finite value at the estimates."
            )
        stds[name] = _standardised(expression, stds)
        own = expression.gradient(values)
        slopes[name] = np.zeros(specification.n_free) + sum(
            weight * slopes[part] for weight, part in zip(own, expression.names, strict=True)
        )
        ses.append(math.sqrt(max(float(slopes[name] @ covariance @ slopes[name]), 0.0)))
        told.append((name, ":=", expression.text, None, name))
    names = [one.name for one in specification.definitions]
    return _with_intervals(
        told,
        [values[name] for name in names],
        ses,
        [stds[name] if math.isfinite(stds[name]) else None for name in names],
    )


def _standardised(expression: Expression, stds: dict[str, float]) -> float:
    """What a definition comes to of standardised estimates; NaN, shown as none, where nothing."""
    try:
        return float(expression.value(stds))
    except BadModelError:
        return math.nan
