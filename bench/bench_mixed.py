"""Measure linear mixed models: against lme4 on the same data, at a million clients, streamed.

    python bench/bench_mixed.py lme4 [--clients 100000]
    python bench/bench_mixed.py million [--clients 1000000]
    python bench/bench_mixed.py stream [--rows 100000000] [--folder DIR]
    python bench/bench_mixed.py coverage

``lme4`` needs Rscript with lme4 and takes minutes, nearly all of them R's. Both sides start from
the columns in memory and end with the fit; ours includes Satterthwaite's degrees of freedom, lmer's
does not have them. Of ours the best of three counts, of R's one run, in turn; beside the wall
clock the processor's time is given, which another load on the machine changes less.
``stream`` writes Parquet files of one million clients each and reads them with two threads.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads only get in the way

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rapport.science import mixed

R_SCRIPT = Path(__file__).parent / "r" / "mixed.R"
SEED = 20_261_125
SESSIONS = 8
ATTENDS = 0.69
SLOPE = "y ~ t * base + (1 + t | client)"
LEVELS = "y ~ t * base + (1 + t | therapist) + (1 + t | client)"
STREAMED = "y ~ log(session) * base + (1 + log(session) | client)"
PART = 1_000_000

Rows = dict[str, NDArray[np.generic]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["lme4", "million", "stream", "coverage"])
    parser.add_argument("--clients", type=int)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.what == "lme4":
        against_lme4(given.clients or 100_000)
    elif given.what == "million":
        a_million(given.clients or 1_000_000)
    elif given.what == "coverage":
        coverage()
    else:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            stream(given.rows, Path(folder))


def simulated(clients: int, seed: int, *, irregular: bool = False, therapists: int = 0) -> Rows:
    """Clients at some of eight sessions, in log session number or at times of their own."""
    rng = np.random.default_rng(seed)
    attended = rng.random((clients, SESSIONS)) < ATTENDS
    attended[:, 0] = True
    client, session = np.nonzero(attended)
    n = len(client)
    t = np.log(session + 1.0) + (rng.uniform(-0.05, 0.05, n) if irregular else 0)
    base = rng.normal(size=clients)[client]
    u = rng.normal(size=(clients, 2)) @ np.array([[2.4, -0.8], [0, 1.2]])
    y = 15 + 3 * base - 1.5 * t - 0.2 * base * t + rng.normal(0, 2, n)
    y += u[client, 0] + u[client, 1] * t
    rows: Rows = {"client": client, "session": session + 1, "t": t, "base": base, "y": y}
    if therapists:
        therapist = client * therapists // clients
        v = rng.normal(size=(therapists, 2)) * [1, 0.4]
        rows |= {"therapist": therapist, "y": y + v[therapist, 0] + v[therapist, 1] * t}
    return rows


@dataclass(frozen=True)
class Taken:
    seconds: float
    cpu: float


def best(of: Callable[[], mixed.MixedFit], times: int = 3) -> tuple[Taken, mixed.MixedFit]:
    walls, processors = [], []
    for _ in range(times):
        wall, processor = time.perf_counter(), time.process_time()
        fit = of()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return Taken(min(walls), min(processors)), fit


def against_lme4(clients: int) -> None:
    mixed.fit("y ~ t + (1 | client)", simulated(100, 1))  # loads formulae
    cases: list[tuple[str, str, Rows]] = [
        ("times of their own", SLOPE, simulated(clients, SEED, irregular=True)),
        ("eight sessions", SLOPE, simulated(clients, SEED)),
        ("three levels", LEVELS, simulated(clients, SEED, therapists=clients // 20)),
    ]
    for name, formula, rows in cases:
        ours, fit = best(lambda formula=formula, rows=rows: mixed.fit(formula, rows))
        report(f"{name}, whole call", ours, fit, theirs := lme4(rows, formula))
        if name == "eight sessions":
            sums = mixed.sums([pl.LazyFrame(rows)], formula)
            summed, fit = best(lambda sums=sums: mixed.fit_sums(sums))
            report(f"{name}, from their sums", summed, fit, theirs)


def lme4(rows: Rows, formula: str) -> dict[str, float]:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        pl.DataFrame(rows).write_csv(file.name)
        run = ["Rscript", str(R_SCRIPT), file.name, formula]
        done = subprocess.run(run, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def report(name: str, ours: Taken, fit: mixed.MixedFit, theirs: dict[str, float]) -> None:
    print(
        f"{name}: {fit.n:,} rows, {dict(fit.groups)}: {ours.seconds:.4f} s (processor "
        f"{ours.cpu:.4f}); lme4 {theirs['lme4']} {theirs['seconds']:.1f} s ({theirs['cpu']:.1f}); "
        f"ratio {theirs['seconds'] / ours.seconds:,.0f} ({theirs['cpu'] / ours.cpu:,.0f}); "
        f"log-likelihood above lme4's by {fit.loglik - theirs['loglik']:.1e}; "
        f"{fit.convergence.evaluations} evaluations",
        flush=True,
    )


def a_million(clients: int) -> None:
    mixed.fit("y ~ t + (1 | client)", simulated(100, 1))  # loads formulae
    for name, irregular in (("eight sessions", False), ("times of their own", True)):
        rows = simulated(clients, SEED, irregular=irregular)
        taken, fit = best(lambda rows=rows: mixed.fit(SLOPE, rows), times=1)
        print(
            f"{name}: {fit.n:,} rows, {dict(fit.groups)}: {taken.seconds:.2f} s "
            f"(processor {taken.cpu:.2f}); {peak()}",
            flush=True,
        )


def coverage(studies: int = 1000, clients: int = 30) -> None:
    from scipy.stats import t as student

    truth = {"(Intercept)": 15.0, "t": -1.5, "base": 3.0, "t:base": -0.2}
    held = dict.fromkeys(truth, 0)
    for study in range(studies):
        fit = mixed.fit(SLOPE, simulated(clients, SEED + study))
        for effect in fit.fixed:
            reach = student.ppf(0.975, effect.df) * effect.se
            held[effect.term] += abs(effect.estimate - truth[effect.term]) <= reach
    print(
        f"{studies} studies of {clients} clients: "
        + ", ".join(f"{term} {count / studies:.1%}" for term, count in held.items())
    )


def stream(rows: int, folder: Path) -> None:
    """Client numbers of the files do not overlap, as when each file is a site's or a year's."""
    written, parts = 0, []
    while written < rows:
        part = simulated(PART, SEED + len(parts))
        part["client"] = part["client"] + PART * len(parts)
        frame = pl.DataFrame(part).select("client", pl.col("session").cast(pl.Int8), "base", "y")
        parts.append(folder / f"part-{len(parts):03}.parquet")
        frame.write_parquet(parts[-1])
        written += frame.height
    code = (
        "import sys, time, polars, formulae; from pathlib import Path\n"
        "from resource import RUSAGE_SELF, getrusage\n"
        "from rapport.commands.stats.files import sums_of; from rapport.science import mixed\n"
        "wall, cpu = time.perf_counter(), time.process_time()\n"
        "sums = sums_of(Path(sys.argv[1]), sys.argv[2])\n"
        "wall, cpu = time.perf_counter() - wall, time.process_time() - cpu\n"
        "start = time.perf_counter(); fit = mixed.fit_sums(sums)\n"
        "ms, gb = 1e3 * (time.perf_counter() - start), getrusage(RUSAGE_SELF).ru_maxrss / 2**20\n"
        "print(f'{fit.n:,} rows, {dict(fit.groups)}, {len(sums.groups)} patterns: '\n"
        "      f'pass {wall:.1f} s (processor {cpu:.1f}, two threads), fit {ms:.0f} ms, '\n"
        "      f'peak {gb:.2f} GB')"
    )
    run = [sys.executable, "-c", code, str(folder / "part-*.parquet"), STREAMED]
    subprocess.run(run, check=True, env=os.environ | {"POLARS_MAX_THREADS": "2"})


def peak() -> str:
    return f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB"


if __name__ == "__main__":
    main()
