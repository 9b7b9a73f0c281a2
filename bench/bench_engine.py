"""Measure the relationship engine: speed, false alarms, and how well its bands cover.

    python bench/bench_engine.py speed
    python bench/bench_engine.py false-alarms [--write]
    python bench/bench_engine.py example SESSIONS.csv
    python bench/bench_engine.py coverage

``false-alarms --write`` stores the rates that the engine prints beside each flag. ``example``
reads long-form dyad sessions without true ruptures (columns dyad, session, alliance_client) and
counts the dyads that each rule ever flags, with limits from the whole series and from earlier
sessions only.
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from rapport.science.chart_study import chart_rates, ever_flagged
from rapport.science.course_model import ExpectedCourseModel, FixedEffects, RandomEffects
from rapport.science.false_alarm_study import measure_false_alarms, write_rates
from rapport.science.false_alarms import RATES_FILE
from rapport.science.history import History, Scale, input_hash
from rapport.science.priors import course_prior
from rapport.science.relationship import assess
from rapport.science.rupture import (
    CLASSIC_LIMIT,
    INNOVATION_TAIL,
    classic_falls,
    innovation_falls,
    larger_sd_falls,
)
from rapport.science.simulate import Truth, simulate_dyads
from rapport.science.timeline import Line
from rapport.science.trajectory import forecasts

SEED = 20_261_123
RELATIONSHIPS = 20_000
COMMAND = "python bench/bench_engine.py false-alarms --write"
# Symptoms that fall with log session, clients differing in level and slope.
FALLING = ExpectedCourseModel(
    fixed=FixedEffects(20.0, -3.0, 0.0, 0.0),
    random=RandomEffects(17.5, -3.0, 4.25),
    residual_sd=3.0,
    fixed_covariance=((0.0,) * 4,) * 4,
    intake_mean=0.0,
    intake_sd=1.0,
    clients=1,
    version="true",
    data_hash="",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("speed")
    commands.add_parser("coverage")
    alarms = commands.add_parser("false-alarms")
    alarms.add_argument("--write", action="store_true")
    example = commands.add_parser("example")
    example.add_argument("sessions", type=Path)
    chosen = parser.parse_args()
    match chosen.command:
        case "speed":
            speed()
        case "coverage":
            coverage()
        case "false-alarms":
            false_alarms(write=chosen.write)
        case "example":
            dyads(chosen.sessions)


def speed() -> None:
    """One relationship of 40 sessions, two raters on eight scales each, and an outcome."""
    truth = Truth(
        planned_range=(40, 40), dropout_share=0.001, client_missing=0.0, therapist_missing=0.0
    )
    simulation = simulate_dyads(np.random.default_rng(SEED), 20, truth)
    longest = max(simulation.histories(), key=lambda h: len(h.sessions))
    print(f"{len(longest.sessions)} sessions, {len(longest.ratings)} ratings")
    _timed("assess", lambda h: assess(h, 40), longest)
    _timed("assess and to_dict", lambda h: assess(h, 40).to_dict(), longest)
    _timed("input_hash", lambda h: input_hash(h, 40), longest)
    begun = time.perf_counter()
    many = simulate_dyads(np.random.default_rng(SEED), 10_000, Truth(planned_mean=25.0))
    print(f"simulate 10,000: {time.perf_counter() - begun:.2f} s, {many.length.sum():,} sessions")


def _timed(name: str, work: object, history: History) -> None:
    assert callable(work)
    work(history)
    times = []
    for _ in range(200):
        begun = time.perf_counter()
        work(history)
        times.append(time.perf_counter() - begun)
    times.sort()
    print(
        f"{name}: median {times[100] * 1e3:.3f} ms, fastest {times[0] * 1e3:.3f} ms, "
        f"p95 {times[190] * 1e3:.3f} ms"
    )


def false_alarms(*, write: bool) -> None:
    if write:
        write_rates(RATES_FILE, SEED, RELATIONSHIPS, COMMAND)
        print(RATES_FILE.read_text(encoding="utf-8"))
        return
    measured = measure_false_alarms(np.random.default_rng(SEED), 2_000)
    for rater, rates in measured.items():
        for rule, rate in rates.items():
            print(
                f"{rater:10} {rule:20} {rate.per_session:.4f} a session, "
                f"{rate.per_relationship:.1%} of relationships ever ({rate.flags} flags)"
            )


def coverage() -> None:
    """How often a rating falls inside its own 80 % band, and below the one-sided limit."""
    for name, prior_is_true in (("drawn from the prior", True), ("simulated world", False)):
        inside = below = total = classic = 0
        for line in _lines_from_prior() if prior_is_true else _simulated_lines():
            prior = course_prior(line.scale)
            for value, forecast in zip(
                line.values, forecasts(line, prior, line.sessions), strict=True
            ):
                if forecast is not None:
                    inside += abs(value - forecast.mean) <= forecast.reach(0.1)
                    below += value < forecast.mean - forecast.reach(INNOVATION_TAIL)
                    total += 1
            classic += sum(1 for _ in classic_falls(line.values, 2.5))
        print(
            f"{name}: 80 % band holds {inside / total:.4f}; innovation chart {below / total:.4f}, "
            f"classic chart {classic / total:.4f} a session where {INNOVATION_TAIL:.4f} is nominal"
        )
    rates = chart_rates(np.random.default_rng(SEED), FALLING, 100_000, 8)
    print(
        f"courses of a known mixed model, limits of 2.5 from the whole series: classic chart "
        f"{rates.classic:.4f}, innovation chart {rates.innovation:.4f} a session where "
        f"{rates.nominal:.4f} is nominal"
    )


def _lines_from_prior() -> list[Line]:
    rng = np.random.default_rng(SEED)
    scale = Scale("course", "true", "alliance", "relationship", True, source_sd=1.0)
    prior = course_prior(scale)
    assert prior.noise is not None
    lines = []
    for _ in range(10_000):
        sd = prior.noise * math.sqrt(prior.noise_worth / rng.chisquare(prior.noise_worth))
        slope = sd * rng.standard_normal() / math.sqrt(prior.slope_precision)
        sessions = np.arange(1, 21)
        values = rng.standard_normal() * 5 + slope * np.log(sessions)
        values = values + sd * rng.standard_normal(20)
        lines.append(Line(scale, "client", tuple(sessions.tolist()), tuple(values.tolist()), {}))
    return lines


def _simulated_lines() -> list[Line]:
    truth = Truth(rupture_hazard=0.0, client_missing=0.0, rounded=False)
    simulation = simulate_dyads(np.random.default_rng(SEED), 5_000, truth)
    alliance = simulation.alliance(simulation.client).tolist()
    scale = simulation.scales["relationship_check", "alliance"]
    return [
        Line(scale, "client", tuple(range(1, length + 1)), tuple(values[:length]), {})
        for values, length in zip(alliance, simulation.length.tolist(), strict=True)
    ]


def dyads(path: Path) -> None:
    """Dyads ever flagged: whole-series rules as published, and live ones."""
    found = ever_flagged(_series(path, least=1))
    print(f"whole series, {found.series} dyads of 4 sessions or more, ever flagged:")
    print(f"  fall of 1 own SD {found.own_sd:.1%}, of 1 larger SD {found.larger_sd:.1%}")
    print(f"  2 sigma chart {found.classic_chart:.1%}")
    series = _series(path, least=3)
    between = statistics.stdev([statistics.fmean(v) for v in series])
    scale = Scale("example", "alliance", "alliance", "relationship", True)
    lines = [Line(scale, "client", tuple(range(1, len(v) + 1)), v, {}) for v in series]
    prior = course_prior(scale)
    live = {
        "1 larger SD": [any(larger_sd_falls(v, between, 1.0)) for v in series],
        "2 larger SD": [any(larger_sd_falls(v, between, 2.0)) for v in series],
        "2 sigma chart": [any(classic_falls(v, CLASSIC_LIMIT)) for v in series],
        "innovation chart, no prior": [
            any(innovation_falls(line.values, forecasts(line, prior, line.sessions)))
            for line in lines
        ],
    }
    print(f"earlier sessions only, {len(series)} dyads of 3 sessions or more, ever flagged:")
    for name, flags in live.items():
        print(f"  {name:28} {sum(flags) / len(flags):.1%}")


def _series(path: Path, least: int) -> list[tuple[float, ...]]:
    found: dict[str, dict[int, float]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found[row["dyad"]][int(row["session"])] = float(row["alliance_client"])
    return [tuple(v[s] for s in sorted(v)) for v in found.values() if len(v) >= least]


if __name__ == "__main__":
    main()
