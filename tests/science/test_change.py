import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rapport.science import change, instruments, student

SCORES = st.integers(0, 40).map(float)


def test_core10_cut_off_follows_from_its_own_norms() -> None:
    total = instruments.load("core10").scale("total")
    norms = {norm.population: norm for norm in total.norms}
    points = change.cut_offs(
        clinical_mean=norms["clinical"].mean,
        clinical_sd=norms["clinical"].sd,
        functional_mean=norms["general"].mean,
        functional_sd=norms["general"].sd,
    )
    assert points.c == pytest.approx(10.46, abs=1e-12)
    assert math.ceil(points.c) == total.clinical_cutoff


def test_core10_reliable_change_follows_from_its_own_reliability() -> None:
    total = instruments.load("core10").scale("total")
    assert total.reliability is not None
    assert total.reliability.sd is not None
    assert total.reliable_change is not None
    s_diff = change.s_diff(total.reliability.sd, total.reliability.coefficient)
    assert round(1.645 * s_diff, 2) == 5.66
    assert math.ceil(1.645 * s_diff) == total.reliable_change.value


def test_a_published_threshold_counts_when_it_is_reached() -> None:
    verdicts = [
        change.verdict_by_threshold(20, last, threshold=6, higher_is_better=False)
        for last in (14, 14.5, 20, 25.5, 26)
    ]
    assert verdicts == ["improved", "unchanged", "unchanged", "unchanged", "worsened"]


@pytest.mark.parametrize(
    ("score", "higher_is_better", "clinical"),
    [(10, False, True), (9.9, False, False), (25, True, True), (25.1, True, False)],
)
def test_the_cut_off_itself_is_clinical(
    score: float, higher_is_better: bool, clinical: bool
) -> None:
    cutoff = 25 if higher_is_better else 10
    assert change.is_clinical(score, cutoff=cutoff, higher_is_better=higher_is_better) is clinical


def test_crossing_the_cut_off_alone_is_not_recovery() -> None:
    recovered = change.classify(11, 9, reliable="unchanged", cutoff=10, higher_is_better=False)
    assert recovered == "unchanged"


@pytest.mark.parametrize("reliability", [1.0, -0.1, math.nan, 1.2])
def test_an_impossible_reliability_is_refused(reliability: float) -> None:
    with pytest.raises(change.ImpossibleFigureError, match="reliability must be at least 0"):
        change.reliable_change(10, 5, sd=5, reliability=reliability, higher_is_better=False)


@pytest.mark.parametrize("sd", [0.0, -1.0, math.inf, math.nan])
def test_an_impossible_standard_deviation_is_refused(sd: float) -> None:
    with pytest.raises(change.ImpossibleFigureError, match="standard deviation must be above 0"):
        change.reliable_change(10, 5, sd=sd, reliability=0.8, higher_is_better=False)


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(change.ImpossibleFigureError, match="finite number; nan"):
        change.verdict_by_threshold(10, math.nan, threshold=5, higher_is_better=False)


def test_equal_means_have_no_cut_off_between_them() -> None:
    with pytest.raises(change.ImpossibleFigureError, match="no cut-off between"):
        change.cut_offs(clinical_mean=5, clinical_sd=1, functional_mean=5, functional_sd=1)


def test_sudden_gains_need_four_ratings() -> None:
    with pytest.raises(change.TooFewRatingsError) as refused:
        change.sudden_gains([20, None, 10, 9], cutoff=5)
    assert (refused.value.needs, refused.value.has) == (4, 3)


def test_a_gain_does_not_reach_across_a_gap() -> None:
    assert change.sudden_gains([20, 20, 21, None, 9, 9, 10], cutoff=5) == ()


def test_a_gain_that_does_not_last_is_none() -> None:
    assert change.sudden_gains([20, 20, 20, 10, 20, 20], cutoff=5) == ()


def test_a_rise_from_nothing_has_no_share() -> None:
    (gain,) = change.sudden_gains([0, 0, 0, 8, 8, 8], cutoff=5, higher_is_better=True)
    assert (gain.at, gain.gain, gain.share) == (2, 8, None)


@pytest.mark.parametrize("cutoff", [0, -1, math.nan])
def test_a_cut_off_for_sudden_gains_is_above_zero(cutoff: float) -> None:
    with pytest.raises(change.ImpossibleFigureError, match="cut-off for a sudden gain"):
        change.sudden_gains([5, 4, 3, 2], cutoff=cutoff)


@given(st.lists(st.none() | SCORES, min_size=4, max_size=20))
def test_mirroring_a_scale_mirrors_its_gains(ratings: list[float | None]) -> None:
    assume(sum(rating is not None for rating in ratings) >= 4)
    mirrored = [None if rating is None else -rating for rating in ratings]
    fallen = change.sudden_gains(ratings, cutoff=5)
    risen = change.sudden_gains(mirrored, cutoff=5, higher_is_better=True)
    assert [gain.at for gain in fallen] == [gain.at for gain in risen]


@given(SCORES, SCORES, st.booleans())
def test_looking_back_turns_improvement_into_worsening(
    first: float, last: float, higher_is_better: bool
) -> None:
    forth = change.reliable_change(
        first, last, sd=7.7, reliability=0.9, higher_is_better=higher_is_better
    )
    back = change.reliable_change(
        last, first, sd=7.7, reliability=0.9, higher_is_better=higher_is_better
    )
    opposite = {"improved": "worsened", "worsened": "improved", "unchanged": "unchanged"}
    assert back.verdict == opposite[forth.verdict]
    assert back.rci == pytest.approx(-forth.rci)


@given(st.floats(0.001, 0.999), st.floats(0.5, 1e6))
def test_t_quantiles_are_symmetric_and_undo_their_tail(p: float, df: float) -> None:
    quantile = student.t_quantile(p, df)
    assert student.t_quantile(1 - p, df) == pytest.approx(-quantile, rel=1e-9, abs=1e-9)
    assert student.t_tail(abs(quantile), df) == pytest.approx(min(p, 1 - p), rel=1e-9)


@pytest.mark.parametrize(("p", "df"), [(0, 5), (1, 5), (0.5, 0), (math.nan, 5), (0.9, math.nan)])
def test_an_impossible_quantile_is_refused(p: float, df: float) -> None:
    with pytest.raises(student.ImpossibleQuantileError):
        student.t_quantile(p, df)
