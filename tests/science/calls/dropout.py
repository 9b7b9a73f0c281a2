"""Models of dropout; data files hold numbers only."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rapport.science import dropout
from rapport.science.columns import Columns
from rapport.science.dropout.hazard import Baseline
from rapport.science.dropout.links import Link
from rapport.science.dropout.rows import Used
from rapport.science.dropout.terms import Term

TERM = ("estimate", "se", "robust_se", "low", "p", "ratio")
POINT = ("time", "at_risk", "dropout", "dropout_se", "planned", "planned_se", "dropout_if_censored")
USED = ("rows", "people", "events", "left_out", "events_left_out")


def read(data: Path) -> Columns:
    table = np.genfromtxt(data, delimiter=",", names=True)
    return {name: table[name] for name in table.dtype.names or ()}


def picked(value: object, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(value, name) for name in names}


def common(terms: tuple[Term, ...], used: Used) -> dict[str, object]:
    return {"terms": [picked(term, TERM) for term in terms], "used": picked(used, USED)}


def hazard(
    data: Path, covariates: list[str], link: Link, baseline: Baseline, clustered: bool
) -> dict[str, object]:
    fit = dropout.fit_hazard(
        read(data),
        person="client",
        session="session",
        event="event",
        covariates=covariates,
        link=link,
        baseline=baseline,
        cluster="therapist" if clustered else None,
    )
    return common(fit.terms, fit.used) | {"loglik": fit.loglik, "aic": fit.aic}


def cox(
    data: Path, covariates: list[str], clustered: bool, start: str | None = None
) -> dict[str, object]:
    fit = dropout.fit_cox(
        read(data),
        person="client",
        start=start,
        stop="session",
        event="event",
        covariates=covariates,
        cluster="therapist" if clustered else None,
    )
    likelihood = picked(fit, ("loglik", "loglik_null", "likelihood_ratio"))
    baseline = {"times": list(fit.times), "baseline_hazard": list(fit.baseline_hazard)}
    return common(fit.terms, fit.used) | likelihood | baseline


def incidence(data: Path) -> list[dict[str, object]]:
    found = dropout.cumulative_incidence(read(data), person="client", stop="session", event="event")
    return [picked(point, POINT) for point in found.points]


def accuracy_at(data: Path, after: float, by: float) -> dict[str, object]:
    table = read(data)
    last, risk = np.asarray(table["session"]), np.asarray(table["risk"])
    ending = np.asarray(table["event"]).astype(np.intp)
    known = dropout.outcomes_by(last, ending, after=after, by=by)
    found = dropout.accuracy(risk[known.who], known.happened, known.weight)
    calibration = asdict(found.calibration)
    return {
        "unknown": known.unknown,
        **picked(found, ("n", "events", "brier", "brier_of_mean")),
        "auc": found.auc.auc,
        "auc_se": found.auc.se,
        **calibration,
        "groups": list(calibration["groups"]),
    }


def prospects(
    data: Path,
    covariates: list[str],
    sessions: list[int],
    ratings: list[list[float | None]],
    by: int,
) -> list[object]:
    model = dropout.fit_dropout_model(
        read(data), person="client", session="session", event="event", covariates=covariates
    )
    rated = [[math.nan if value is None else value for value in at] for at in ratings]
    return [asdict(one) for one in dropout.prospects(model, sessions, rated, by=by)]


CALLS: dict[str, Callable[..., object]] = {
    "hazard": hazard,
    "cox": cox,
    "incidence": incidence,
    "accuracy_at": accuracy_at,
    "prospects": prospects,
}
