"""Time windowed lagged cross-correlation and its surrogates, against the definition in R.

    python bench/bench_synchrony.py [--minutes 10]

Needs Rscript. Both read the same prepared series; neither time includes reading or smoothing.
Ours starts at the series, its spectra included; R is timed as one cor() a cell and, better R,
as one cor() a window against a matrix of shifted series.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from rapport.science.synchrony import (
    Windowing,
    cross_correlate,
    cut,
    prepare,
    pseudo_dyads,
    segment_synchrony,
    shuffle_windows,
)

SEED = 20_261_125
T = TypeVar("T")
R_PEER = Path(__file__).parent / "r" / "synchrony.R"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=10)
    minutes = parser.parse_args().minutes
    rng = np.random.default_rng(SEED)
    for step_s in (60.0, 30.0):
        against_r(rng, minutes, Windowing(step_s=step_s))
    surrogates(rng, minutes)


def dyad(rng: np.random.Generator, minutes: int, hz: float = 25.0) -> list[np.ndarray]:
    """Two prepared series; the second follows the first by a second, under noise."""
    n, delay = int(minutes * 60 * hz), int(hz)
    common = np.convolve(rng.standard_normal(n + delay + 29), np.ones(30), mode="valid")
    raw = (common[delay : delay + n], common[:n])
    return [prepare(s + 5 * rng.standard_normal(n), hz) for s in raw]


def against_r(rng: np.random.Generator, minutes: int, windowing: Windowing) -> None:
    a, b = dyad(rng, minutes)
    ours, found = fastest(lambda: cross_correlate(cut(a, windowing), cut(b, windowing)), 50)
    print(f"{minutes} min at 25 Hz, 60 s windows every {windowing.step_s:g} s: z {found.z.shape}")
    print(f"  ours             {ours[0] * 1e3:9.2f} ms fastest, {ours[1] * 1e3:9.2f} ms median")
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        np.savetxt(file.name, np.c_[a, b], delimiter=",", header="a,b", comments="")
        sizes = (windowing.hz, windowing.window_s, windowing.step_s, windowing.lag_s)
        said = subprocess.run(
            ["Rscript", R_PEER, file.name, *map(str, sizes)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    for name, line in zip(("R, cor() a cell", "R, cor() a window"), said.splitlines(), strict=True):
        least, median, mean = map(float, line.split())
        print(
            f"  {name:16} {least * 1e3:8.1f} ms fastest, {median * 1e3:9.1f} ms median; "
            f"ratio {least / ours[0]:.0f} ({median / ours[1]:.0f} of medians); "
            f"grand means differ by {abs(mean - found.grand_mean):.1e}"
        )


def surrogates(rng: np.random.Generator, minutes: int) -> None:
    windowing = Windowing()
    dyads = [tuple(cut(s, windowing) for s in dyad(rng, minutes)) for _ in range(20)]
    seconds, found = fastest(lambda: pseudo_dyads(dyads, 380, rng), 5)
    each = seconds[0] / (len(found.values) + len(dyads))
    print(f"pairs of 20 dyads anew: {each * 1e3:.3f} ms a dyad, ES {found.effect_size:.1f}")
    a, b = dyads[0]
    for n in (100, 1_000, 10_000):
        seconds, shuffled = fastest(lambda n=n: shuffle_windows(a, b, n, rng), 5)
        print(
            f"{n:,} orders of one dyad's windows: {seconds[0] * 1e3:.1f} ms, "
            f"{seconds[0] / n * 1e6:.1f} µs each; p {shuffled.p:.4f}"
        )
    one, other = dyad(rng, 60)
    seconds, cut_ = fastest(lambda: segment_synchrony(one, other, hz=25), 3)
    print(f"60 min in 30 s segments, {cut_.pairs.size:,} pairs: {seconds[0] * 1e3:.0f} ms")


def fastest(work: Callable[[], T], times: int) -> tuple[tuple[float, float], T]:
    found, taken = work(), []
    for _ in range(times):
        begun = time.perf_counter()
        found = work()
        taken.append(time.perf_counter() - begun)
    return (min(taken), statistics.median(taken)), found


if __name__ == "__main__":
    main()
