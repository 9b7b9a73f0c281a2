r"""The reticular action model: parameters to implied moments and their derivatives.

With asymmetric paths :math:`A`, symmetric (co)variances :math:`S` and intercepts :math:`m` over
all variables, observed first, :math:`B = (I - A)^{-1}`, :math:`\Phi = B S B^\top`; the observed
block of :math:`\Phi` is :math:`\Sigma`, that of :math:`B m` is :math:`\mu`. Each entry of these
matrices that a parameter fills is a cell. Arrays may have leading axes (replicates), which every
operation keeps. Source: McArdle & McDonald (1984), Br J Math Stat Psychol 37:234-251.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.sem.arrays import Floats
from rapport.science.sem.cells import Cells
from rapport.science.sem.solving import inverse
from rapport.science.sem.triangle import triangle

__all__ = [
    "Implied",
    "imply",
    "moment_slopes",
    "pulled_back",
    "second_order",
]


@dataclass(frozen=True, slots=True)
class Implied:
    r"""What one group's parameters imply for all variables and for the observed ones.

    ``sides`` holds, for each cell of :math:`A` and :math:`S`, the observed parts of the :math:`u`
    and :math:`v` of :math:`d\Sigma = uv^\top + vu^\top`, all :math:`u` first, shape
    (..., p, 2 cells). A path has :math:`u = B_{\cdot i}` and :math:`v = \Phi_{\cdot j}`, a
    covariance :math:`v = B_{\cdot j}`, a variance half of that. ``mean_slopes`` are the
    derivatives of :math:`\mu` by all cells, (..., p, cells).
    """

    a: Floats
    s: Floats
    b: Floats
    phi: Floats
    sigma: Floats
    sides: Floats
    means: Floats | None
    mu: Floats | None
    mean_slopes: Floats | None


def imply(cells: Cells, theta: Floats) -> Implied:
    """Return the moments implied by unconstrained parameters of shape (..., k)."""
    values = theta if cells.chain is None else theta @ cells.chain.T + cells.offset
    filled = cells.fixed
    if theta.ndim > 1 and filled.ndim == 1:
        filled = np.broadcast_to(filled, (*theta.shape[:-1], filled.size))
    filled = filled.copy()
    filled[..., cells.into] = values.take(cells.taken, axis=-1)
    size, p = cells.size, cells.n_observed
    square = (*filled.shape[:-1], size, size)
    a = filled[..., : size * size].reshape(square)
    s = filled[..., size * size : 2 * size * size].reshape(square)
    b = inverse(cells.identity - a, cells.identity)
    phi = b @ s @ b.swapaxes(-1, -2)
    shown = np.concatenate([b[..., :p, :], phi[..., :p, :]], axis=-1)
    sides = shown.take(cells.sides, axis=-1) * cells.halves
    if not cells.means:
        return Implied(a, s, b, phi, phi[..., :p, :p], sides, None, None, None)
    means = (b @ filled[..., 2 * size * size :, None])[..., 0]
    slopes = _mean_slopes(cells, b[..., :p, :], sides, means)
    return Implied(a, s, b, phi, phi[..., :p, :p], sides, means, means[..., :p], slopes)


def pulled_back(cells: Cells, implied: Implied, by_sigma: Floats, by_mu: Floats | None) -> Floats:
    r"""Return tr(G dΣ) + g·dμ by the unconstrained parameters, shape (..., k)."""
    size = cells.row.size
    u, v = implied.sides[..., :size], implied.sides[..., size:]
    found: Floats = 2 * (u * (by_sigma @ v)).sum(axis=-2)
    if by_mu is not None and implied.mean_slopes is not None:
        by_means = (by_mu[..., None, :] @ implied.mean_slopes)[..., 0, :]
        by_means[..., :size] += found
        found = by_means
    return found if cells.chain is None else found @ cells.chain


def _mean_slopes(cells: Cells, shown: Floats, sides: Floats, means: Floats) -> Floats:
    r"""Return the derivative of :math:`\mu` by the cells, shape (..., p, cells).

    A path gives :math:`B_{\cdot i} (Bm)_j`, an intercept :math:`B_{\cdot i}`.
    """
    n_paths, n_matrices = cells.n_paths, cells.row.size
    slopes = np.zeros((*sides.shape[:-1], n_matrices + cells.m_row.size))
    from_means = means.take(cells.col[:n_paths], axis=-1)[..., None, :]
    slopes[..., :n_paths] = sides[..., :n_paths] * from_means
    slopes[..., n_matrices:] = shown.take(cells.m_row, axis=-1)
    return slopes


def moment_slopes(cells: Cells, implied: Implied) -> Floats:
    r"""Return the derivative of the moments by the parameters, shape (..., n_moments, k).

    Moments are the lower triangle of :math:`\Sigma` by rows, then :math:`\mu` where means are
    modelled.
    """
    size, low = cells.row.size, triangle(cells.n_observed)
    one, other = implied.sides.take(low.row, axis=-2), implied.sides.take(low.col, axis=-2)
    slopes = one[..., :size] * other[..., size:] + other[..., :size] * one[..., size:]
    if implied.mean_slopes is not None:
        none = np.zeros((*slopes.shape[:-1], cells.m_row.size))
        of_sigma = np.concatenate([slopes, none], axis=-1)
        slopes = np.concatenate([of_sigma, implied.mean_slopes], axis=-2)
    return slopes if cells.chain is None else slopes @ cells.chain


def second_order(cells: Cells, implied: Implied, by_sigma: Floats, by_mu: Floats | None) -> Floats:
    r"""Return :math:`\operatorname{tr}(G\,d^2\Sigma) + g^\top d^2\mu` by pairs of cells.

    ``by_sigma`` is :math:`G`, ``by_mu`` :math:`g`: the derivatives of what is minimised by the
    moments, of one replicate. What the Hessian has beyond the moments' own curvature.
    """
    p, n_paths, n_matrices = cells.n_observed, cells.n_paths, cells.row.size
    i, j = cells.row[:n_paths], cells.col[:n_paths]
    k, m = cells.row[n_paths:], cells.col[n_paths:]
    e = implied.b[:p]
    pulled = 2 * e.T @ by_sigma
    outer = (pulled @ e).take(i, axis=0)
    inner = (pulled @ implied.phi[:p]).take(i, axis=0).take(j, axis=1)
    reach = implied.b.take(j, axis=0)
    back = reach.take(i, axis=1)
    bends = back * inner
    mixed = reach.take(k, axis=1) * outer.take(m, axis=1)
    mixed += reach.take(m, axis=1) * outer.take(k, axis=1)
    size = n_matrices + cells.m_row.size
    curvature = np.zeros((size, size))
    curvature[:n_paths, n_paths:n_matrices] = mixed * cells.halves[n_matrices + n_paths :]
    if by_mu is not None and implied.means is not None:
        pull = (e.T @ by_mu).take(i)[:, None]
        bends += pull * back * implied.means.take(j)
        curvature[:n_paths, n_matrices:] = pull * reach.take(cells.m_row, axis=1)
    curvature += curvature.T
    spread = implied.phi.take(j, axis=0).take(j, axis=1)
    curvature[:n_paths, :n_paths] = bends + bends.T + outer.take(i, axis=1) * spread
    return curvature
