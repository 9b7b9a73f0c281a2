"""The covariance factors of all levels as one vector, and the deviance's derivatives by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.levels import Level, Statistics
from rapport.science.mixed.likelihood import Evaluation

__all__ = ["Parameters"]

Floats = NDArray[np.float64]


class Parameters:
    """The free entries of all factors as one vector, in units of each effect's own spread."""

    def __init__(self, statistics: Statistics) -> None:
        self.levels = statistics.levels
        self.places = [np.nonzero(level.free) for level in self.levels]
        self.scales = [_scale(level, statistics.n) for level in self.levels]
        self.ends = np.cumsum([len(rows) for rows, _ in self.places])

    def start(self) -> Floats:
        """Random effects that vary as much as the residual."""
        return self.join([np.diag(scale) for scale in self.scales])

    def join(self, factors: Sequence[Floats]) -> Floats:
        parts = zip(factors, self.scales, self.places, strict=True)
        return np.concatenate([(factor / scale[:, None])[at] for factor, scale, at in parts])

    def split(self, theta: Floats) -> tuple[Floats, ...]:
        factors = []
        parts = np.split(theta, self.ends[:-1])
        for level, part, scale, at in zip(
            self.levels, parts, self.scales, self.places, strict=True
        ):
            factor = np.zeros((level.q, level.q))
            factor[at] = part
            factors.append(factor * scale[:, None])
        return tuple(factors)

    def gradient(self, factors: Sequence[Floats], slopes: Sequence[Floats]) -> Floats:
        """Carry derivatives by each D over to the free entries of its factor."""
        parts = zip(factors, slopes, self.scales, self.places, strict=True)
        return np.concatenate(
            [(2 * slope @ factor * scale[:, None])[at] for factor, slope, scale, at in parts]
        )

    def curvature(self, factors: Sequence[Floats], at: Evaluation) -> Floats:
        """Expected second derivatives, with the exact part that comes from D being L Lᵀ."""
        moves = [
            _moves(factor, *place) * scale[place[0], None]
            for factor, place, scale in zip(factors, self.places, self.scales, strict=True)
        ]
        along = np.concatenate(
            [move @ pull.ravel() for move, pull in zip(moves, at.pulls, strict=True)]
        )
        found = -np.outer(along, along) / at.df
        parts = [slice(end - len(move), end) for move, end in zip(moves, self.ends, strict=True)]
        for (j, m), information in at.information.items():
            part = moves[j] @ information @ moves[m].T
            found[parts[j], parts[m]] += part
            if m != j:
                found[parts[m], parts[j]] += part.T
        for j, (rows, columns) in enumerate(self.places):
            same = columns[:, None] == columns[None, :]
            scale = np.outer(self.scales[j][rows], self.scales[j][rows])
            found[parts[j], parts[j]] += 2 * same * scale * at.slopes[j][np.ix_(rows, rows)]
        return found


def _moves(factor: Floats, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
    """How D changes with each free entry of its factor, as rows of length q²."""
    q = len(factor)
    found = np.zeros((len(rows), q, q))
    for at, (row, column) in enumerate(zip(rows, columns, strict=True)):
        found[at, row] += factor[:, column]
        found[at, :, row] += factor[:, column]
    return found.reshape(len(rows), q * q)


def _scale(level: Level, n: int) -> Floats:
    """The entry that makes an effect vary as much as the residual does, on average of the rows."""
    squares = np.einsum("aan->an", level.own)
    total = squares.sum(axis=1) if level.weight is None else squares @ level.weight
    found: Floats = np.sqrt(n / total)
    return found
