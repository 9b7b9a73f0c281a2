"""Coders' columns as one matrix of categories that mean the same for every coder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rapport.science.columns import Columns, codes, numbers
from rapport.science.refusals import TooFewError

Places = NDArray[np.intp]
Floats = NDArray[np.float64]

LEAST_UNITS = 2


def labelled(columns: Columns, coders: Sequence[str]) -> tuple[Places, int]:
    """Units by coders, each a category from 0 (−1: none), and how many categories there are."""
    each = [codes(columns, name) for name in coders]
    place = {label: at for at, label in enumerate(sorted({one for _, own in each for one in own}))}
    shared = [np.array([*(place[label] for label in own), -1])[at] for at, own in each]
    return np.column_stack(shared), len(place)


def numbered(columns: Columns, coders: Sequence[str]) -> tuple[Places, Floats]:
    """Units by coders, each the place (−1: none) of its value among the sorted values."""
    rated = np.column_stack([numbers(columns, name) for name in coders])
    given = ~np.isnan(rated)
    values, found = np.unique(rated[given], return_inverse=True)
    places = np.full(rated.shape, -1, dtype=np.intp)
    places[given] = found
    return places, values


def by_category(places: Places, size: int) -> Floats:
    """Units by categories: how many coders put the unit there."""
    counts = np.zeros((len(places), size))
    unit, coder = np.nonzero(places >= 0)
    np.add.at(counts, (unit, places[unit, coder]), 1)
    return counts


def rated_by_all(places: Places, coefficient: str) -> Places:
    """The units that every coder rated; at least two, or it is refused."""
    whole = places[(places >= 0).all(axis=1)]
    enough_units(len(whole), coefficient, "units rated by every coder")
    return whole


def enough_units(units: int, coefficient: str, what: str) -> None:
    if units < LEAST_UNITS:
        raise TooFewError(coefficient, what, needs=LEAST_UNITS, has=units)
