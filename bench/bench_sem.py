"""Time path models against lavaan, on the same rows, in one run.

    OPENBLAS_NUM_THREADS=1 python bench/bench_sem.py [--times 20] [CASE ...]

Needs Rscript with lavaan, and the data of tests/science/reference. Ours is `fit_sem` with all it
returns: estimates, errors, standardised solution, fit measures. lavaan is timed twice: the call
that fits, and that call with fitMeasures() and parameterEstimates(standardized = TRUE). Reading
the file is in neither; ours keeps what it read from a model's text, and is timed without that too.
All times are of the processor, both on one thread: waiting for others is not in them.
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rapport.science.sem import bootstrap, fit_sem, riclpm_model
from rapport.science.sem.plan import plan, roles_in

SEED = 20_261_125
R_PEER = Path(__file__).parent / "r" / "sem.R"
DATA = Path(__file__).parents[1] / "tests" / "science" / "reference" / "data"
HOLZINGER = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
DEMOCRACY = """ind60 =~ x1 + x2 + x3
dem60 =~ y1 + a*y2 + b*y3 + c*y4
dem65 =~ y5 + a*y6 + b*y7 + c*y8
dem60 ~ ind60
dem65 ~ ind60 + dem60
y1 ~~ y5; y2 ~~ y4 + y6; y3 ~~ y7; y4 ~~ y8; y6 ~~ y8"""
MEDIATION = "m ~ a*x\ny ~ b*m + c*x\nindirect := a*b"
WAVES = 5
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    model: str
    columns: Columns
    how: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("cases", nargs="*")
    chosen = parser.parse_args()
    for name, case in cases(np.random.default_rng(SEED)).items():
        if not chosen.cases or name in chosen.cases:
            against_lavaan(name, case, chosen.times)


def cases(rng: np.random.Generator) -> dict[str, Case]:
    x, y = [f"x{t}" for t in range(1, WAVES + 1)], [f"y{t}" for t in range(1, WAVES + 1)]
    holzinger = {name: v for name, v in read("holzinger.csv").items() if name != "school"}
    panel, invariant = panel_of(rng, 1000), riclpm_model(x, y, invariant=True)
    return {
        "holzinger": Case(HOLZINGER, holzinger),
        "democracy": Case(DEMOCRACY, read("democracy.csv")),
        "riclpm": Case(invariant, panel),
        "riclpm-free": Case(riclpm_model(x, y), panel),
        "holzinger-fiml": Case(HOLZINGER, with_gaps(rng, holzinger), "fiml"),
        "riclpm-fiml": Case(invariant, with_gaps(rng, panel), "fiml"),
        "mediation-bootstrap": Case(MEDIATION, chain(rng, 200), "bootstrap"),
    }


def read(name: str) -> Columns:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0] if key != "school"}


def panel_of(rng: np.random.Generator, people: int) -> Columns:
    lag = np.array([[0.3, -0.1], [-0.15, 0.4]])
    trait = rng.multivariate_normal([0, 0], [[0.6, -0.2], [-0.2, 0.8]], people)
    within = rng.multivariate_normal([0, 0], [[1, -0.3], [-0.3, 1]], people)
    columns: Columns = {}
    for wave in range(1, WAVES + 1):
        if wave > 1:
            shock = rng.multivariate_normal([0, 0], [[0.8, -0.15], [-0.15, 0.8]], people)
            within = within @ lag.T + shock
        columns[f"x{wave}"], columns[f"y{wave}"] = (trait + within + [5, 10]).T
    return columns


def with_gaps(rng: np.random.Generator, columns: Columns) -> Columns:
    return {
        name: np.where(rng.random(values.size) < 0.05, math.nan, values)
        for name, values in columns.items()
    }


def chain(rng: np.random.Generator, people: int) -> Columns:
    x = rng.standard_normal(people)
    m = 0.5 * x + rng.standard_normal(people)
    return {"x": x, "m": m, "y": 0.4 * m + 0.1 * x + rng.standard_normal(people)}


def against_lavaan(name: str, case: Case, times: int) -> None:
    whole, check = work(case)
    again = fastest(whole, 5 * times)
    anew = fastest(lambda: (plan.cache_clear(), roles_in.cache_clear(), whole()), 5 * times)
    alone, complete, theirs = lavaan(case, 1 if case.how == "bootstrap" else times)
    late = fastest(whole, 5 * times)
    again = (min(again[0], late[0]), statistics.median((again[1], late[1])))
    print(f"{name}: {check()} and by lavaan {theirs}")
    print(f"  ours          {again[0] * 1e3:8.2f} ms fastest {again[1] * 1e3:8.2f} median")
    print(f"  text read too {anew[0] * 1e3:8.2f} ms fastest {anew[1] * 1e3:8.2f} median")
    for what, (least, middle) in (("fit", alone), ("fit and measures", complete)):
        print(
            f"  lavaan, {what:16} {least * 1e3:8.1f} ms fastest {middle * 1e3:8.1f} median; "
            f"ratio {least / again[0]:.0f} ({middle / again[1]:.0f} of medians)"
        )


def work(case: Case) -> tuple[Callable[[], object], Callable[[], float]]:
    if case.how == "bootstrap":

        def resample() -> object:
            return bootstrap(case.model, case.columns, rng=np.random.default_rng(SEED))

        return resample, lambda: resample().interval("indirect").se  # type: ignore[attr-defined]
    missing = "fiml" if case.how == "fiml" else "listwise"
    return (
        lambda: fit_sem(case.model, case.columns, missing=missing),
        lambda: fit_sem(case.model, case.columns, missing=missing).fit.chisq,
    )


def lavaan(case: Case, times: int) -> tuple[tuple[float, float], tuple[float, float], float]:
    with tempfile.TemporaryDirectory() as folder:
        model, data = Path(folder) / "model.lav", Path(folder) / "data.csv"
        model.write_text(case.model)
        header, rows = ",".join(case.columns), np.stack(list(case.columns.values()), axis=1)
        np.savetxt(data, rows, delimiter=",", header=header, comments="", fmt="%.17g")
        data.write_text(data.read_text().replace("nan", "NA"))
        command = ["Rscript", R_PEER, model, data, str(times), case.how]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    *seconds, check = map(float, said.split())
    return (seconds[0], seconds[1]), (seconds[2], seconds[3]), check


def fastest(timed: Callable[[], object], times: int) -> tuple[float, float]:
    timed()
    taken = []
    for _ in range(times):
        begun = time.process_time()
        timed()
        taken.append(time.process_time() - begun)
    return min(taken), statistics.median(taken)


if __name__ == "__main__":
    main()
