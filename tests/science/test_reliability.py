import math

import numpy as np
import pytest

from rapport.science import reliability
from rapport.science.refusals import ConstantColumnError, NoVariationError, TooFewError

RATERS = {"x": [1.0, 2, 3, 4, 6], "y": [2.0, 2, 4, 4, 5]}


def test_shifting_a_rater_spoils_agreement_but_not_consistency() -> None:
    strict = {**RATERS, "y": [value + 3 for value in RATERS["y"]]}
    for form, holds in (("C,1", True), ("A,1", False), ("1,1", False)):
        before, after = (reliability.icc(data, "xy", form) for data in (RATERS, strict))
        assert (after.coefficient == pytest.approx(before.coefficient)) is holds


def test_the_mean_of_raters_is_steadier_by_spearman_and_brown() -> None:
    one, mean = reliability.icc(RATERS, "xy", "A,1"), reliability.icc(RATERS, "xy", "A,k")
    assert mean.coefficient == pytest.approx(2 * one.coefficient / (1 + one.coefficient))


def test_alpha_is_the_consistency_of_the_mean() -> None:
    alpha, icc = reliability.cronbach_alpha(RATERS, "xy"), reliability.icc(RATERS, "xy", "C,k")
    assert (alpha.coefficient, alpha.low, alpha.high) == pytest.approx(
        (icc.coefficient, icc.low, icc.high)
    )


def test_perfect_agreement_is_1() -> None:
    same = {"x": [1, 2, 3], "y": [1, 2, 3]}
    found = reliability.icc(same, "xy")
    assert (found.coefficient, found.low, found.high) == (1, 1, 1)


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    found = reliability.cronbach_alpha({"x": [1, 2, 3, math.nan], "y": [1, 3, 2, 4]}, "xy")
    assert (found.n, found.k, found.left_out) == (3, 2, 1)


def test_what_cannot_be_answered_is_refused() -> None:
    with pytest.raises(ConstantColumnError, match="'y'"):
        reliability.cronbach_alpha({"x": [1, 2, 3], "y": [4, 4, 4]}, "xy")
    with pytest.raises(NoVariationError, match="items cancel"):
        reliability.cronbach_alpha({"x": [1, 2, 3], "y": [3, 2, 1]}, "xy")
    with pytest.raises(NoVariationError, match="units differ no more"):
        reliability.icc({"x": [4, 4, 4], "y": [4, 4, 4]}, "xy")
    with pytest.raises(TooFewError, match="at least 2 complete rows; there are 1"):
        reliability.icc({"x": [1, math.nan], "y": [1, 2]}, "xy")
    with pytest.raises(TooFewError, match="at least 2 columns; there are 1"):
        reliability.cronbach_alpha(RATERS, "x")


@pytest.mark.parametrize("form", ["1,1", "A,1", "C,1"])
def test_intervals_cover_the_truth(form: reliability.IccForm) -> None:
    """Units of variance 1, raters of .25 (for A), error of 1, so the truth is known."""
    rng = np.random.default_rng(20_261_125)
    held = 0
    for _ in range(400):
        units, error = rng.standard_normal((40, 1)), rng.standard_normal((40, 6))
        raters = 0.5 * rng.standard_normal((1, 6)) if form == "A,1" else 0.0
        rated = units + raters + error
        found = reliability.icc({str(at): rated[:, at] for at in range(6)}, "012345", form)
        held += found.low < (1 / 2.25 if form == "A,1" else 0.5) < found.high
    assert 0.92 <= held / 400 <= 0.98


def one_factor(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """Loadings .8, .7, .6, .5 with unit variances: omega is 6.76 / (6.76 + 2.26)."""
    factor = rng.standard_normal(n)
    return {
        f"i{loading}": loading / 10 * factor
        + math.sqrt(1 - loading**2 / 100) * rng.standard_normal(n)
        for loading in (8, 7, 6, 5)
    }


def test_intervals_of_omega_cover_the_truth() -> None:
    rng = np.random.default_rng(20_261_127)
    held = 0
    for _ in range(200):
        data = one_factor(rng, 200)
        found = reliability.mcdonald_omega(data, list(data))
        held += found.low < 6.76 / 9.02 < found.high
    assert 0.91 <= held / 200 <= 0.98


def test_omega_has_two_denominators_that_part_where_one_factor_does_not_hold() -> None:
    rng = np.random.default_rng(3)
    good = one_factor(rng, 500)
    fits = reliability.mcdonald_omega(good, list(good))
    assert fits.observed == pytest.approx(fits.coefficient, abs=0.01)
    doublet = 0.9 * rng.standard_normal((500, 2))
    bad = {name: values + doublet[:, at // 2] for at, (name, values) in enumerate(good.items())}
    parts = reliability.mcdonald_omega(bad, list(bad))
    assert parts.p is not None
    assert parts.p < 1e-6
    assert abs(parts.observed - parts.coefficient) > 0.02


def test_omega_needs_three_items() -> None:
    with pytest.raises(TooFewError, match="3 items; there are 2"):
        reliability.mcdonald_omega(RATERS, "xy")
