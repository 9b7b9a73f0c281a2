"""Estimates as they are reported: standard errors, tests and intervals by term."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from rapport.science.dropout.newton import Peak, Standardised
from rapport.science.dropout.rows import Floats, Ints
from rapport.science.refusals import SingularFitError, TooFewError

__all__ = ["Term", "normal_quantile", "report"]

LEAST_CLUSTERS = 10
LARGEST_LOG = 700.0


@dataclass(frozen=True, slots=True)
class Term:
    """One coefficient on the log scale of the hazard or its odds.

    ``se`` is the model's standard error; ``robust_se`` allows for clients of one therapist being
    alike, and where given ``z``, ``p`` (two-sided) and the 95 % interval follow it. ``ratio`` is
    exp(estimate), None where that is beyond a float.
    """

    name: str
    estimate: float
    se: float
    robust_se: float | None
    z: float
    p: float
    low: float
    high: float
    ratio: float | None


def report(
    names: Sequence[str],
    peak: Peak,
    scaled: Standardised,
    scores: Floats | None = None,
    cluster: Ints | None = None,
) -> tuple[tuple[Term, ...], Floats]:
    """Return the table of terms in raw units, and the covariance (p, p) behind its intervals.

    With ``scores``, each row's part of the gradient (n, p), and ``cluster`` (n,), the covariance
    is the cluster-robust one.
    """
    change = scaled.to_raw
    ours = peak.covariance
    errors = np.sqrt(np.diag(change @ ours @ change.T))
    if scores is not None and cluster is not None:
        ours = _cluster_robust(ours, scores, cluster)
    covariance = change @ ours @ change.T
    used = np.sqrt(np.diag(covariance))
    terms = tuple(
        _term(name, float(b), float(se), float(u), clustered=cluster is not None)
        for name, b, se, u in zip(names, change @ peak.at, errors, used, strict=True)
    )
    return terms, covariance


def _term(name: str, estimate: float, se: float, used: float, *, clustered: bool) -> Term:
    z = estimate / used
    reach = normal_quantile(0.975) * used
    return Term(
        name=name,
        estimate=estimate,
        se=se,
        robust_se=used if clustered else None,
        z=z,
        p=math.erfc(abs(z) / math.sqrt(2)),
        low=estimate - reach,
        high=estimate + reach,
        ratio=math.exp(estimate) if estimate < LARGEST_LOG else None,
    )


def _cluster_robust(covariance: Floats, scores: Floats, cluster: Ints) -> Floats:
    r"""Return :math:`V (\sum_g s_g s_g^\top) V`, with s_g the sum of the scores of cluster g.

    Lin & Wei (1989), J Am Stat Assoc 84:1074-1078. No small-sample factor, as in R's ``coxph``;
    with fewer than ten clusters, or not more than terms, it would be far too small: refused.
    """
    groups, inverse = np.unique(cluster, return_inverse=True)
    needs = max(LEAST_CLUSTERS, scores.shape[1] + 1)
    if groups.size < needs:
        raise TooFewError(
            "A cluster-robust standard error", "clusters", needs=needs, has=groups.size
        )
    sums = np.column_stack([np.bincount(inverse, weights=column) for column in scores.T])
    moved = sums @ covariance
    robust: Floats = moved.T @ moved
    if (np.diag(robust) <= 0).any():
        raise SingularFitError("A term has no variation between clusters.")
    return robust


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile."""
    return NormalDist().inv_cdf(probability)
