"""Cox's partial likelihood of start-stop rows with Efron's treatment of ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.dropout.rows import Bools, Floats, Ints

__all__ = ["RiskSets", "baseline_increments", "partial_likelihood", "risk_sets", "score_residuals"]


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """Who is at risk at which event time.

    Row i is at risk at ``times[first[i]]`` to ``times[last[i]]``, at none where first exceeds
    last. Event m is of row ``row[m]`` at ``times[at[m]]``, and ``share[m]`` is l/d where it is
    the l-th (from 0) of d tied events.
    """

    times: Floats
    first: Ints
    last: Ints
    row: Ints
    at: Ints
    share: Floats

    def sums(self, values: Floats) -> Floats:
        """Sum values (n, m) over each risk set, shape (times, m)."""
        length = self.times.size + 1
        entered, left = _totals(self.first, values, length), _totals(self.last + 1, values, length)
        return np.cumsum(entered - left, axis=0)[:-1]

    def event_sums(self, values: Floats) -> Floats:
        """Sum values (events, m) over the events of each time, shape (times, m)."""
        return _totals(self.at, values, self.times.size)


@dataclass(frozen=True, slots=True, eq=False)
class _Denominators:
    """At each event: Efron's sum of weights (m,) and weighted means of the covariates (m, p)."""

    weights: Floats
    sums: Floats
    means: Floats
    shift: float


def risk_sets(start: Floats, stop: Floats, dropped: Bools) -> RiskSets:
    """Find the event times and who was at risk: start < t <= stop."""
    times = np.unique(stop[dropped])
    row = np.flatnonzero(dropped)
    row = row[np.argsort(stop[row], kind="stable")]
    at = np.searchsorted(times, stop[row])
    tied = np.bincount(at, minlength=times.size)
    order = np.arange(row.size) - (np.cumsum(tied) - tied)[at]
    first = np.searchsorted(times, start, side="right")
    last = np.searchsorted(times, stop, side="right") - 1
    return RiskSets(times, first, last, row, at, order / tied[at])


def partial_likelihood(
    sets: RiskSets, covariates: Floats, beta: Floats
) -> tuple[float, Floats, Floats]:
    """Return log-likelihood, gradient (p,) and information (p, p)."""
    n, p = covariates.shape
    eta = covariates @ beta
    found = _denominators(sets, covariates, eta)
    squares = (covariates[:, :, None] * covariates[:, None, :]).reshape(n, p * p)
    weighted = squares * found.weights[:, None]
    of_set, of_events = sets.sums(weighted)[sets.at], sets.event_sums(weighted[sets.row])[sets.at]
    second = (of_set - sets.share[:, None] * of_events) / found.sums[:, None]
    information = second.sum(axis=0).reshape(p, p) - found.means.T @ found.means
    loglik = (eta[sets.row] - found.shift - np.log(found.sums)).sum()
    gradient = (covariates[sets.row] - found.means).sum(axis=0)
    return float(loglik), gradient, information


def baseline_increments(sets: RiskSets, covariates: Floats, beta: Floats) -> Floats:
    """Return the rise of the cumulative hazard of covariates 0 at each event time."""
    found = _denominators(sets, covariates, covariates @ beta)
    rise: Floats = sets.event_sums(np.exp(-found.shift) / found.sums[:, None])[:, 0]
    return rise


def score_residuals(sets: RiskSets, covariates: Floats, beta: Floats) -> Floats:
    """Return each row's part of the gradient, shape (n, p).

    With it goes what the row, by being at risk, does to the means of others: summed by cluster
    these give the variance of Lin & Wei (1989). Tied events count at risk with weight 1 − l/d.
    """
    found = _denominators(sets, covariates, covariates @ beta)
    hazard = 1 / found.sums
    stacked = np.column_stack([hazard, hazard[:, None] * found.means])
    total = np.vstack([np.zeros(stacked.shape[1]), np.cumsum(sets.event_sums(stacked), axis=0)])
    crossed = total[np.maximum(sets.last + 1, sets.first)] - total[sets.first]
    own = covariates * crossed[:, :1] - crossed[:, 1:]
    residuals = -found.weights[:, None] * own
    tied = np.bincount(sets.at, minlength=sets.times.size)[sets.at]
    means = sets.event_sums(found.means)[sets.at] / tied[:, None]
    less = sets.event_sums(sets.share[:, None] * stacked)[sets.at]
    spared = covariates[sets.row] * less[:, :1] - less[:, 1:]
    residuals[sets.row] += covariates[sets.row] - means + found.weights[sets.row, None] * spared
    return np.asarray(residuals, dtype=np.float64)


def _denominators(sets: RiskSets, covariates: Floats, eta: Floats) -> _Denominators:
    shift = float(eta.max())
    weights = np.exp(eta - shift)
    stacked = np.column_stack([weights, weights[:, None] * covariates])
    of_set, of_events = sets.sums(stacked)[sets.at], sets.event_sums(stacked[sets.row])[sets.at]
    left = of_set - sets.share[:, None] * of_events
    return _Denominators(weights, left[:, 0], left[:, 1:] / left[:, :1], shift)


def _totals(index: Ints, values: Floats, length: int) -> Floats:
    columns = [np.bincount(index, weights=column, minlength=length) for column in values.T]
    return np.column_stack(columns)
