"""What is minimised: minus the log-likelihood of all groups, by the unconstrained parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rapport.science.sem.arrays import Floats
from rapport.science.sem.cells import Cells
from rapport.science.sem.information import expected_information, observed_information
from rapport.science.sem.likelihood import Comparison, compare
from rapport.science.sem.ram import Implied, imply, pulled_back
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
    comparisons: tuple[Comparison, ...]

    def expected(self) -> Floats:
        """The expected information, shape (..., k, k)."""
        return self._summed(expected_information)

    def observed(self) -> Floats:
        """The observed information: the exact Hessian, shape (k, k)."""
        return self._summed(observed_information)

    def _summed(self, of_group: Callable[[Cells, Implied, Comparison], Floats]) -> Floats:
        total, *rest = map(of_group, self.cells, self.implied, self.comparisons)
        for one in rest:
            total = total + one
        return total


@dataclass(frozen=True, slots=True)
class Objective:
    """A model and the samples of its groups."""

    cells: tuple[Cells, ...]
    samples: tuple[Sample, ...]

    def without_means(self, k: int) -> Objective | None:
        """Return the same for paths and covariances alone, where means have no say in them.

        So it is with complete data whose means are all free: they are those of the sample.
        ``k`` is the number of parameters of paths and covariances, the first of all.
        """
        if not all(sample.complete for sample in self.samples):
            return None
        cells = [one.without_means(k) for one in self.cells]
        kept = tuple(one for one in cells if one is not None)
        return Objective(kept, self.samples) if len(kept) == len(cells) else None

    def at(self, theta: Floats) -> Evaluation:
        """Evaluate at unconstrained parameters of shape (..., k).

        Raises
        ------
        numpy.linalg.LinAlgError
            Where an implied covariance matrix is not positive definite.
        """
        implied = tuple([imply(cells, theta) for cells in self.cells])
        comparisons = tuple(
            [
                compare(one.sigma, one.mu, sample)
                for one, sample in zip(implied, self.samples, strict=True)
            ]
        )
        gradients = [
            pulled_back(cells, one, found.by_sigma, found.by_mu)
            for cells, one, found in zip(self.cells, implied, comparisons, strict=True)
        ]
        value, gradient = comparisons[0].value, gradients[0]
        for other, slope in zip(comparisons[1:], gradients[1:], strict=True):
            value, gradient = value + other.value, gradient + slope
        return Evaluation(theta, value, gradient, self.cells, implied, comparisons)


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
