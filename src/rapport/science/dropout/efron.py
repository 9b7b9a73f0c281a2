"""Cox's partial likelihood of start-stop rows with Efron's treatment of ties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rapport.science.dropout.rows import Bools, Floats, Ints

__all__ = ["RiskSets", "baseline_increments", "partial_likelihood", "risk_sets", "score_residuals"]

BLOCK = 16_384  # rows at a time, so that what is computed of them stays in the cache


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """Who is at risk at which event time.

    Row i is at risk at ``times[first[i]]`` up to before ``times[after[i]]``, at none where the two
    are equal. Event m is of row ``row[m]`` at ``times[at[m]]``, and ``share[m]`` is l/d where it
    is the l-th (from 0) of d tied events.
    """

    times: Floats
    first: Ints
    after: Ints
    row: Ints
    at: Ints
    share: Floats

    def sums(self, weights: Floats, covariates: Floats, *, squares: bool = False) -> Floats:
        """Sum the moments (n, m) of all rows over each risk set, shape (times, m)."""
        changes: Floats = np.zeros((self.times.size + 1, 1))
        for rows in self._blocks(weights.size):
            moments = _moments(weights[rows], covariates[rows], squares=squares)
            changes = changes + _totals(self.first[rows], moments, self.times.size + 1)
            changes -= _totals(self.after[rows], moments, self.times.size + 1)
        return np.cumsum(changes, axis=0)[:-1]

    def event_sums(self, values: Floats) -> Floats:
        """Sum values (events, m) over the events of each time, shape (times, m)."""
        return _totals(self.at, values, self.times.size)

    def _blocks(self, n: int) -> Iterator[slice]:
        size = max(BLOCK, self.times.size)
        return (slice(at, at + size) for at in range(0, n, size))


@dataclass(frozen=True, slots=True, eq=False)
class _AtEvents:
    """Of each event, with part of the tied ones taken out: weight of its risk set, and moments.

    ``weights`` (events,), ``means`` (events, p), ``squares`` (events, p·p) where asked for.
    ``row_weights`` (n,) are exp(x β − shift).
    """

    row_weights: Floats
    shift: float
    weights: Floats
    means: Floats
    squares: Floats


def risk_sets(start: Floats, stop: Floats, dropped: Bools) -> RiskSets:
    """Find the event times and who was at risk: start < t <= stop."""
    times = np.unique(stop[dropped])
    row = np.flatnonzero(dropped)
    row = row[np.argsort(stop[row], kind="stable")]
    at = np.searchsorted(times, stop[row])
    tied = np.bincount(at, minlength=times.size)
    order = np.arange(row.size) - (np.cumsum(tied) - tied)[at]
    first = np.searchsorted(times, start, side="right")
    after = np.searchsorted(times, stop, side="right")
    return RiskSets(times, first, after, row, at, order / tied[at])


def partial_likelihood(
    sets: RiskSets, covariates: Floats, beta: Floats
) -> tuple[float, Floats, Floats]:
    """Return log-likelihood, gradient (p,) and information (p, p)."""
    eta, p = covariates @ beta, beta.size
    found = _at_events(sets, covariates, eta, squares=True)
    information = found.squares.sum(axis=0).reshape(p, p) - found.means.T @ found.means
    loglik = (eta[sets.row] - found.shift - np.log(found.weights)).sum()
    gradient = (covariates[sets.row] - found.means).sum(axis=0)
    return float(loglik), gradient, information


def baseline_increments(sets: RiskSets, covariates: Floats, beta: Floats) -> Floats:
    """Return the rise of the cumulative hazard of covariates 0 at each event time."""
    found = _at_events(sets, covariates, covariates @ beta)
    rise: Floats = sets.event_sums(np.exp(-found.shift) / found.weights[:, None])[:, 0]
    return rise


def score_residuals(sets: RiskSets, covariates: Floats, beta: Floats) -> Floats:
    """Return each row's part of the gradient, shape (n, p).

    With it goes what the row, by being at risk, does to the means of others: summed by cluster
    these give the variance of Lin & Wei (1989). Tied events count at risk with weight 1 − l/d.
    """
    found = _at_events(sets, covariates, covariates @ beta)
    hazard = 1 / found.weights[:, None]
    stacked = np.hstack([hazard, hazard * found.means])
    total = np.vstack([np.zeros(stacked.shape[1]), np.cumsum(sets.event_sums(stacked), axis=0)])
    crossed = total[sets.after] - total[sets.first]
    own = covariates * crossed[:, :1] - crossed[:, 1:]
    residuals = -found.row_weights[:, None] * own
    tied = np.bincount(sets.at, minlength=sets.times.size)[sets.at]
    means = sets.event_sums(found.means)[sets.at] / tied[:, None]
    less = sets.event_sums(sets.share[:, None] * stacked)[sets.at]
    spared = covariates[sets.row] * less[:, :1] - less[:, 1:]
    spared *= found.row_weights[sets.row, None]
    residuals[sets.row] += covariates[sets.row] - means + spared
    return np.asarray(residuals, dtype=np.float64)


def _at_events(
    sets: RiskSets, covariates: Floats, eta: Floats, *, squares: bool = False
) -> _AtEvents:
    shift, p = float(eta.max()), covariates.shape[1]
    weights = np.exp(eta - shift)
    of_set = sets.sums(weights, covariates, squares=squares)
    tied = sets.event_sums(_moments(weights[sets.row], covariates[sets.row], squares=squares))
    left = of_set[sets.at] - sets.share[:, None] * tied[sets.at]
    scaled = left[:, 1:] / left[:, :1]
    return _AtEvents(weights, shift, left[:, 0], scaled[:, :p], scaled[:, p:])


def _moments(weights: Floats, covariates: Floats, *, squares: bool) -> Floats:
    """Weights, times the covariates, and times their products: (n, 1 + p) or (n, 1 + p + p²)."""
    parts = [weights, *(weights * column for column in covariates.T)]
    if squares:
        parts += [part * column for part in parts[1:] for column in covariates.T]
    return np.array(parts).T


def _totals(index: Ints, values: Floats, length: int) -> Floats:
    columns = [np.bincount(index, weights=column, minlength=length) for column in values.T]
    return np.column_stack(columns)
