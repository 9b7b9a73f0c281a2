"""One client's place in a fitted course, and the clients most like them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rapport.science.course_model import (
    CourseState,
    ExpectedCourseModel,
    FixedEffects,
    RandomEffects,
)
from rapport.science.failure_boundary import failure_boundary
from rapport.science.neighbours import nearest_clients


def ratings(data: Path, set_: str) -> dict[int, dict[int, float]]:
    """Client to session to score."""
    found: dict[int, dict[int, float]] = {}
    with data.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["set"] == set_:
                sessions = found.setdefault(int(row["client"]), {})
                sessions[int(row["session"])] = float(row["score"])
    return found


def read_model(model: dict[str, Any]) -> ExpectedCourseModel:
    plain = {
        **model,
        "fixed": FixedEffects(*model["fixed"]),
        "random": RandomEffects(*model["random"]),
        "fixed_covariance": tuple(tuple(row) for row in model["fixed_covariance"]),
    }
    return ExpectedCourseModel(**plain, version="1", data_hash="")


def course(data: Path, *, model: dict[str, Any], set: str, client: int, session: int) -> object:
    fitted, scores = read_model(model), ratings(data, set)[client]
    intake, state = scores.pop(1), CourseState()
    for at, score in scores.items():
        state = fitted.after(state, intake, at, score)
    forecast = fitted.forecast(state, intake, session)
    (boundary,) = failure_boundary(fitted, intake, [session], higher_is_better=False)
    return {
        **fitted.client_effects(state)._asdict(),
        "mean": forecast.mean,
        "sd": forecast.sd,
        "boundary": boundary,
    }


def nearest(data: Path, *, set: str, client: int, k: int) -> object:
    wide = np.array([[s.get(1, np.nan), s.get(2, np.nan)] for s in ratings(data, set).values()])
    found = nearest_clients(wide[client - 1], np.delete(wide, client - 1, axis=0), k)
    return {"index": found.index.tolist(), "distance": found.distance.tolist()}


CALLS: dict[str, Callable[..., object]] = {"course": course, "nearest_clients": nearest}
