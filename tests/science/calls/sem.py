"""Path models, held against lavaan."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from rapport.science.sem import SemFit, fit_riclpm, fit_sem, fit_sem_to_moments


def columns_of(data: Path) -> dict[str, np.ndarray]:
    with data.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {name: column([row[name] for row in rows]) for name in rows[0]}


def column(cells: list[str]) -> np.ndarray:
    try:
        return np.array([float(cell) if cell else math.nan for cell in cells])
    except ValueError:
        return np.array(cells, dtype=object)


def shown(fit: SemFit) -> dict[str, Any]:
    return {
        "n": fit.n,
        "fit": asdict(fit.fit),
        "estimates": [
            {
                "lhs": one.lhs,
                "op": one.op,
                "rhs": one.rhs.replace(" ", ""),
                "group": one.group,
                "est": one.est,
                "se": one.se,
                "p": one.p,
                "std": one.std,
            }
            for one in fit.estimates
        ],
    }


def sem(data: Path, model: str, **how: Any) -> dict[str, Any]:
    return shown(fit_sem(model, columns_of(data), **how))


def sem_of_moments(
    model: str, names: Sequence[str], cov: list[list[float]], n: int
) -> dict[str, Any]:
    return shown(fit_sem_to_moments(model, names, cov, n))


def riclpm(data: Path, x: list[str], y: list[str], **how: Any) -> dict[str, Any]:
    return shown(fit_riclpm(columns_of(data), x, y, **how))


CALLS: dict[str, Callable[..., object]] = {
    "sem": sem,
    "sem_of_moments": sem_of_moments,
    "riclpm": riclpm,
}
