r"""Expected and observed information: second derivatives of minus the log-likelihood.

Complete data need no matrix over pairs of moments: with :math:`d\Sigma = uv^\top + vu^\top`,
:math:`\tfrac n2 \operatorname{tr}(\Sigma^{-1} d_1\Sigma\, C\, d_2\Sigma)` is a sum of four products
of inner products, of :math:`u` and :math:`v` in the metrics :math:`\Sigma^{-1}` and :math:`C`;
:math:`C = \Sigma^{-1}` gives the expected, :math:`2\Sigma^{-1}T\Sigma^{-1} - \Sigma^{-1}` the
observed one. With patterns of missingness the moments' curvature is summed over
patterns first, which costs less when there are many.
"""

from __future__ import annotations

import numpy as np

from rapport.science.sem.arrays import Floats
from rapport.science.sem.cells import Cells
from rapport.science.sem.likelihood import Comparison
from rapport.science.sem.ram import Implied, moment_slopes, second_order

__all__ = ["expected_information", "observed_information"]


def expected_information(cells: Cells, implied: Implied, comparison: Comparison) -> Floats:
    """Of one group by the unconstrained parameters, shape (..., k, k)."""
    if not comparison.sample.complete:
        slopes = moment_slopes(cells, implied)
        found: Floats = slopes.swapaxes(-1, -2) @ (comparison.expected() @ slopes)
        return found
    gram = _gram(implied, comparison.inverse[..., 0, :, :])
    return _chained(cells, _complete(cells, implied, comparison, gram, gram))


def observed_information(cells: Cells, implied: Implied, comparison: Comparison) -> Floats:
    """The same for the observed information, the exact Hessian; of one replicate, (k, k)."""
    bends = second_order(cells, implied, comparison.by_sigma, comparison.by_mu)
    if not comparison.sample.complete:
        slopes = moment_slopes(cells, implied)
        found: Floats = slopes.T @ (comparison.observed() @ slopes) + _chained(cells, bends)
        return found
    gram = _gram(implied, comparison.inverse[0])
    other = gram - _gram(implied, 4 / comparison.sample.rows * comparison.by_sigma)
    curvature = _complete(cells, implied, comparison, gram, other)
    if comparison.pulled is not None:
        curvature = curvature + _crossed(cells, implied, comparison)
    return _chained(cells, curvature + bends)


def _gram(implied: Implied, metric: Floats) -> Floats:
    found: Floats = implied.sides.swapaxes(-1, -2) @ (metric @ implied.sides)
    return found


def _complete(
    cells: Cells, implied: Implied, comparison: Comparison, gram: Floats, other: Floats
) -> Floats:
    """By cells. The products of ``other`` with ``gram`` after its sides changed places."""
    size = cells.row.size
    products = other * gram.take(cells.exchanged, axis=-1).take(cells.exchanged, axis=-2)
    half = 0.5 * comparison.sample.n[..., None]
    rows = products[..., :size, :] + products[..., size:, :]
    found: Floats = half * (rows[..., :size] + rows[..., size:])
    slopes = implied.mean_slopes
    if slopes is None:
        return found
    whole: Floats = 2 * half * (slopes.swapaxes(-1, -2) @ comparison.inverse[..., 0, :, :] @ slopes)
    whole[..., :size, :size] += found
    return whole


def _crossed(cells: Cells, implied: Implied, comparison: Comparison) -> Floats:
    r"""What means add: :math:`n\,d_1\mu^\top \Sigma^{-1} d_2\Sigma\,\Sigma^{-1}(\bar y-\mu)`."""
    assert comparison.pulled is not None
    assert implied.mean_slopes is not None
    size = cells.row.size
    pulled = comparison.pulled[0] @ implied.sides
    reach = implied.mean_slopes.T @ comparison.inverse[0] @ implied.sides
    turned = reach * np.concatenate([pulled[size:], pulled[:size]])
    crossed = np.zeros((len(turned), len(turned)))
    crossed[:, :size] = comparison.sample.rows * (turned[:, :size] + turned[:, size:])
    return crossed + crossed.T


def _chained(cells: Cells, by_cell: Floats) -> Floats:
    if cells.chain is None:
        return by_cell
    found: Floats = cells.chain.T @ by_cell @ cells.chain
    return found
