"""Time the expected course: one client's update and band, and a million clients at once.

    python bench/bench_course.py [--clients 1000000]

No peer: the question is whether a request can afford it. The million are gathered from
simulated sessions, then forecast; gathering is not part of the forecast's time.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np

from rapport.science.course_batch import forecast_all, gather_states
from rapport.science.course_model import (
    CourseState,
    ExpectedCourseModel,
    FixedEffects,
    RandomEffects,
)

SEED = 20_261_126
MODEL = ExpectedCourseModel(
    fixed=FixedEffects(18.0, -2.5, 0.6, -0.08),
    random=RandomEffects(9.0, -2.0, 3.0),
    residual_sd=2.5,
    fixed_covariance=(
        (0.20, -0.06, 0.004, -0.001),
        (-0.06, 0.05, -0.001, 0.001),
        (0.004, -0.001, 0.006, -0.002),
        (-0.001, 0.001, -0.002, 0.001),
    ),
    intake_mean=20.0,
    intake_sd=6.0,
    clients=412,
    version="benchmark",
    data_hash="",
)
BAND_TAIL = 0.1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=1_000_000)
    one_client()
    many_clients(parser.parse_args().clients)


def one_client(ratings: int = 50_000) -> None:
    """A rating comes in: the sums move on, and the next session's band is drawn."""
    best = math.inf
    for _ in range(7):
        state, begun = CourseState(), time.perf_counter()
        for session in range(2, ratings + 2):
            state = MODEL.after(state, 24.0, session, 17.0)
            forecast = MODEL.forecast(state, 24.0, session + 1)
            forecast.reach(BAND_TAIL)
        best = min(best, time.perf_counter() - begun)
    print(f"one client, update and band: {best / ratings * 1e6:.2f} µs (fastest of 7)")


def many_clients(clients: int) -> None:
    rng = np.random.default_rng(SEED)
    held = rng.integers(1, 9, clients)
    client = np.repeat(np.arange(clients), held)
    session = np.arange(len(client)) - np.repeat(np.cumsum(held) - held, held) + 2
    intake = rng.normal(20, 6, clients)
    ratings = rng.normal(17, 5, len(client))
    begun = time.perf_counter()
    states = gather_states(MODEL, client, intake, session, ratings)
    print(f"{len(client):,} ratings into sums: {time.perf_counter() - begun:.2f} s")
    taken = []
    for _ in range(9):
        begun = time.perf_counter()
        found = forecast_all(MODEL, states, intake, held + 2.0)
        taken.append((time.perf_counter() - begun) * 1e3)
    taken.sort()
    print(f"{clients:,} clients forecast: {taken[0]:.1f} ms fastest, {taken[4]:.1f} ms median")
    some = rng.integers(0, clients, 200)
    for i in some:
        one = MODEL.forecast(CourseState(*states[i]), intake[i], held[i] + 2.0)
        assert math.isclose(one.mean, found.mean[i]), i
        assert math.isclose(one.sd, found.sd[i]), i


if __name__ == "__main__":
    main()
