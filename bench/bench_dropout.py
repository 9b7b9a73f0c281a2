"""Measure the models of dropout: coverage over simulated studies, and speed beside R.

    python bench/bench_dropout.py coverage [--studies 1000]
    python bench/bench_dropout.py censoring
    python bench/bench_dropout.py speed [--clients 100000]

``coverage`` counts how often 95 % intervals hold the truth. ``censoring`` compares the true share
of dropouts with Aalen and Johansen's estimate and with 1 − Kaplan–Meier. ``speed`` needs R with
survival; both read the same CSV file, and reading is not timed.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from rapport.science.dropout import (
    Term,
    cumulative_incidence,
    fit_cox,
    fit_dropout_model,
    fit_hazard,
    prospects,
)
from rapport.science.dropout.studies import (
    OFTEN_PLANNED,
    Study,
    simulate_study,
    true_incidence,
    true_risk,
)

SEED = 20_261_125
PEER = Path(__file__).parent / "r" / "dropout.R"
ROLES = {"person": "client", "session": "session", "event": "event"}
TIMES = {"person": "client", "start": "start", "stop": "stop", "event": "event"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("coverage").add_argument("--studies", type=int, default=1000)
    commands.add_parser("censoring")
    commands.add_parser("speed").add_argument("--clients", type=int, default=100_000)
    chosen = parser.parse_args()
    match chosen.command:
        case "coverage":
            coverage(chosen.studies)
        case "censoring":
            censoring()
        case "speed":
            speed(chosen.clients)


def coverage(studies: int) -> None:
    """120 clients in 15 therapists, up to 8 sessions; prospects: 300; clustered: 480 in 60."""
    rng = np.random.default_rng(SEED)
    logit, cloglog = Study(), Study(link="cloglog")
    clustered = replace(logit, clients=480, therapists=60, shared=0.3)
    larger = replace(logit, clients=300)
    share = true_incidence(rng, logit)
    risk = true_risk(rng, logit, after=2, by=8, alliance=-1.0)
    held: dict[str, list[bool]] = defaultdict(list)
    for _ in range(studies):
        one = simulate_study(rng, logit)
        fit = fit_hazard(one, **ROLES, covariates=["alliance"])
        _note(held, "hazard, logit", fit.terms, logit)
        last = cumulative_incidence(one, person="client", stop="session", event="event").points[-1]
        held["incidence of dropout"].append(last.low < share < last.high)
        model = fit_dropout_model(simulate_study(rng, larger), **ROLES, covariates=["alliance"])
        (seen,) = prospects(model, [2], [[-1.0]], by=8)
        held["prospect after session 2"].append(seen.low < risk < seen.high)
        other = simulate_study(rng, cloglog)
        fit = fit_hazard(other, **ROLES, covariates=["alliance"], link="cloglog")
        _note(held, "hazard, cloglog", fit.terms, cloglog)
        cox = fit_cox(other, **TIMES, covariates=["alliance"])
        _note(held, "Cox, exact times", cox.terms, cloglog)
        grouped = simulate_study(rng, clustered)
        for cluster in (None, "therapist"):
            fit = fit_hazard(grouped, **ROLES, covariates=["alliance"], cluster=cluster)
            how = "robust" if cluster else "not robust"
            _note(held, f"clustered, {how}", fit.terms, clustered)
    for name, each in held.items():
        print(f"{name:40} {np.mean(each):.3f} of {len(each):,}")


def _note(held: dict[str, list[bool]], name: str, terms: tuple[Term, ...], truth: Study) -> None:
    true = {
        "(Intercept)": truth.level,
        "log(session)": truth.log_session,
        "alliance": truth.alliance,
    }
    for term in terms:
        held[f"{name}: {term.name}"].append(term.low < true[term.name] < term.high)


def censoring() -> None:
    rng = np.random.default_rng(SEED)
    truth = true_incidence(rng, OFTEN_PLANNED)
    one = simulate_study(rng, OFTEN_PLANNED)
    last = cumulative_incidence(one, person="client", stop="session", event="event").points[-1]
    for name, share in (
        ("true", truth),
        ("Aalen-Johansen", last.dropout),
        ("1 - Kaplan-Meier", last.dropout_if_censored),
    ):
        print(f"{name:20} {share:.3f}  {share / truth - 1:+.1%}")


def speed(clients: int) -> None:
    study = Study(clients=clients, therapists=max(clients // 20, 10))
    one = simulate_study(np.random.default_rng(SEED), study)
    print(
        f"{clients:,} clients, {one['event'].size:,} rows, {(one['event'] == 1).sum():,} dropouts"
    )
    ours = {
        "glm": lambda: fit_hazard(one, **ROLES, covariates=["alliance"]),
        "coxph ties": lambda: fit_cox(
            one, person="client", stop="session", event="event", covariates=["alliance"]
        ),
        "coxph robust": lambda: fit_cox(
            one,
            person="client",
            stop="session",
            event="event",
            covariates=["alliance"],
            cluster="therapist",
        ),
        "coxph exact": lambda: fit_cox(one, **TIMES, covariates=["alliance"]),
        "survfit": lambda: cumulative_incidence(
            one, person="client", stop="session", event="event"
        ),
    }
    theirs = _r(one)
    for name, call in ours.items():
        seconds = _best(call)
        print(
            f"{name:14} {seconds:8.3f} s   R {theirs[name]:8.3f} s   {theirs[name] / seconds:6.1f}x"
        )


def _best(call: Callable[[], object], times: int = 5) -> float:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return min(found)


def _r(columns: dict[str, np.ndarray]) -> dict[str, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        np.savetxt(
            file,
            np.column_stack(list(columns.values())),
            delimiter=",",
            header=",".join(columns),
            comments="",
            fmt="%.17g",
        )
        file.flush()
        done = subprocess.run(
            ["Rscript", PEER, file.name], capture_output=True, text=True, check=True
        )
    lines = (line.rsplit(" ", 1) for line in done.stdout.splitlines())
    return {name: float(seconds) for name, seconds in lines}


if __name__ == "__main__":
    main()
