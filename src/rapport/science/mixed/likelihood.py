r"""The profiled deviance of nested random terms and its gradient, from sums of products alone.

With relative covariances :math:`D_l = L_l L_l^\top` the marginal covariance of the response is
:math:`\sigma^2 V,\ V = I + \sum_l Z_l D_l Z_l^\top`. Terms are eliminated from the smallest groups
outwards: each leaves :math:`W^\top V^{-1} W` less its own share, which is a product of q rows a
group. No matrix ever has a row for each row of the data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed import crossed
from rapport.science.mixed.levels import Level, Statistics

__all__ = ["Evaluation", "Fields", "evaluate"]

Floats = NDArray[np.float64]
CHUNK = 8192
EXACT = 1e-14


@dataclass(frozen=True, slots=True)
class Fields:
    r"""For each group of a level: ``h`` is :math:`Z_g^\top V^{-1} Z_g`, (q, q, N), and ``f`` is
    :math:`Z_g^\top V^{-1} W`, (q, k, N), of all columns W."""

    h: Floats
    f: Floats


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The deviance (−2 log-likelihood, REML or ML) at given factors, profiled over β and σ.

    ``slopes`` are its derivatives by the entries of each D and ``pulls`` those of log|V|, (q, q);
    ``information[j, l]`` are the expected second ones by the entries of two levels, (q², q²).
    """

    deviance: float
    beta: Floats
    covariance: Floats
    residual: float
    df: int
    slopes: tuple[Floats, ...]
    pulls: tuple[Floats, ...]
    information: Mapping[tuple[int, int], Floats]
    fields: tuple[Fields, ...]


def evaluate(statistics: Statistics, factors: Sequence[Floats], *, reml: bool) -> Evaluation:
    """Return the profiled deviance at relative lower factors, innermost level first.

    Raises
    ------
    numpy.linalg.LinAlgError
        The fixed effects cannot be told apart once the random ones are taken out.
    """
    cross, logdet, fields = _eliminated(statistics, factors)
    p, df = statistics.p, statistics.n - (statistics.p if reml else 0)
    root = np.linalg.cholesky(cross[:p, :p])
    inverse = np.linalg.inv(root)
    half = inverse @ cross[:p, -1]
    residual = float(cross[-1, -1] - half @ half)
    if residual <= EXACT * statistics.total[-1, -1]:
        raise np.linalg.LinAlgError("no residual variance")
    beta = inverse.T @ half
    deviance = logdet + df * (1 + np.log(2 * np.pi * residual / df))
    if reml:
        deviance += 2 * np.log(np.diag(root)).sum()
    contrast = np.zeros(len(cross))
    contrast[:p], contrast[-1] = -beta, 1
    pulls = [_pull(*one) for one in zip(statistics.levels, fields, strict=True)]
    slopes = [
        pull - df / residual * _square(contrast @ field.f)
        for pull, field in zip(pulls, fields, strict=True)
    ]
    if reml:
        shares = [_square(inverse @ field.f[:, :p]) for field in fields]
        slopes = [slope - share for slope, share in zip(slopes, shares, strict=True)]
    return Evaluation(
        float(deviance),
        beta,
        inverse.T @ inverse,
        residual,
        df,
        tuple(slopes),
        tuple(pulls),
        _information(statistics, fields),
        tuple(fields),
    )


def _eliminated(
    statistics: Statistics, factors: Sequence[Floats]
) -> tuple[Floats, float, list[Fields]]:
    """Take all random effects out of the products of the rows: what is left, log|V|, the fields."""
    cut = statistics.nested
    nested, crossing = statistics.levels[:cut], statistics.levels[cut:]
    cross, logdet, fields = _forward(statistics, factors)
    whole = _backward(nested, factors, fields)
    if not crossing:
        return cross, logdet, whole
    left = crossed.eliminate(cross, crossing, factors[cut:])
    whole = [_across(field, left) for field in whole] + _parts(crossing, left)
    return left.cross, logdet + left.logdet, whole


def _pull(level: Level, field: Fields) -> Floats:
    found: Floats = field.h.sum(axis=2) if level.weight is None else field.h @ level.weight
    return found


def _forward(
    statistics: Statistics, factors: Sequence[Floats]
) -> tuple[Floats, float, list[Fields]]:
    """Eliminate level by level; each field knows only the levels up to its own."""
    cross, logdet = statistics.total.copy(), 0.0
    taken: list[Floats | float] = [0.0] * statistics.nested
    fields = []
    levels = statistics.levels[: statistics.nested]
    for at, level in enumerate(levels):
        products, own, factor = level.products, level.own, factors[at]
        if at:
            products = products - taken[at]
            own = products[:, level.columns]
        field, part, share = _eliminate((own, products, level.weight), factor)
        cross -= share
        logdet += part
        for further, outer in enumerate(levels[at + 1 :]):
            pulled = np.tensordot(factor @ factor.T, products[:, outer.columns], 1)
            lost = _lost(pulled, field.f, level.within[further], outer.groups)
            taken[at + 1 + further] = taken[at + 1 + further] + lost
        fields.append(field)
    return cross, logdet, fields


def _eliminate(
    given: tuple[Floats, Floats, Floats | None], factor: Floats
) -> tuple[Fields, float, Floats]:
    """Take a level's random effects out of all products, in pieces that stay in the cache."""
    own, products, weight = given
    q, k, size = products.shape
    found = Fields(np.empty_like(own), np.empty_like(products))
    d, logdet, pairs = factor @ factor.T, 0.0, np.zeros((q * k, q * k))
    for start in range(0, size, CHUNK):
        piece = slice(start, start + CHUNK)
        s, f = own[:, :, piece], found.f[:, :, piece]
        m, each = _inverses(s, d)
        logdet += float(each.sum() if weight is None else weight[piece] @ each)
        found.h[:, :, piece] = _times(m, s)
        _times(m, products[:, :, piece], into=f)
        pairs += products[:, :, piece].reshape(q * k, -1) @ f.reshape(q * k, -1).T
    share = np.einsum("ab,akbl->kl", d, pairs.reshape(q, k, q, k))
    return found, logdet, (share + share.T) / 2


def _inverses(s: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Return (I + S D)⁻¹, (q, q, N), and log|I + S D|, (N,), without loss where D is singular."""
    q = len(d)
    given = _times(s, d) + np.eye(q)[:, :, None]
    if q == 1:
        return 1 / given, np.log(given[0, 0])
    if q == 2:
        (a, b), (c, e) = given
        both = (s[0, 0] * s[1, 1] - s[0, 1] ** 2) * (d[0, 0] * d[1, 1] - d[0, 1] ** 2)
        determinant = a + e - 1 + both
        return np.array([[e, -b], [-c, a]]) / determinant, np.log(determinant)
    stacked = np.ascontiguousarray(given.transpose(2, 0, 1))
    inverses = np.linalg.inv(stacked).transpose(1, 2, 0)
    return np.ascontiguousarray(inverses), np.linalg.slogdet(stacked)[1]


def _times(left: Floats, right: Floats, into: Floats | None = None) -> Floats:
    """Multiply stacked matrices, (q, q, N) by (q, r, N) or (q, r), group by group."""
    if into is None:
        into = np.empty((len(left), right.shape[1], left.shape[2]))
    for a, row in enumerate(left):
        np.multiply(row[0], right[0][..., None] if right.ndim == 2 else right[0], out=into[a])
        for b in range(1, len(right)):
            into[a] += row[b] * (right[b][..., None] if right.ndim == 2 else right[b])
    return into


def _lost(pulled: Floats, f: Floats, parent: NDArray[np.intp], groups: int) -> Floats:
    """Sum over the groups within each outer group what eliminating them takes off its products."""
    found = np.empty((pulled.shape[1], f.shape[1], groups))
    for at, other in np.ndindex(found.shape[:2]):
        terms = np.einsum("an,an->n", pulled[:, at], f[:, other])
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
        links = inner.f[:, columns, piece]
        pulled, spreads = pull[:, :, parent[piece]], spread[:, :, parent[piece]]
        for a, c in np.ndindex(links.shape[:2]):
            f[a, :, piece] -= links[a, c] * pulled[c]
            h[a, :, piece] -= np.einsum("bn,bn->n", links[a], spreads[c]) * links[:, c]
    return Fields(h, f)


def _across(inner: Fields, crossing: crossed.Crossing) -> Fields:
    """Take the crossed terms into account in a term that was eliminated before them."""
    links = inner.f[:, crossing.columns]
    d = crossing.d
    pull, spread = d @ crossing.f, d - d @ crossing.h @ d
    f = inner.f - np.einsum("abn,bk->akn", links, pull, optimize=True)
    spreads = np.einsum("abn,bc->acn", links, spread, optimize=True)
    h = inner.h - np.stack([np.einsum("cn,acn->an", row, spreads) for row in links])
    return Fields(h, f)


def _parts(terms: Sequence[Level], crossing: crossed.Crossing) -> list[Fields]:
    found, start = [], 0
    for term in terms:
        part = slice(start, start + term.columns.size)
        f = crossing.f[part].reshape(term.q, term.groups, -1)
        h = np.einsum("atbt->abt", crossing.h[part, part].reshape(2 * (term.q, term.groups)))
        found.append(Fields(h, np.ascontiguousarray(f.transpose(0, 2, 1))))
        start += term.columns.size
    return found


def _information(statistics: Statistics, fields: Sequence[Fields]) -> dict[tuple[int, int], Floats]:
    r"""Sum :math:`\operatorname{tr}(dD_j B\, dD_l B^\top)` over the groups of each pair of levels.

    B is :math:`Z_j^\top V^{-1} Z_l` of two groups that have rows in common. What two groups of one
    nested level have to do with each other is left out, which is little.
    """
    found, levels = {}, statistics.levels
    for j, (inner, field) in enumerate(zip(levels, fields, strict=True)):
        for m, outer in enumerate(levels[j:], start=j):
            nested = m == j and j < statistics.nested
            flat = (field.h if nested else field.f[:, outer.columns]).reshape(inner.q, outer.q, -1)
            rows = flat.reshape(inner.q * outer.q, -1)
            weighted = rows if inner.weight is None else rows * inner.weight
            pairs = (weighted @ rows.T).reshape(2 * (inner.q, outer.q))
            found[j, m] = pairs.transpose(0, 2, 3, 1).reshape(inner.q**2, outer.q**2)
    return found


def _square(rows: Floats) -> Floats:
    flat = rows.reshape(rows.shape[0], -1)
    found: Floats = flat @ flat.T
    return found
