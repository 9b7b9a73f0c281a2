"""Generate relationships with a known truth: for tests, benchmarks and the synthetic practice.

A rating is a person's stable level plus a stationary first-order process within the person, for
client rating, therapist rating and distress together, with ruptures, repairs, dropout and planned
endings on top. NumPy is imported for simulation only, never on the engine's path.
"""

from __future__ import annotations

import numpy as np

from rapport.science.refusals import ImpossibleArgumentError
from rapport.science.simulation import (
    CONSTRUCTS,
    MAXIMUM,
    MINIMUM,
    Bools,
    Floats,
    Ints,
    Simulation,
    Truth,
)

__all__ = ["Simulation", "Truth", "simulate_dyads", "stationary_noise"]

# How strongly each construct follows what all seven share; with these the alliance (the mean of
# goal, task, bond) correlates .66 with the real relationship.
LOADINGS = np.array([0.85, 0.85, 0.85, 0.70, 0.65, 0.65, 0.65])


def simulate_dyads(rng: np.random.Generator, n: int, truth: Truth | None = None) -> Simulation:
    """Simulate ``n`` relationships.

    Parameters
    ----------
    rng
        The only source of chance: the same seed gives the same relationships.
    n
        How many relationships, at least one.
    truth
        What is true; see :class:`Truth`.

    Raises
    ------
    ImpossibleArgumentError
        Fewer than one relationship, or no stationary process with these lags and correlations.

    Notes
    -----
    Within a person, x_t = A·x_{t−1} + e_t for x = (client, therapist, distress) with stationary
    covariance Σ (unit variances, the stated correlations), so Cov(e) = Σ − AΣAᵀ and the process
    needs no run-in. Every other component (stable level, what is special to a construct) has the
    same client–therapist correlation, so every rating and every mean of ratings has it too.
    Dropout after session t has log-odds a + b_s·log t + b_a·alliance; a is found by bisection so
    that the mean over relationships of 1 − Π(1 − h_t) before the planned end is
    ``truth.dropout_share``. A planned ending is a competing event, not censoring.
    """
    if n < 1:
        raise ImpossibleArgumentError(f"There must be at least one relationship, not {n}.")
    truth = truth or Truth()
    sessions = truth.planned_range[1]
    shared, distress_within = _within(rng, n, sessions, truth)
    levels = _stable_levels(rng, n, truth)
    dent, rupture, repair = _ruptures(rng, n, sessions, truth)
    special = _special(rng, n, sessions, truth)
    log_session = np.log(np.arange(1, sessions + 1))
    client = _ratings(levels[0], shared[0], special[0], dent, truth)
    seen = rng.random(n) < truth.rupture_seen_by_therapist
    lower = truth.client_higher_d * truth.rating_sd * _alliance_sd(truth)
    therapist = _ratings(levels[1], shared[1], special[1], dent * seen[:, None], truth) - lower
    slope = truth.distress_change + truth.distress_change_sd * rng.standard_normal(n)
    distress = (
        truth.distress_mean
        + truth.rating_sd * np.sqrt(1 - truth.within_share) * levels[2][:, None]
        + truth.rating_sd * np.sqrt(truth.within_share) * distress_within
        + slope[:, None] * log_session
    )
    planned = _planned(rng, n, truth)
    length, dropped, probability = _endings(rng, client, planned, truth)
    return Simulation(
        truth=truth,
        client=_onto_scale(client, truth),
        therapist=_onto_scale(therapist, truth),
        distress=_onto_scale(distress, truth),
        length=length,
        dropped_out=dropped,
        rupture=rupture,
        repair=repair,
        client_given=rng.random((n, sessions)) >= truth.client_missing,
        therapist_given=rng.random((n, sessions)) >= truth.therapist_missing,
        missed_before=_missed(rng, n, sessions, truth),
        dropout_probability=probability,
    )


def _loadings(truth: Truth) -> Floats:
    return LOADINGS if truth.construct_specific else np.ones(len(CONSTRUCTS))


def _alliance_sd(truth: Truth) -> float:
    """Standard deviation of the mean of goal, task and bond where each has one of 1."""
    three = _loadings(truth)[:3]
    return float(np.sqrt(three.sum() ** 2 + (1 - three**2).sum()) / 3)


def stationary_noise(truth: Truth) -> tuple[Floats, Floats, Floats]:
    """Return A, Σ and Cov(e) of the within-person process, each of shape (3, 3).

    Raises
    ------
    ImpossibleArgumentError
        Where no stationary process has these lags and correlations.
    """
    a, d = truth.autoregression_alliance, truth.autoregression_distress
    to_a, to_d = truth.cross_lag_to_alliance, truth.cross_lag_to_distress
    lag = np.array([[a, 0.0, to_a], [0.0, a, 0.0], [to_d, 0.0, d]])
    r, q = truth.side_correlation, truth.alliance_distress_correlation
    stationary = np.array([[1.0, r, q], [r, 1.0, q * r], [q, q * r, 1.0]])
    noise = stationary - lag @ stationary @ lag.T
    if min(np.linalg.eigvalsh(stationary)[0], np.linalg.eigvalsh(noise)[0]) <= 0:
        raise ImpossibleArgumentError(
            "No stationary process has these autoregressions, cross-lags and correlations: take "
            "smaller ones."
        )
    return lag, stationary, noise


def _within(rng: np.random.Generator, n: int, sessions: int, truth: Truth) -> tuple[Floats, Floats]:
    """The moving part, unit variance: both sides (2, n, T) and distress (n, T)."""
    lag, stationary, noise = stationary_noise(truth)
    root, start = np.linalg.cholesky(noise), np.linalg.cholesky(stationary)
    states = np.empty((sessions, n, 3))
    states[0] = rng.standard_normal((n, 3)) @ start.T
    for t in range(1, sessions):
        states[t] = states[t - 1] @ lag.T + rng.standard_normal((n, 3)) @ root.T
    moved = states.transpose(2, 1, 0)
    return moved[:2], moved[2]


def _pair(rng: np.random.Generator, shape: tuple[int, ...], r: float) -> tuple[Floats, Floats]:
    """Two standard normal arrays correlated ``r`` cell by cell."""
    one, other = rng.standard_normal(shape), rng.standard_normal(shape)
    return one, r * one + np.sqrt(1 - r * r) * other


def _stable_levels(rng: np.random.Generator, n: int, truth: Truth) -> tuple[Floats, Floats, Floats]:
    """Each person's level in standard deviations: client, therapist, distress; shape (n,)."""
    client, therapist = _pair(rng, (n,), truth.side_correlation)
    q = truth.alliance_distress_correlation
    return client, therapist, q * client + np.sqrt(1 - q * q) * rng.standard_normal(n)


def _special(
    rng: np.random.Generator, n: int, sessions: int, truth: Truth
) -> tuple[Floats, Floats]:
    """What moves one construct alone, a stable and a moving part; shape (n, T, 7) each side."""
    k, r, w = len(CONSTRUCTS), truth.side_correlation, truth.within_share
    stable, moving = _pair(rng, (n, 1, k), r), _pair(rng, (n, sessions, k), r)
    client, therapist = (
        np.sqrt(1 - w) * s + np.sqrt(w) * m for s, m in zip(stable, moving, strict=True)
    )
    return client, therapist


def _ratings(
    level: Floats,
    moving: Floats,
    special: Floats,
    dent: Floats,
    truth: Truth,
) -> Floats:
    """Put one side's ratings together, in scale units before rounding; shape (n, T, 7)."""
    w, loadings = truth.within_share, _loadings(truth)
    log_session = np.log(np.arange(1, dent.shape[1] + 1))
    shared = np.sqrt(1 - w) * level[:, None] + np.sqrt(w) * moving
    mixed = loadings * shared[:, :, None] + np.sqrt(1 - loadings**2) * special
    centre = truth.client_mean + truth.alliance_growth * log_session - dent
    rated: Floats = centre[:, :, None] + truth.rating_sd * mixed
    return rated


def _ruptures(
    rng: np.random.Generator, n: int, sessions: int, truth: Truth
) -> tuple[Floats, Bools, Bools]:
    """The dent a rupture leaves (n, T), where ruptures begin, and where they are repaired.

    One rupture at a time, from session 3 on. A repaired one ends after one to three sessions;
    one without repair stays.
    """
    dent = np.zeros((n, sessions))
    rupture, repair = np.zeros((n, sessions), bool), np.zeros((n, sessions), bool)
    depth, ends = np.zeros(n), np.full(n, sessions)
    for t in range(2, sessions):
        healed = (ends == t) & (depth > 0)
        repair[:, t], depth = healed, np.where(healed, 0.0, depth)
        begins = (depth == 0) & (rng.random(n) < truth.rupture_hazard) & ~healed
        depth = np.where(begins, rng.uniform(*truth.rupture_depth, n), depth)
        will_heal = rng.random(n) < truth.repair_probability
        until = np.where(will_heal, t + rng.integers(1, 4, n), sessions)
        ends = np.where(begins, until, ends)
        rupture[:, t], dent[:, t] = begins, depth
    return dent, rupture, repair


def _planned(rng: np.random.Generator, n: int, truth: Truth) -> Ints:
    """Planned number of sessions: shifted Poisson-gamma, kept inside the stated range."""
    low, high = truth.planned_range
    rate = rng.gamma(3.0, max(truth.planned_mean - low, 0.0) / 3.0, n)
    planned: Ints = np.minimum(low + rng.poisson(rate), high)
    return planned


def _endings(
    rng: np.random.Generator, client: Floats, planned: Ints, truth: Truth
) -> tuple[Ints, Bools, Floats]:
    """Sessions held, whether dropout ended them, and each relationship's dropout probability."""
    n, sessions = client.shape[:2]
    deviation = (client[:, :, :3].mean(axis=2) - truth.client_mean) / truth.rating_sd
    log_odds = truth.dropout_per_sd * deviation + truth.dropout_per_log_session * np.log(
        np.arange(1, sessions + 1)
    )
    at_risk = np.arange(1, sessions + 1)[None, :] < planned[:, None]
    intercept = _calibrate(log_odds, at_risk, truth.dropout_share)
    hazard = _hazard(log_odds, at_risk, intercept)
    happens = rng.random((n, sessions)) < hazard
    dropped = happens.any(axis=1)
    length: Ints = np.where(dropped, happens.argmax(axis=1) + 1, planned)
    probability: Floats = 1 - np.prod(1 - hazard, axis=1)
    return length, np.asarray(dropped, dtype=np.bool_), probability


def _hazard(log_odds: Floats, at_risk: Bools, intercept: float) -> Floats:
    hazard: Floats = at_risk / (1 + np.exp(-(log_odds + intercept)))
    return hazard


def _calibrate(log_odds: Floats, at_risk: Bools, share: float) -> float:
    """Bisect the intercept at which the expected share that drop out is ``share``."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        expected = (1 - np.prod(1 - _hazard(log_odds, at_risk, middle), axis=1)).mean()
        low, high = (middle, high) if expected < share else (low, middle)
    return (low + high) / 2


def _missed(rng: np.random.Generator, n: int, sessions: int, truth: Truth) -> Ints:
    missed: Ints = (rng.random((n, sessions)) < truth.appointment_missed).astype(np.int64)
    missed[:, 0] = 0
    return missed


def _onto_scale(values: Floats, truth: Truth) -> Floats:
    placed: Floats = np.clip(np.rint(values), MINIMUM, MAXIMUM) if truth.rounded else values
    return placed
