"""Measure the dyad models: how their intervals cover, and what centring does to lagged effects.

    python bench/bench_dyad.py coverage [--studies 1000]
    python bench/bench_dyad.py bias [--studies 1000]
    python bench/bench_dyad.py speed

``coverage`` simulates studies with a known truth and counts the 95 % intervals that hold it, for
truth-and-bias (100 dyads of 8 sessions), the actor-partner model and the response surface (60
dyads; ten times as many studies, since they are quick), and the RI-CLPM (200 dyads of 5
sessions). ``bias`` holds the RI-CLPM against the person-mean-centred model and a cross-lagged
model without random intercepts. ``speed`` fits the example's sessions here and in R (needs
Rscript, lme4, lavaan), from rows in memory to estimates. Set OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rapport.commands.data import read_columns
from rapport.science import dyad
from rapport.science.dyad import Effect
from rapport.science.refusals import RefusedFitError

SEED = 20_261_125
SESSIONS = Path(__file__).parents[1] / "examples" / "sim_dyads_sessions.csv"
R_PEER = Path(__file__).parent / "r" / "dyad.R"
Columns = dict[str, NDArray[np.generic]]
Rng = np.random.Generator

LAGS = np.array([[0.30, -0.10], [-0.15, 0.40]])
LAG_TRUTH = {"x_after_x": 0.30, "x_after_y": -0.10, "y_after_x": -0.15, "y_after_y": 0.40}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("coverage").add_argument("--studies", type=int, default=1000)
    commands.add_parser("bias").add_argument("--studies", type=int, default=1000)
    commands.add_parser("speed")
    chosen = parser.parse_args()
    match chosen.command:
        case "coverage":
            coverage(chosen.studies)
        case "bias":
            bias(chosen.studies)
        case "speed":
            speed()


def coverage(studies: int) -> None:
    rng = np.random.default_rng(SEED)
    for name, truth, study, times in (
        ("truth and bias", {"direction": -0.35, "congruence": 0.35}, truth_and_bias, 1),
        ("actor-partner", APIM_TRUTH, actor_partner, 10),
        ("response surface", SURFACE_TRUTH, surface, 10),
        ("RI-CLPM", LAG_TRUTH, riclpm, 1),
    ):
        begun = time.perf_counter()
        held, used = count_held(truth, study, rng, times * studies)
        each = (time.perf_counter() - begun) / (times * studies) * 1e3
        shares = ", ".join(f"{effect} {held[effect] / used:.3f}" for effect in truth)
        print(f"{name} ({used} of {times * studies} fitted, {each:.1f} ms a study): {shares}")


def count_held(
    truth: Mapping[str, float],
    study: Callable[[Rng], Mapping[str, Effect]],
    rng: Rng,
    studies: int,
) -> tuple[Counter[str], int]:
    held: Counter[str] = Counter()
    used = 0
    for _ in range(studies):
        try:
            found = study(rng)
        except RefusedFitError:
            continue
        used += 1
        held.update(
            name for name, value in truth.items() if found[name].low < value < found[name].high
        )
    return held, used


def truth_and_bias(rng: Rng) -> Mapping[str, Effect]:
    dyads, sessions = 100, 8
    level = 3.7 + 0.5 * rng.standard_normal((dyads, 1))
    client = level + 0.4 * rng.standard_normal((dyads, sessions))
    own = rng.multivariate_normal([0, 0], [[0.12, -0.01], [-0.01, 0.02]], dyads)
    rated = level - 0.35 + own[:, :1] + (0.35 + own[:, 1:]) * (client - level)
    rated += 0.25 * rng.standard_normal(client.shape)
    found = dyad.truth_and_bias(
        {"dyad": np.repeat(np.arange(dyads), sessions), "c": client.ravel(), "t": rated.ravel()},
        dyad="dyad",
        client="c",
        therapist="t",
    )
    return {"direction": found.direction, "congruence": found.congruence}


APIM_TRUTH = {
    "actor_client": 0.5,
    "partner_client": 0.2,
    "actor_therapist": 0.4,
    "partner_therapist": 0.1,
}


def actor_partner(rng: Rng) -> Mapping[str, Effect]:
    x = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 60)
    e = rng.multivariate_normal([0, 0], [[1, 0.3], [0.3, 2]], 60)
    y = x @ np.array([[0.5, 0.1], [0.2, 0.4]]) + e
    data = {"xc": x[:, 0], "xt": x[:, 1], "yc": y[:, 0], "yt": y[:, 1]}
    found = dyad.apim(data, predictors=("xc", "xt"), outcomes=("yc", "yt"))
    return {name: getattr(found, name) for name in APIM_TRUTH}


SURFACE_TRUTH = {"a1": 0.6, "a2": 0.0, "a3": 0.2, "a4": -0.6, "a5": 0.1}


def surface(rng: Rng) -> Mapping[str, Effect]:
    x, y = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 60).T
    z = 1 + 0.4 * x + 0.2 * y - 0.1 * x * x + 0.3 * x * y - 0.2 * y * y + rng.standard_normal(60)
    data = {"x": x + 4, "y": y + 4, "z": z}
    return dyad.response_surface(data, client="x", therapist="y", outcome="z", centre=4).surface


def riclpm(rng: Rng) -> Mapping[str, Effect]:
    return _within(lagged(panel(rng, 200, 5)))


def panel(rng: Rng, dyads: int, sessions: int) -> Columns:
    """Two series that affect one another by ``LAGS`` about levels of each dyad's own."""
    level = rng.multivariate_normal([5, 10], [[0.6, -0.2], [-0.2, 0.8]], dyads)
    within = rng.multivariate_normal([0, 0], [[1, -0.3], [-0.3, 1]], dyads)
    rows = []
    for at in range(sessions):
        if at:
            noise = rng.multivariate_normal([0, 0], [[0.8, -0.15], [-0.15, 0.8]], dyads)
            within = within @ LAGS.T + noise
        rows.append(level + within + [0.1 * at, -0.5 * at])
    table = np.concatenate(rows)
    return {
        "dyad": np.tile(np.arange(dyads), sessions),
        "session": np.repeat(np.arange(1.0, sessions + 1), dyads),
        "x": table[:, 0],
        "y": table[:, 1],
    }


def lagged(data: Columns) -> dyad.LaggedEffects:
    return dyad.lagged_effects(data, dyad="dyad", session="session", x="x", y="y", sessions=5)


def _within(found: dyad.LaggedEffects) -> dict[str, Effect]:
    return {name: getattr(found.riclpm.within, name) for name in LAG_TRUTH}


def bias(studies: int) -> None:
    """Mean estimates over studies of 200 dyads with 5 sessions each."""
    rng = np.random.default_rng(SEED)
    found: dict[str, list[Iterable[float]]] = {"RI-CLPM": [], "centred": [], "no intercepts": []}
    for _ in range(studies):
        data = panel(rng, 200, 5)
        found["RI-CLPM"].append([one.estimate for one in _within(lagged(data)).values()])
        found["centred"].append(centred(data))
        found["no intercepts"].append(without_intercepts(data))
    print("truth: " + ", ".join(f"{name} {value:.2f}" for name, value in LAG_TRUTH.items()))
    for name, estimates in found.items():
        print(f"{name}: " + ", ".join(f"{value:.3f}" for value in np.mean(estimates, axis=0)))


def centred(data: Columns) -> list[float]:
    x, y = (
        dyad.person_mean_centred(data, dyad="dyad", session="session", predictor=p, outcome=o)
        for p, o in (("y", "x"), ("x", "y"))
    )
    return [one.estimate for one in (x.autoregression, x.within, y.within, y.autoregression)]


def without_intercepts(data: Columns) -> list[float]:
    """One regression over all pairs of sessions, each session's means taken out."""
    waves = np.stack([data["x"].reshape(5, -1), data["y"].reshape(5, -1)], axis=-1)
    waves = waves - waves.mean(axis=1, keepdims=True)
    before, after = waves[:-1].reshape(-1, 2), waves[1:].reshape(-1, 2)
    slopes = np.linalg.lstsq(before, after, rcond=None)[0]
    return [slopes[0, 0], slopes[1, 0], slopes[0, 1], slopes[1, 1]]


def speed() -> None:
    """The example's 1,659 sessions of 200 dyads: truth and bias, and RI-CLPM with its twin."""
    data = read_columns(SESSIONS)

    def rating() -> list[float]:
        names = {"client": "alliance_client", "therapist": "alliance_therapist"}
        return [dyad.truth_and_bias(data, dyad="dyad", **names).loglik]

    def lags() -> list[float]:
        names = {"dyad": "dyad", "session": "session", "x": "alliance_client", "y": "symptom"}
        found = dyad.lagged_effects(data, **names)
        assert found.detrended is not None
        return [found.riclpm.loglik, found.detrended.loglik]

    peer = subprocess.run(
        ["Rscript", R_PEER, SESSIONS], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    for name, fit, line in zip(
        ("truth and bias", "RI-CLPM and twin"), (rating, lags), peer, strict=True
    ):
        theirs, *logliks = map(float, line.split())
        ours = fastest(fit, 20)
        apart = max(abs(a - b) for a, b in zip(fit(), logliks, strict=True))
        print(
            f"{name}: {ours * 1e3:.1f} ms, R {theirs * 1e3:.0f} ms, ratio {theirs / ours:.0f}; "
            f"log-likelihoods differ by {apart:.1e}"
        )


def fastest(fit: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        fit()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


if __name__ == "__main__":
    main()
