"""Synchrony of two people's movement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rapport.science import synchrony as sync


def dyad(data: Path, set_: str) -> list[NDArray[np.float64]]:
    rows = [line.split(",") for line in data.read_text().splitlines()[1:]]
    return [np.array([float(row[at]) for row in rows if row[0] == set_]) for at in (1, 2)]


def windowed(data: Path, *, set: str, compatible: bool, **windowing: float) -> object:
    found = sync.synchrony(*dyad(data, set), sync.Windowing(**windowing), compatible=compatible)
    summaries = ("grand_mean", "a_leads", "b_leads", "at_zero", "peak_lag_s", "left_out")
    return {
        **{name: getattr(found, name) for name in summaries},
        "starts_s": found.starts_s.tolist(),
        "by_lag": found.by_lag.tolist(),
        "last_window": found.z[-1].tolist(),
    }


def segments(data: Path, *, set: str, **sizes: float) -> object:
    found = sync.segment_synchrony(*dyad(data, set), **sizes)
    names = ("z", "surrogate_z", "surrogate_sd", "effect_size", "left_out")
    return {name: getattr(found, name) for name in names}


def prepared(series: list[float], hz: float, compatible: bool) -> object:
    return sync.prepare(series, hz, compatible=compatible).tolist()


CALLS: dict[str, Callable[..., object]] = {
    "synchrony": windowed,
    "segment_synchrony": segments,
    "prepare": prepared,
}
