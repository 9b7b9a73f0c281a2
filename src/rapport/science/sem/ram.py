r"""The reticular action model: parameters to implied moments and their derivatives.

With asymmetric paths :math:`A`, symmetric (co)variances :math:`S` and intercepts :math:`m` over all
variables, observed first, :math:`B = (I - A)^{-1}`, :math:`\Phi = B S B^\top`; the observed block of
:math:`\Phi` is :math:`\Sigma`, that of :math:`B m` is :math:`\mu`. Each entry of these matrices that a
parameter fills is a cell; cells are ordered :math:`A`, :math:`S`, :math:`m`. Arrays may have leading
axes (replicates), which every operation keeps. Source: McArdle & McDonald (1984), Br J Math Stat
Psychol 37:234-251.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rapport.science.sem.parameters import Parameter, Specification
from rapport.science.sem.sample import Sample
from rapport.science.sem.triangle import triangle

__all__ = ["Cells", "Implied", "cells_of", "imply", "moment_slopes", "second_order"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Cells:
    r"""Where one group's parameters go; ``a``, ``s``, ``m`` hold what is fixed.

    The cells' values are :math:`R\theta + r` for the unconstrained parameters :math:`\theta`:
    ``chain`` is :math:`R`, ``None`` for the identity, and ``offset`` is :math:`r`. Rows and columns
    are of :math:`A`, then of :math:`S`; ``given`` are the covariates.
    """

    n_observed: int
    a: Floats
    s: Floats
    m: Floats | None
    chain: Floats | None
    offset: Floats
    row: Places
    col: Places
    n_paths: int
    m_row: Places
    given: Places

    @property
    def paths(self) -> tuple[Places, Places]:
        """Rows and columns of the cells of ``A``."""
        return self.row[: self.n_paths], self.col[: self.n_paths]

    @property
    def covariances(self) -> tuple[Places, Places]:
        """Rows and columns of the cells of ``S``."""
        return self.row[self.n_paths :], self.col[self.n_paths :]

    def with_given(self, sample: Sample) -> Cells:
        """Return the same with the covariates' moments put in, for each replicate."""
        if not self.given.size:
            return self
        mean, cov = sample.pooled()
        at = np.ix_(self.given, self.given)
        s = np.broadcast_to(self.s, (*cov.shape[:-2], *self.s.shape)).copy()
        s[(..., *at)] = cov[(..., *at)]
        m = self.m
        if m is not None:
            m = np.broadcast_to(m, (*mean.shape[:-1], m.shape[-1])).copy()
            m[..., self.given] = mean[..., self.given]
        return replace(self, s=s, m=m)


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


def cells_of(specification: Specification, group: int) -> Cells:
    """Place the parameters of one group in its matrices."""
    roles = specification.roles
    at = {name: place for place, name in enumerate(roles.variables)}
    fixed = {"a": np.zeros((len(at), len(at))), "s": np.zeros((len(at), len(at)))}
    fixed["m"] = np.zeros((len(at), 1))
    cells: dict[str, list[tuple[int, int, int]]] = {"a": [], "s": [], "m": []}
    for one in specification.parameters:
        if one.group != group:
            continue
        matrix, row, col = _cell(one, at)
        if one.free >= 0:
            cells[matrix].append((one.free, row, col))
        elif one.fixed is not None:
            fixed[matrix][row, col] = one.fixed
            if matrix == "s":
                fixed[matrix][col, row] = one.fixed
    free, row, col = (
        np.array([*cells["a"], *cells["s"], *cells["m"]], dtype=np.intp).reshape(-1, 3).T
    )
    matrices = len(cells["a"]) + len(cells["s"])
    return Cells(
        n_observed=len(roles.observed),
        a=fixed["a"],
        s=fixed["s"],
        m=fixed["m"][:, 0] if specification.means else None,
        chain=_chain(specification, free),
        offset=specification.origin[free],
        row=row[:matrices],
        col=col[:matrices],
        n_paths=len(cells["a"]),
        m_row=row[matrices:],
        given=np.array([at[name] for name in roles.covariates], dtype=np.intp),
    )


def _chain(specification: Specification, free: Places) -> Floats | None:
    if specification.kernel is not None:
        return specification.kernel[free]
    if free.size == specification.n_free and (free == np.arange(free.size)).all():
        return None
    return np.eye(specification.n_free)[free]


def _cell(parameter: Parameter, at: dict[str, int]) -> tuple[str, int, int]:
    match parameter.op:
        case "=~":
            return "a", at[parameter.rhs], at[parameter.lhs]
        case "~":
            return "a", at[parameter.lhs], at[parameter.rhs]
        case "~~":
            return "s", at[parameter.lhs], at[parameter.rhs]
        case _:
            return "m", at[parameter.lhs], 0


def imply(cells: Cells, theta: Floats) -> Implied:
    """Return the moments implied by unconstrained parameters of shape (..., k)."""
    filled = theta if cells.chain is None else theta @ cells.chain.T + cells.offset
    n_paths, n_matrices = cells.n_paths, cells.row.size
    a = _filled(cells.a, filled[..., :n_paths], *cells.paths)
    s = _filled(cells.s, filled[..., n_paths:n_matrices], *cells.covariances)
    s[(..., *cells.covariances[::-1])] = filled[..., n_paths:n_matrices]
    b = np.linalg.inv(np.eye(a.shape[-1]) - a)
    phi = b @ s @ b.swapaxes(-1, -2)
    p = cells.n_observed
    if cells.m is None:
        return Implied(a, s, b, phi, phi[..., :p, :p], None, None)
    m = _filled(cells.m, filled[..., n_matrices:], cells.m_row)
    means = (b @ m[..., None])[..., 0]
    return Implied(a, s, b, phi, phi[..., :p, :p], means, means[..., :p])


def _filled(fixed: Floats, values: Floats, *at: Places) -> Floats:
    lead = np.broadcast_shapes(values.shape[:-1], fixed.shape[: fixed.ndim - len(at)])
    matrix = np.empty((*lead, *fixed.shape[fixed.ndim - len(at) :]))
    matrix[...] = fixed
    matrix[(..., *at)] = values
    return matrix


def moment_slopes(cells: Cells, implied: Implied) -> Floats:
    r"""Return the derivative of the moments by the parameters, shape (..., n_moments, k).

    Moments are the lower triangle of :math:`\Sigma` by rows, then :math:`\mu` where means are
    modelled. A path gives :math:`d\Sigma = uv^\top + vu^\top` with :math:`u = B_{\cdot i}`,
    :math:`v = \Phi_{\cdot j}`, a covariance with :math:`v = B_{\cdot j}`, a variance with half of that.
    """
    p, n_paths = cells.n_observed, cells.n_paths
    e = implied.b[..., :p, :]
    u = e[..., cells.row]
    s_row, s_col = cells.covariances
    halved = np.where(s_row == s_col, 0.5, 1.0)
    v = np.concatenate(
        [implied.phi[..., :p, :][..., cells.col[:n_paths]], e[..., s_col] * halved], axis=-1
    )
    low = triangle(p)
    of_sigma = u[..., low.row, :] * v[..., low.col, :] + u[..., low.col, :] * v[..., low.row, :]
    if implied.means is None:
        slopes = of_sigma
    else:
        n_sigma, n_matrices = low.row.size, cells.row.size
        slopes = np.zeros((*of_sigma.shape[:-2], n_sigma + p, n_matrices + cells.m_row.size))
        slopes[..., :n_sigma, :n_matrices] = of_sigma
        means = implied.means[..., None, cells.col[:n_paths]]
        slopes[..., n_sigma:, :n_paths] = u[..., :n_paths] * means
        slopes[..., n_sigma:, n_matrices:] = e[..., cells.m_row]
    return slopes if cells.chain is None else slopes @ cells.chain


def second_order(cells: Cells, implied: Implied, by_sigma: Floats, by_mu: Floats | None) -> Floats:
    r"""Return :math:`\operatorname{tr}(G\,d^2\Sigma) + g^\top d^2\mu`, shape (k, k), for one replicate.

    ``by_sigma`` is :math:`G`, ``by_mu`` :math:`g`: the derivatives of what is minimised by the
    moments. What the Hessian has beyond the moments' own curvature.
    """
    p, n_paths, n_matrices = cells.n_observed, cells.n_paths, cells.row.size
    b, phi, e = implied.b, implied.phi, implied.b[:p]
    pulled = 2 * e.T @ by_sigma
    outer, inner = pulled @ e, pulled @ phi[:p]
    i, j = cells.paths
    k, m = cells.covariances
    size = n_matrices + cells.m_row.size
    curvature = np.zeros((size, size))
    bends = b[np.ix_(j, i)] * inner[np.ix_(i, j)]
    paths = bends + bends.T + outer[np.ix_(i, i)] * phi[np.ix_(j, j)]
    halved = np.where(k == m, 0.5, 1.0)
    mixed = b[np.ix_(j, k)] * outer[np.ix_(i, m)] + b[np.ix_(j, m)] * outer[np.ix_(i, k)]
    curvature[:n_paths, n_paths:n_matrices] = mixed * halved
    if by_mu is not None and implied.means is not None:
        pull = e.T @ by_mu
        lifts = pull[i][:, None] * b[np.ix_(j, i)] * implied.means[j][None, :]
        paths = paths + lifts + lifts.T
        curvature[:n_paths, n_matrices:] = pull[i][:, None] * b[np.ix_(j, cells.m_row)]
    curvature += curvature.T
    curvature[:n_paths, :n_paths] = paths
    return curvature if cells.chain is None else cells.chain.T @ curvature @ cells.chain
