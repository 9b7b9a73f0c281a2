r"""The normal log-likelihood by patterns of missingness, as a function of the moments.

.. math:: F = \tfrac12 \sum_k n_k
   \left( p_k \ln 2\pi + \ln|\Sigma_k| + \operatorname{tr}(\Sigma_k^{-1} T_k) \right),
   \quad T_k = S_k + (\bar y_k - \mu_k)(\bar y_k - \mu_k)^\top

where pattern :math:`k` has :math:`n_k` rows with the same variables observed. Complete data are one
pattern. :math:`F` is minus the log-likelihood. A pattern's missing rows and columns stand as
identity, so that all patterns are inverted in one call.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rapport.science.sem.arrays import Floats
from rapport.science.sem.sample import Sample
from rapport.science.sem.triangle import triangle

__all__ = ["Comparison", "compare"]


LN_2PI = math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Minus the log-likelihood of a sample and its derivatives by the moments.

    ``by_sigma`` is the matrix G of dF = tr(G dΣ), ``by_mu`` the vector of dF = g·dμ. The
    inverses, residual means and second moments of each pattern serve the curvature.
    """

    value: Floats
    by_sigma: Floats
    by_mu: Floats | None
    sample: Sample
    inverse: Floats
    spread: Floats
    pulled: Floats | None

    def gradient(self) -> Floats:
        """By the lower triangle of Σ, then μ; shape (..., n_moments)."""
        packed = triangle(self.by_sigma.shape[-1]).pack(self.by_sigma)
        if self.by_mu is None:
            return packed
        return np.concatenate([packed, self.by_mu], axis=-1)

    def expected(self) -> Floats:
        """The expected second derivative, shape (..., n_moments, n_moments)."""
        return self._joined(self.inverse, None)

    def observed(self) -> Floats:
        """The second derivative, shape (..., n_moments, n_moments)."""
        other = 2 * self.inverse @ self.spread @ self.inverse - self.inverse
        return self._joined(other, self.pulled)

    def _joined(self, other: Floats, pulled: Floats | None) -> Floats:
        p = self.inverse.shape[-1]
        low = triangle(p)
        flat = (*self.inverse.shape[:-2], p * p)
        counted = self.sample.n[..., None, None] * self.inverse
        product = counted.reshape(flat).swapaxes(-1, -2) @ other.reshape(flat)
        if other is not self.inverse:
            product = (product + product.swapaxes(-1, -2)) / 2
        of_sigma = low.curvature(product)
        if self.pulled is None:
            return of_sigma
        n_sigma = low.row.size
        joined = np.zeros((*of_sigma.shape[:-2], n_sigma + p, n_sigma + p))
        joined[..., :n_sigma, :n_sigma] = of_sigma
        joined[..., n_sigma:, n_sigma:] = counted.sum(axis=-3)
        if pulled is not None:
            lead = counted.reshape(flat).swapaxes(-1, -2) @ pulled
            cross = low.cross(lead.reshape(*lead.shape[:-2], p, p, p))
            joined[..., n_sigma:, :n_sigma] = cross
            joined[..., :n_sigma, n_sigma:] = cross.swapaxes(-1, -2)
        return joined


def compare(sigma: Floats, mu: Floats | None, sample: Sample) -> Comparison:
    """Hold implied moments against a sample.

    Parameters
    ----------
    sigma, mu : array, shape (..., p, p) and (..., p)
        Implied; ``mu`` is ``None`` where means are not modelled.
    sample : Sample

    Raises
    ------
    numpy.linalg.LinAlgError
        Where ``sigma`` is not positive definite.
    """
    sigmas = sigma[..., None, :, :]
    if sample.seen is not None:
        sigmas = np.where(sample.seen > 0, sigmas, np.eye(sigma.shape[-1]))
    root = np.linalg.cholesky(sigmas)
    inverse = np.linalg.inv(sigmas)
    if sample.seen is not None:
        inverse = inverse * sample.seen
    spread, pulled, by_mu = sample.cov, None, None
    if mu is not None:
        off = sample.mean - mu[..., None, :]
        if sample.shown is not None:
            off = off * sample.shown
        spread = spread + off[..., :, None] * off[..., None, :]
        pulled = (inverse @ off[..., None])[..., 0]
        by_mu = -(sample.n[..., None] * pulled).sum(axis=-2)
    fitted = inverse @ spread
    log_det = 2 * np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
    trace = np.trace(fitted, axis1=-2, axis2=-1)
    value = 0.5 * (sample.n * (log_det + trace + sample.observed * LN_2PI)).sum(axis=-1)
    weighted = sample.n[..., None, None] * (inverse - fitted @ inverse)
    return Comparison(value, 0.5 * weighted.sum(axis=-3), by_mu, sample, inverse, spread, pulled)
