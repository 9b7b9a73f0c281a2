"""What is minimised: minus the log-likelihood of all groups, by the unconstrained parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.sem.arrays import Floats
from rapport.science.sem.cells import Cells
from rapport.science.sem.likelihood import Comparison, compare
from rapport.science.sem.ram import Implied, imply, moment_slopes, second_order
from rapport.science.sem.sample import Sample
from rapport.science.sem.triangle import triangle

__all__ = ["Evaluation", "Objective", "SaturatedEvaluation", "SaturatedObjective"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The objective at one point, with its derivatives; one entry a group in each tuple."""

    theta: Floats
    value: Floats
    gradient: Floats
    cells: tuple[Cells, ...]
    implied: tuple[Implied, ...]
    slopes: tuple[Floats, ...]
    comparisons: tuple[Comparison, ...]

    def expected(self) -> Floats:
        r"""Expected information :math:`\sum_g \Delta_g^\top H_g \Delta_g`, shape (..., k, k)."""
        return _summed([one.expected() for one in self.comparisons], self.slopes)

    def observed(self) -> Floats:
        """The observed information: the exact Hessian, shape (k, k)."""
        found = _summed([one.observed() for one in self.comparisons], self.slopes)
        for cells, implied, comparison in zip(
            self.cells, self.implied, self.comparisons, strict=True
        ):
            found = found + second_order(cells, implied, comparison.by_sigma, comparison.by_mu)
        return found


@dataclass(frozen=True, slots=True)
class Objective:
    """A model and the samples of its groups."""

    cells: tuple[Cells, ...]
    samples: tuple[Sample, ...]

    def at(self, theta: Floats) -> Evaluation:
        """Evaluate at unconstrained parameters of shape (..., k).

        Raises
        ------
        numpy.linalg.LinAlgError
            Where an implied covariance matrix is not positive definite.
        """
        implied = tuple(imply(cells, theta) for cells in self.cells)
        comparisons = tuple(
            compare(one.sigma, one.mu, sample)
            for one, sample in zip(implied, self.samples, strict=True)
        )
        slopes = tuple(
            moment_slopes(cells, one) for cells, one in zip(self.cells, implied, strict=True)
        )
        gradients = [
            (one.gradient()[..., None, :] @ slope)[..., 0, :]
            for one, slope in zip(comparisons, slopes, strict=True)
        ]
        return Evaluation(
            theta,
            np.asarray(sum(one.value for one in comparisons)),
            np.asarray(sum(gradients)),
            self.cells,
            implied,
            slopes,
            comparisons,
        )


@dataclass(frozen=True, slots=True)
class SaturatedEvaluation:
    """The objective of one group where every moment is free."""

    theta: Floats
    value: Floats
    gradient: Floats
    comparison: Comparison

    def expected(self) -> Floats:
        """The expected information of the moments."""
        return self.comparison.expected()

    def observed(self) -> Floats:
        """The observed information of the moments."""
        return self.comparison.observed()


@dataclass(frozen=True, slots=True)
class SaturatedObjective:
    """One group's sample, fitted by its moments: the lower triangle of Σ, then μ."""

    sample: Sample

    def at(self, theta: Floats) -> SaturatedEvaluation:
        """Evaluate; raises ``LinAlgError`` where Σ is not positive definite."""
        p = self.sample.mean.shape[-1]
        low = triangle(p)
        sigma, mu = low.unpack(theta[: low.row.size]), theta[low.row.size :]
        comparison = compare(sigma, mu, self.sample)
        return SaturatedEvaluation(theta, comparison.value, comparison.gradient(), comparison)


def _summed(curvatures: list[Floats], slopes: tuple[Floats, ...]) -> Floats:
    parts = [
        slope.swapaxes(-1, -2) @ (curvature @ slope)
        for curvature, slope in zip(curvatures, slopes, strict=True)
    ]
    return np.asarray(sum(parts[1:], start=parts[0]))
