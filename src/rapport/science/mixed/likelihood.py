r"""The profiled deviance of nested random terms and its gradient, from sums of products alone.

With relative covariances :math:`D_l = L_l L_l^\top` the marginal covariance of the response is
:math:`\sigma^2 V,\ V = I + \sum_l Z_l D_l Z_l^\top`. Terms are eliminated from the smallest groups
outwards: each leaves :math:`W^\top V^{-1} W` less its own share, which is a product of q rows a
group. No matrix ever has a row for each row of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.levels import Level, Statistics

__all__ = ["Evaluation", "Fields", "evaluate"]

Floats = NDArray[np.float64]
CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Fields:
    r"""For each group of a level: ``h`` is :math:`Z_g^\top V^{-1} Z_g`, (q, q, N), and ``f`` is
    :math:`Z_g^\top V^{-1} W`, (q, k, N), of all columns W."""

    h: Floats
    f: Floats


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The deviance (−2 log-likelihood, REML or ML) at given factors, profiled over β and σ.

    ``slopes`` are its derivatives by the entries of each D, ``information`` the expected second
    ones within a level, (q², q²), and ``pulls`` the derivatives of log|V|, all (q, q).
    """

    deviance: float
    beta: Floats
    covariance: Floats
    residual: float
    df: int
    slopes: tuple[Floats, ...]
    pulls: tuple[Floats, ...]
    information: tuple[Floats, ...]
    fields: tuple[Fields, ...]


def evaluate(statistics: Statistics, factors: Sequence[Floats], *, reml: bool) -> Evaluation:
    """Return the profiled deviance at relative lower factors, innermost level first.

    Raises
    ------
    numpy.linalg.LinAlgError
        The fixed effects cannot be told apart once the random ones are taken out.
    """
    cross, logdet, fields = _forward(statistics, factors)
    p, df = statistics.p, statistics.n - (statistics.p if reml else 0)
    root = np.linalg.cholesky(cross[:p, :p])
    inverse = np.linalg.inv(root)
    half = inverse @ cross[:p, -1]
    residual = float(cross[-1, -1] - half @ half)
    if residual <= 0:
        raise np.linalg.LinAlgError("no residual variance")
    beta = inverse.T @ half
    deviance = logdet + df * (1 + np.log(2 * np.pi * residual / df))
    if reml:
        deviance += 2 * np.log(np.diag(root)).sum()
    whole = _backward(statistics.levels, factors, fields)
    contrast = np.zeros(cross.shape[0])
    contrast[:p], contrast[-1] = -beta, 1
    slopes, pulls, information = [], [], []
    for level, field in zip(statistics.levels, whole, strict=True):
        pull, second = _pulls(level, field)
        slope = pull - df / residual * _square(contrast @ field.f)
        if reml:
            slope = slope - _square(inverse @ field.f[:, :p])
        slopes.append(slope)
        pulls.append(pull)
        information.append(second)
    return Evaluation(
        float(deviance),
        beta,
        inverse.T @ inverse,
        residual,
        df,
        tuple(slopes),
        tuple(pulls),
        tuple(information),
        tuple(whole),
    )


def _forward(
    statistics: Statistics, factors: Sequence[Floats]
) -> tuple[Floats, float, list[Fields]]:
    """Eliminate level by level; each field knows only the levels up to its own."""
    cross, logdet = statistics.total.copy(), 0.0
    taken: list[Floats | float] = [0.0] * len(statistics.levels)
    fields = []
    for at, (level, factor) in enumerate(zip(statistics.levels, factors, strict=True)):
        products, own = level.products, level.own
        if at:
            products = products - taken[at]
            own = products[:, level.columns]
        field, u, part = _eliminate(level, own, products, factor)
        logdet += part
        for row in u:
            cross -= row @ row.T
        for further, outer in enumerate(statistics.levels[at + 1 :]):
            share = _share(u, outer.columns, level.within[further], outer.groups)
            taken[at + 1 + further] = taken[at + 1 + further] + share
        fields.append(field)
    return cross, logdet, fields


def _eliminate(
    level: Level, own: Floats, products: Floats, factor: Floats
) -> tuple[Fields, Floats, float]:
    """Work in pieces that stay in the processor's cache."""
    h, f, u = np.empty_like(own), np.empty_like(products), np.empty_like(products)
    logdet = 0.0
    for start in range(0, own.shape[2], CHUNK):
        piece = slice(start, start + CHUNK)
        weight = None if level.weight is None else level.weight[piece]
        logdet += _piece(
            (own[:, :, piece], products[:, :, piece], weight),
            factor,
            (h[:, :, piece], f[:, :, piece], u[:, :, piece]),
        )
    return Fields(h, f), u, logdet


def _piece(
    given: tuple[Floats, Floats, Floats | None],
    factor: Floats,
    into: tuple[Floats, Floats, Floats],
) -> float:
    r"""Factor :math:`I + L^\top Z^\top Z L = C C^\top`; then :math:`U = C^{-1} L^\top Z^\top W`."""
    own, products, weight = given
    h, f, u = into
    q = len(factor)
    t = np.tensordot(factor.T, own, 1)
    u[...] = np.tensordot(factor.T, products, 1)
    square = np.einsum("abn,bc->acn", t, factor)
    logdet = np.zeros(own.shape[2])
    for a in range(q):
        pivot = 1 + square[a, a]
        for b in range(a):
            pivot -= square[a, b] ** 2
        logdet += np.log(pivot)
        pivot = 1 / np.sqrt(pivot)
        for b in range(a + 1, q):
            for c in range(a):
                square[b, a] -= square[b, c] * square[a, c]
            square[b, a] *= pivot
        for b in range(a):
            t[a] -= square[a, b] * t[b]
            u[a] -= square[a, b] * u[b]
        t[a] *= pivot
        u[a] *= pivot
    h[...], f[...] = own, products
    for a in range(q):
        for b in range(q):
            h[a] -= t[b, a] * t[b]
            f[a] -= t[b, a] * u[b]
    return float(logdet.sum() if weight is None else weight @ logdet)


def _share(u: Floats, columns: NDArray[np.intp], parent: NDArray[np.intp], groups: int) -> Floats:
    """Sum over the groups within each outer group what eliminating them takes off its products."""
    found = np.empty((len(columns), u.shape[1], groups))
    for at, column in enumerate(columns):
        for other in range(u.shape[1]):
            terms = np.einsum("an,an->n", u[:, column], u[:, other])
            found[at, other] = np.bincount(parent, weights=terms, minlength=groups)
    return found


def _backward(
    levels: Sequence[Level], factors: Sequence[Floats], fields: Sequence[Fields]
) -> list[Fields]:
    """Let each level's fields know the levels further out."""
    whole = []
    for at, field in enumerate(fields):
        found = field
        for outer in range(at + 1, len(levels)):
            parent = levels[at].within[outer - at - 1]
            d = factors[outer] @ factors[outer].T
            found = _corrected(found, levels[outer].columns, parent, d, fields[outer])
        whole.append(found)
    return whole


def _corrected(
    inner: Fields, columns: NDArray[np.intp], parent: NDArray[np.intp], d: Floats, outer: Fields
) -> Fields:
    r"""Take one outer level into account, by Woodbury's identity on :math:`V + Z_o D Z_o^\top`."""
    pull = np.tensordot(d, outer.f, 1)
    spread = d[:, :, None] - np.einsum("ab,bcn,cd->adn", d, outer.h, d, optimize=True)
    h, f = inner.h.copy(), inner.f.copy()
    for start in range(0, h.shape[2], CHUNK):
        piece = slice(start, start + CHUNK)
        b, whose = inner.f[:, columns, piece], parent[piece]
        f[:, :, piece] -= np.einsum("abn,bkn->akn", b, pull[:, :, whose])
        h[:, :, piece] -= np.einsum("abn,bcn,dcn->adn", b, spread[:, :, whose], b)
    return Fields(h, f)


def _pulls(level: Level, field: Fields) -> tuple[Floats, Floats]:
    """Derivatives of log|V| by D: the first, and the trace of H dD H dD for any two changes."""
    q = level.q
    flat = field.h.reshape(q**2, -1)
    weighted = flat if level.weight is None else flat * level.weight
    pairs = (weighted @ flat.T).reshape(q, q, q, q)
    return weighted.sum(axis=1).reshape(q, q), pairs.transpose(1, 2, 0, 3).reshape(q**2, q**2)


def _square(rows: Floats) -> Floats:
    flat = rows.reshape(rows.shape[0], -1)
    found: Floats = flat @ flat.T
    return found
