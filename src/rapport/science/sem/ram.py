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
from rapport.science.sem.triangle import triangle

__all__ = ["Implied", "imply", "moment_slopes", "second_order"]


@dataclass(frozen=True, slots=True)
class Implied:
    """What one group's parameters imply for all variables and for the observed ones."""

    a: Floats
    s: Floats
    b: Floats
    phi: Floats
    sigma: Floats
    means: Floats | None
    mu: Floats | None


def imply(cells: Cells, theta: Floats) -> Implied:
    """Return the moments implied by unconstrained parameters of shape (..., k)."""
    values = theta if cells.chain is None else theta @ cells.chain.T + cells.offset
    filled = cells.fixed
    if theta.ndim > 1 and filled.ndim == 1:
        filled = np.broadcast_to(filled, (*theta.shape[:-1], filled.size))
    filled = filled.copy()
    filled[..., cells.into] = values[..., cells.taken]
    size, p = cells.size, cells.n_observed
    square = (*filled.shape[:-1], size, size)
    a = filled[..., : size * size].reshape(square)
    s = filled[..., size * size : 2 * size * size].reshape(square)
    b = np.linalg.inv(cells.identity - a)
    phi = b @ s @ b.swapaxes(-1, -2)
    if not cells.means:
        return Implied(a, s, b, phi, phi[..., :p, :p], None, None)
    means = (b @ filled[..., 2 * size * size :, None])[..., 0]
    return Implied(a, s, b, phi, phi[..., :p, :p], means, means[..., :p])


def moment_slopes(cells: Cells, implied: Implied) -> Floats:
    r"""Return the derivative of the moments by the parameters, shape (..., n_moments, k).

    Moments are the lower triangle of :math:`\Sigma` by rows, then :math:`\mu` where means are
    modelled. A path gives :math:`d\Sigma = uv^\top + vu^\top` with :math:`u = B_{\cdot i}` and
    :math:`v = \Phi_{\cdot j}`, a covariance with :math:`v = B_{\cdot j}`, a variance with half
    of that.
    """
    p, n_paths, n_matrices = cells.n_observed, cells.n_paths, cells.row.size
    shown = np.concatenate([implied.b[..., :p, :], implied.phi[..., :p, :]], axis=-1)
    sides = shown.take(cells.sides, axis=-1) * cells.halves
    low = triangle(p)
    one, other = sides.take(low.row, axis=-2), sides.take(low.col, axis=-2)
    slopes = one[..., :n_matrices] * other[..., n_matrices:]
    slopes += other[..., :n_matrices] * one[..., n_matrices:]
    if implied.means is not None:
        of_sigma, n_sigma = slopes, low.row.size
        slopes = np.zeros((*of_sigma.shape[:-2], n_sigma + p, n_matrices + cells.m_row.size))
        slopes[..., :n_sigma, :n_matrices] = of_sigma
        from_means = implied.means.take(cells.col[:n_paths], axis=-1)[..., None, :]
        slopes[..., n_sigma:, :n_paths] = sides[..., :n_paths] * from_means
        slopes[..., n_sigma:, n_matrices:] = shown.take(cells.m_row, axis=-1)
    return slopes if cells.chain is None else slopes @ cells.chain


def second_order(cells: Cells, implied: Implied, by_sigma: Floats, by_mu: Floats | None) -> Floats:
    r"""Return :math:`\operatorname{tr}(G\,d^2\Sigma) + g^\top d^2\mu`, shape (k, k).

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
    return curvature if cells.chain is None else cells.chain.T @ curvature @ cells.chain
