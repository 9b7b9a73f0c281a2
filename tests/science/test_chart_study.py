"""Published false-alarm figures of rupture charts, counted again."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from rapport.science.chart_study import chart_rates, ever_flagged
from rapport.science.course_model import ExpectedCourseModel, FixedEffects, RandomEffects
from rapport.science.refusals import TooFewError

EXAMPLE = Path(__file__).parents[2] / "examples" / "sim_dyads_sessions.csv"
# Symptoms from about 20 falling by 3 a log session, clients differing in both.
STEADY = ExpectedCourseModel(
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


def test_a_chart_about_the_own_mean_raises_five_times_too_many_alarms() -> None:
    found = chart_rates(np.random.default_rng(31), STEADY, 20_000, 8)
    assert found.sessions == 160_000
    assert found.nominal == pytest.approx(0.0062, abs=5e-5)
    # Standard errors: .0004 and .0002.
    assert found.classic == pytest.approx(0.031, abs=0.0025)
    assert found.innovation == pytest.approx(0.0061, abs=0.0007)
    assert found.classic / found.innovation > 4.5


def test_in_dyads_without_ruptures_whole_series_rules_flag_most() -> None:
    dyads: dict[str, list[tuple[int, float]]] = defaultdict(list)
    with EXAMPLE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            dyads[row["dyad"]].append((int(row["session"]), float(row["alliance_client"])))
    found = ever_flagged([[value for _, value in sorted(dyad)] for dyad in dyads.values()])
    assert found.series == 168
    assert found.own_sd == pytest.approx(0.93, abs=0.005)
    assert found.larger_sd == pytest.approx(0.52, abs=0.005)
    assert found.classic_chart == pytest.approx(0.29, abs=0.005)


def test_too_few_relationships_are_refused() -> None:
    with pytest.raises(TooFewError, match="2 relationships of 4 ratings"):
        ever_flagged([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0]])
