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
from rapport.science.sem.solving import inverse_and_log_det
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
    if sample.complete:
        return _complete(sigma, mu, sample)
    shown, seen = sample.shown, sample.seen
    assert shown is not None
    assert seen is not None
    p = sigma.shape[-1]
    sigmas = np.where(seen > 0, sigma, sample.identity)
    inverse, log_det = inverse_and_log_det(sigmas, sample.identity)
    inverse = inverse * seen
    assert mu is not None
    off = (sample.mean - mu) * shown
    spread = sample.cov + off[:, :, None] * off[:, None, :]
    pulled = (inverse @ off[:, :, None])[..., 0]
    fitted = inverse @ spread
    trace = fitted.reshape(-1, p * p)[:, :: p + 1].sum(axis=1)
    value = 0.5 * (sample.n * (log_det + trace + sample.observed * LN_2PI)).sum()
    weighted = sample.n[:, None] * (inverse - fitted @ inverse).reshape(-1, p * p)
    by_sigma = 0.5 * weighted.sum(axis=0).reshape(p, p)
    return Comparison(value, by_sigma, -(sample.n @ pulled), sample, inverse, spread, pulled)


def _complete(sigma: Floats, mu: Floats | None, sample: Sample) -> Comparison:
    p, n = sigma.shape[-1], sample.n[..., 0]
    inverse, log_det = inverse_and_log_det(sigma, sample.identity)
    spread, pulled, by_mu = sample.cov[..., 0, :, :], None, None
    if mu is not None:
        off = sample.mean[..., 0, :] - mu
        spread = spread + off[..., :, None] * off[..., None, :]
        pulled = (inverse @ off[..., None])[..., 0]
        by_mu = -n[..., None] * pulled
        pulled = pulled[..., None, :]
    fitted = inverse @ spread
    trace = fitted.reshape(*fitted.shape[:-2], p * p)[..., :: p + 1].sum(axis=-1)
    value = 0.5 * n * (log_det + trace + p * LN_2PI)
    by_sigma = 0.5 * n[..., None, None] * (inverse - fitted @ inverse)
    return Comparison(
        value,
        by_sigma,
        by_mu,
        sample,
        inverse[..., None, :, :],
        spread[..., None, :, :],
        pulled,
    )
