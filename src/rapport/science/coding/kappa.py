"""Kappa: agreement on categories beyond what chance would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from rapport.science.coding.ratings import (
    Floats,
    Places,
    by_category,
    labelled,
    numbered,
    rated_by_all,
)
from rapport.science.columns import Columns
from rapport.science.refusals import BadModelError, NoVariationError, TooFewError
from rapport.science.student import t_quantile

Weights = Literal["linear", "quadratic"]


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance, with its large-sample interval.

    ``observed`` and ``expected`` are shares of agreement (weighted, where the coefficient is).
    ``left_out`` counts the units that some coder did not rate.
    """

    kappa: float
    se: float
    low: float
    high: float
    observed: float
    expected: float
    units: int
    coders: int
    left_out: int


def cohen_kappa(columns: Columns, coders: Sequence[str], *, level: float = 0.95) -> Kappa:
    r"""Compare two coders who put each unit into one of several categories without order.

    Parameters
    ----------
    columns : Columns
        One row a unit; text or numbers, missing where a coder gave nothing.
    coders : sequence of str, length 2
        The two coders' columns.
    level : float
        Of the interval.

    Returns
    -------
    Kappa
        On the units that both rated.

    Raises
    ------
    BadModelError
        Not two coders.
    TooFewError
        Fewer than two units rated by both.
    NoVariationError
        Both used one and the same category throughout.

    Notes
    -----
    :math:`\kappa = (p_o - p_e)/(1 - p_e)`, :math:`p_e = \sum_i p_{i\cdot}\, p_{\cdot i}`, with
    the standard error that holds where :math:`\kappa \ne 0`; the interval is normal, cut at 1.
    Sources: Cohen (1960), Educ Psychol Meas 20:37-46; Fleiss, Cohen & Everitt (1969), Psychol
    Bull 72:323-327. Checked against R's psych.
    """
    _two(coders)
    places, size = labelled(columns, coders)
    return _weighted(places, np.eye(size), level)


def weighted_kappa(
    columns: Columns, coders: Sequence[str], *, weights: Weights = "quadratic", level: float = 0.95
) -> Kappa:
    r"""Compare two coders whose categories are numbers, so that near misses count in part.

    Parameters
    ----------
    columns : Columns
        One row a unit; numbers, missing where a coder gave nothing.
    coders : sequence of str, length 2
        The two coders' columns.
    weights : {"quadratic", "linear"}
        How agreement falls with distance.
    level : float
        Of the interval.

    Returns
    -------
    Kappa
        On the units that both rated.

    Raises
    ------
    BadModelError, TooFewError, NoVariationError
        As in :func:`cohen_kappa`.
    BadColumnError
        Text: its categories have no distances.

    Notes
    -----
    Agreement weights :math:`w_{ij} = 1 - (|x_i - x_j|/(x_\max - x_\min))^r`, :math:`r` 1 or 2,
    from the numbers themselves, so that a category nobody used does not draw its neighbours
    together. Sources: Cohen (1968), Psychol Bull 70:213-220; Fleiss, Cohen & Everitt (1969).
    Checked against R's psych.
    """
    _two(coders)
    places, values = numbered(columns, coders)
    distance = np.abs(values[:, None] - values[None, :])
    reach = distance / max(distance.max(initial=0.0), np.finfo(float).tiny)
    return _weighted(places, 1 - reach ** (2 if weights == "quadratic" else 1), level)


def fleiss_kappa(columns: Columns, coders: Sequence[str], *, level: float = 0.95) -> Kappa:
    r"""Compare any number of coders who put each unit into a category without order.

    Parameters
    ----------
    columns : Columns
        One row a unit; text or numbers, missing where a coder gave nothing.
    coders : sequence of str, length m, 2 or more
        The coders' columns; which coder chose which category does not matter.
    level : float
        Of the interval.

    Returns
    -------
    Kappa
        On the units that every coder rated; with many gaps take Krippendorff's alpha.

    Raises
    ------
    TooFewError
        Fewer than two coders, or than two units rated by all.
    NoVariationError
        One category throughout.

    Notes
    -----
    With :math:`n_{ij}` of :math:`m` coders putting unit :math:`i` into category :math:`j`:
    :math:`P_i = (\sum_j n_{ij}^2 - m)/(m(m-1))`, :math:`p_j` the mean of :math:`n_{ij}/m`,
    :math:`\kappa = (\bar P - \sum p_j^2)/(1 - \sum p_j^2)`. The variance is that of the
    coefficient linearised by units, which also holds where :math:`\kappa \ne 0`, and the interval
    takes Student's t with one degree of freedom less than units. Sources: Fleiss (1971), Psychol
    Bull 76:378-382; Gwet (2008), Br J Math Stat Psychol 61:29-48. Checked against the same
    formulas, written apart, in R.
    """
    if len(coders) < 2:
        raise TooFewError("Fleiss' kappa", "coders", needs=2, has=len(coders))
    places, size = labelled(columns, coders)
    counts = by_category(rated_by_all(places, "Fleiss' kappa"), size)
    units, m = len(counts), len(coders)
    agreed = ((counts**2).sum(axis=1) - m) / (m * (m - 1))
    shares = counts.mean(axis=0) / m
    observed, expected = float(agreed.mean()), float(shares @ shares)
    _varied(expected)
    kappa = (observed - expected) / (1 - expected)
    drawn = counts @ shares / m - expected
    by_unit = (agreed - expected - 2 * (1 - kappa) * drawn) / (1 - expected)
    se = float(np.sqrt(((by_unit - kappa) ** 2).sum() / (units * (units - 1))))
    reach = t_quantile((1 + level) / 2, units - 1) * se
    return _kappa(observed, expected, se=se, reach=reach, units=units, places=places)


def _weighted(places: Places, weights: Floats, level: float) -> Kappa:
    whole = rated_by_all(places, "Kappa")
    units = len(whole)
    table = np.zeros_like(weights)
    np.add.at(table, (whole[:, 0], whole[:, 1]), 1 / units)
    first, second = table.sum(axis=1), table.sum(axis=0)
    observed, expected = float((weights * table).sum()), float(first @ weights @ second)
    _varied(expected)
    kappa = (observed - expected) / (1 - expected)
    margins = (weights @ second)[:, None] + (first @ weights)[None, :]
    spread = (table * (weights - margins * (1 - kappa)) ** 2).sum()
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (units * (1 - expected) ** 2)
    se = float(np.sqrt(max(variance, 0.0)))
    reach = NormalDist().inv_cdf((1 + level) / 2) * se
    return _kappa(observed, expected, se=se, reach=reach, units=units, places=places)


def _kappa(
    observed: float, expected: float, *, se: float, reach: float, units: int, places: Places
) -> Kappa:
    kappa = (observed - expected) / (1 - expected)
    rows, coders = places.shape
    high = min(kappa + reach, 1.0)
    return Kappa(kappa, se, kappa - reach, high, observed, expected, units, coders, rows - units)


def _two(coders: Sequence[str]) -> None:
    if len(coders) != 2:
        raise BadModelError(f"This kappa compares two coders; {len(coders)} were given.")


def _varied(expected: float) -> None:
    if 1 - expected < 1e-12:
        raise NoVariationError("every unit has the same category from every coder")
