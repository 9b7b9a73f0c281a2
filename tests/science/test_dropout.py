"""Models of dropout: what holds whatever the numbers, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.science.dropout import (
    accuracy,
    auc,
    calibrate,
    cross_validate,
    cumulative_incidence,
    fit_cox,
    fit_dropout_model,
    fit_hazard,
    outcomes_by,
    prospects,
)
from rapport.science.dropout.studies import (
    OFTEN_PLANNED,
    Study,
    simulate_study,
    true_incidence,
    true_risk,
)
from rapport.science.dropout.validation import folds_by
from rapport.science.refusals import (
    BadColumnError,
    BadModelError,
    ConstantColumnError,
    ExtrapolationError,
    SeparationError,
    SingularFitError,
    TooFewError,
)

ROLES = {"person": "client", "session": "session", "event": "event"}
STOPS = {"person": "client", "stop": "session", "event": "event"}
X = ["alliance"]
Table = dict[str, np.ndarray]


def study(seed: int = 1, **truth: float) -> Table:
    return simulate_study(np.random.default_rng(seed), replace(Study(), **truth))


@pytest.fixture(scope="module")
def table() -> Table:
    return study(clients=600, therapists=40)


def estimates(fit: object) -> list[float]:
    return [term.estimate for term in fit.terms]  # type: ignore[attr-defined]


# What an estimate may not depend on


def test_cox_does_not_care_how_rows_are_cut(table: Table) -> None:
    whole = fit_cox(table, person="client", start="start", stop="stop", event="event", covariates=X)
    middle = (table["start"] + table["stop"]) / 2
    cut = {name: np.repeat(values, 2) for name, values in table.items()}
    cut["stop"][::2], cut["start"][1::2], cut["event"][::2] = middle, middle, 0
    halves = fit_cox(cut, person="client", start="start", stop="stop", event="event", covariates=X)
    assert estimates(halves) == pytest.approx(estimates(whole), rel=1e-9)
    assert halves.loglik == pytest.approx(whole.loglik, rel=1e-12)


def test_the_order_and_the_unit_of_rows_do_not_matter(table: Table) -> None:
    order = np.random.default_rng(0).permutation(table["event"].size)
    mixed = {name: values[order] for name, values in table.items()}
    for fit in (
        lambda t: fit_hazard(t, **ROLES, covariates=X, cluster="therapist"),
        lambda t: fit_cox(t, **STOPS, covariates=X, cluster="therapist"),
    ):
        one, other = fit(table).terms[-1], fit(mixed).terms[-1]
        scaled = fit(table | {"alliance": 1e4 + 250 * table["alliance"]}).terms[-1]
        assert (other.estimate, other.robust_se) == pytest.approx((one.estimate, one.robust_se))
        assert scaled.estimate * 250 == pytest.approx(one.estimate, rel=1e-6)
        assert scaled.robust_se * 250 == pytest.approx(one.robust_se, rel=1e-6)


def test_a_planned_ending_is_no_event_and_no_longer_at_risk(table: Table) -> None:
    unsaid = table | {"event": np.where(table["event"] == 2, 0, table["event"])}
    assert estimates(fit_hazard(table, **ROLES, covariates=X)) == estimates(
        fit_hazard(unsaid, **ROLES, covariates=X)
    )
    assert estimates(fit_cox(table, **STOPS, covariates=X)) == estimates(
        fit_cox(unsaid, **STOPS, covariates=X)
    )


def test_rows_with_a_missing_value_are_left_out_and_counted(table: Table) -> None:
    missing = np.random.default_rng(2).random(table["event"].size) < 0.2
    holes = table | {"alliance": np.where(missing, np.nan, table["alliance"])}
    fit = fit_hazard(holes, **ROLES, covariates=X)
    kept = fit_hazard({k: v[~missing] for k, v in table.items()}, **ROLES, covariates=X)
    assert estimates(fit) == estimates(kept)
    assert fit.used.left_out == missing.sum()
    assert fit.used.events_left_out == (table["event"][missing] == 1).sum()


# Planned endings compete


def test_taking_planned_endings_as_censored_overstates_dropout_by_a_tenth() -> None:
    rng = np.random.default_rng(20_261_125)
    truth = true_incidence(rng, OFTEN_PLANNED)
    last = cumulative_incidence(simulate_study(rng, OFTEN_PLANNED), **STOPS).points[-1]
    assert last.low < truth < last.high
    assert last.dropout_if_censored / truth == pytest.approx(1.10, abs=0.02)
    assert last.dropout + last.planned + last.staying == pytest.approx(1)


def test_with_nobody_lost_incidence_is_the_plain_share() -> None:
    one = study(clients=300)
    last = cumulative_incidence(one, **STOPS).points[-1]
    share = (one["event"] == 1).sum() / 300
    assert last.dropout == pytest.approx(share)
    assert last.dropout_se == pytest.approx(np.sqrt(share * (1 - share) / 300))


def test_weights_of_the_known_give_the_incidence_back() -> None:
    rng = np.random.default_rng(6)
    last, ending = rng.integers(1, 10, 400).astype(float), rng.integers(0, 3, 400)
    table = {"client": np.arange(400.0), "session": last, "event": ending}
    found = cumulative_incidence(table, **STOPS)
    for by in (2, 5, 8):
        known = outcomes_by(last, ending, after=1, by=by)
        (point,) = (one for one in found.points if one.time == by)
        assert known.weight.sum() == pytest.approx(400)
        assert known.weight @ known.happened / 400 == pytest.approx(point.dropout)


# Coverage


def test_intervals_cover_over_a_thousand_studies() -> None:
    """The rest of this check is in bench/bench_dropout.py: it takes longer."""
    rng = np.random.default_rng(20_261_125)
    truth = Study(clients=100, sessions=6)
    true = np.array([truth.level, truth.log_session, truth.alliance])
    held = np.zeros(3)
    for _ in range(1000):
        fit = fit_hazard(simulate_study(rng, truth), **ROLES, covariates=X)
        held += [term.low < at < term.high for term, at in zip(fit.terms, true, strict=True)]
    assert (held >= 930).all()
    assert (held <= 970).all()


def test_robust_intervals_are_wider_where_clients_are_alike() -> None:
    one = study(clients=800, therapists=40, shared=0.4)
    fit = fit_hazard(one, **ROLES, covariates=X, cluster="therapist")
    assert fit.used.clusters == 40
    for term in fit.terms[:2]:
        assert term.robust_se is not None
        assert term.robust_se > 1.3 * term.se


# Predictions


def test_prospects_come_near_the_truth() -> None:
    truth, rng = Study(), np.random.default_rng(8)
    model = fit_dropout_model(study(clients=4000), **ROLES, covariates=X)
    seen = prospects(model, [1, 2, 3], [[0.5], [-1.0], [0.0]], by=8)
    for one, rated in zip(seen, (0.5, -1.0, 0.0), strict=True):
        true = true_risk(rng, truth, after=one.session, by=8, alliance=rated)
        assert one.dropout == pytest.approx(true, abs=0.04)
        assert one.low < one.dropout < one.high
        assert one.dropout + one.planned + one.staying == pytest.approx(1)


@settings(max_examples=30, deadline=None)
@given(
    ratings=st.lists(st.floats(-3, 3) | st.just(float("nan")), min_size=2, max_size=8),
    upto=st.integers(1, 7),
)
def test_later_sessions_never_change_an_earlier_prospect(ratings: list[float], upto: int) -> None:
    sessions = list(range(1, len(ratings) + 1))
    rated = [[value] for value in ratings]
    whole = prospects(MODEL, sessions, rated, by=8)
    part = prospects(MODEL, sessions[:upto], rated[:upto], by=8)
    for one, other in zip(whole, part, strict=False):
        assert asdict(one) == pytest.approx(asdict(other))
    assert all(0 < one.low <= one.dropout <= one.high < 1 for one in whole)


MODEL = fit_dropout_model(study(clients=400), **ROLES, covariates=X)


def test_a_missing_rating_leaves_the_last_one_standing_and_ageing() -> None:
    nan = float("nan")
    unrated = prospects(MODEL, [1, 2, 3], [[nan], [-1.5], [nan]], by=6)
    assert [(one.session, one.rated) for one in unrated] == [(2, 2), (3, 2)]
    (fresh,) = prospects(MODEL, [3], [[-1.5]], by=6)
    assert unrated[1].dropout < fresh.dropout


def test_ratings_far_beyond_any_give_no_nan() -> None:
    for rated in (-300.0, 300.0):
        (one,) = prospects(MODEL, [1], [[rated]], by=8)
        assert 0 <= one.low <= one.high <= 1
        assert 0 <= one.dropout <= 1


def test_a_prospect_of_this_session_alone_is_the_hazard() -> None:
    (now,) = prospects(MODEL, [4], [[0.2]], by=4)
    fresh = np.array([[0.2, 0.0, 0.0]])
    assert now.dropout == MODEL.dropout.hazard(np.array([4.0]), fresh)[0]


def test_a_model_without_covariates_predicts_from_the_session_alone() -> None:
    table = study(clients=400)
    bare = fit_dropout_model(table, **ROLES)
    seen = prospects(bare, [1, 2], [[], []], by=8)
    plain = fit_hazard(table, **ROLES)
    pairs = [term.name for term in bare.dropout.terms]
    assert pairs == [term.name for term in plain.terms]
    assert seen[0].dropout > seen[1].dropout > 0


def test_no_prospect_beyond_the_data() -> None:
    with pytest.raises(ExtrapolationError, match="Session 9 is not among"):
        prospects(MODEL, [1], [[0.0]], by=9)
    with pytest.raises(ExtrapolationError, match="after session 3"):
        prospects(MODEL, [4], [[0.0]], by=3)
    assert prospects(MODEL, [], [], by=5) == ()
    with pytest.raises(BadColumnError, match="must rise"):
        prospects(MODEL, [2, 1], [[0.0], [0.0]], by=5)
    with pytest.raises(BadColumnError, match="1 values"):
        prospects(MODEL, [4], [[0.0, 1.0]], by=5)


# How good predictions are


def test_true_chances_are_calibrated_and_rank_right() -> None:
    rng = np.random.default_rng(3)
    chance = 1 / (1 + np.exp(1 - rng.standard_normal(20_000)))
    happened = rng.random(20_000) < chance
    found = accuracy(chance, happened)
    assert abs(found.calibration.intercept) < 3 * found.calibration.intercept_se
    assert abs(found.calibration.slope - 1) < 3 * found.calibration.slope_se
    assert sum(group.n for group in found.calibration.groups) == 20_000
    assert found.brier == pytest.approx((chance * (1 - chance)).mean(), rel=0.02)
    extreme = chance**2 / (chance**2 + (1 - chance) ** 2)
    assert calibrate(extreme, happened).slope == pytest.approx(found.calibration.slope / 2)


def test_auc_of_perfect_useless_and_reversed_predictions() -> None:
    happened = np.arange(100) >= 60
    rising = (np.arange(100) + 1) / 200
    assert auc(rising, happened).auc == 1
    assert auc(rising[::-1], happened).auc == 0
    assert auc(np.full(100, 0.3), happened).auc == 0.5


@pytest.mark.parametrize("chance", [0.0, 1.0, float("nan")])
def test_what_is_no_chance_is_refused(chance: float) -> None:
    predicted = np.append(np.full(20, 0.5), chance)
    with pytest.raises(BadColumnError, match="between 0 and 1"):
        accuracy(predicted, np.arange(21) > 10)


def test_too_few_of_either_outcome_are_refused() -> None:
    with pytest.raises(TooFewError, match="at least 5 people of each outcome; there are 4"):
        auc(np.full(20, 0.5), np.arange(20) > 15)


def test_cross_validation_keeps_each_therapist_in_one_fold() -> None:
    group = np.repeat([3, 7, 8, 9, 12], [50, 10, 20, 20, 9])
    fold = folds_by(group, 3)
    for one in np.unique(group):
        assert np.unique(fold[group == one]).size == 1
    assert sorted(np.bincount(fold)) == [29, 30, 50]


def test_cross_validated_predictions_are_honest(table: Table) -> None:
    found = cross_validate(table, **ROLES, group="therapist", covariates=X)
    assert (found.groups, found.folds) == (40, 10)
    assert 0.6 < found.each_session.auc.auc < 0.75
    assert found.each_session.calibration.slope == pytest.approx(1, abs=0.25)
    assert [(at.after, at.by) for at in found.at_sessions] == [(1, 8), (3, 8), (5, 8)]
    noise = table | {"alliance": np.random.default_rng(9).standard_normal(table["event"].size)}
    useless = cross_validate(noise, **ROLES, group="therapist", covariates=X, after=(1,))
    (first,) = useless.at_sessions
    assert first.accuracy is not None
    assert abs(first.accuracy.auc.auc - 0.5) < 3 * first.accuracy.auc.se


def test_prospects_are_calibrated_on_therapists_not_seen() -> None:
    """Ratings carried forward as they are would have slopes near .6 here."""
    large = study(clients=4000, therapists=100)
    found = cross_validate(large, **ROLES, group="therapist", covariates=X, folds=4)
    for at in found.at_sessions:
        assert at.accuracy is not None
        calibration = at.accuracy.calibration
        assert abs(calibration.slope - 1) < 2.5 * calibration.slope_se
        assert abs(calibration.intercept) < 2.5 * calibration.intercept_se


def test_a_client_of_two_therapists_would_leak(table: Table) -> None:
    moved = table["therapist"].copy()
    moved[np.flatnonzero(table["session"] == 2)[0]] += 1
    with pytest.raises(BadColumnError, match="changes within a client"):
        cross_validate(table | {"therapist": moved}, **ROLES, group="therapist", covariates=X)


def test_the_longest_therapy_is_predicted_by_nobody(table: Table) -> None:
    longest = table["client"] == table["client"][table["session"] == 8][0]
    longer = {name: np.append(values, values[longest][-1:]) for name, values in table.items()}
    longer["session"][-1] = 30
    longer["event"][: longest.size][longest], longer["event"][-1] = 0, 0
    found = cross_validate(longer, **ROLES, group="therapist", covariates=X)
    assert found.each_session.n == longest.size
    assert found.at_sessions[0].by == 8


def test_nothing_to_learn_from_is_refused(table: Table) -> None:
    none = table | {"alliance": np.full(table["event"].size, np.nan)}
    with pytest.raises(TooFewError, match="complete rows"):
        fit_dropout_model(none, **ROLES, covariates=X)
    unknown = table | {"event": np.full(table["event"].size, np.nan)}
    with pytest.raises(TooFewError, match="2 groups"):
        cross_validate(unknown, **ROLES, group="therapist", covariates=X)


def test_a_horizon_with_too_few_dropouts_says_why(table: Table) -> None:
    late = (table["session"] >= 7) & (table["event"] == 1)
    few = table | {"event": np.where(late, 2, table["event"])}
    (at,) = cross_validate(
        few, **ROLES, group="therapist", covariates=X, after=(7,), by=8
    ).at_sessions
    assert at.accuracy is None
    assert at.why_not is not None
    assert "of each outcome; there are 0" in at.why_not


# Refusals

FITS = {
    "hazard": lambda t, x, **more: fit_hazard(t, **ROLES, covariates=x, **more),
    "cloglog": lambda t, x, **more: fit_hazard(t, **ROLES, covariates=x, link="cloglog", **more),
    "cox": lambda t, x, **more: fit_cox(t, **STOPS, covariates=x, **more),
}


@pytest.fixture(params=FITS)
def fit(request: pytest.FixtureRequest) -> object:
    return FITS[request.param]


def test_no_dropout_and_too_few_are_refused(fit, table: Table) -> None:
    with pytest.raises(TooFewError, match="there are 0") as refused:
        fit(table | {"event": table["event"] * 0}, X)
    assert (refused.value.what, refused.value.has) == ("dropouts", 0)
    rest = np.flatnonzero(table["event"] == 1)
    rare = table["event"].copy()
    rare[rest[4:]] = 2
    with pytest.raises(TooFewError, match="dropouts; there are 4"):
        fit(table | {"event": rare}, X)


def test_separation_is_refused_by_name(fit, table: Table) -> None:
    rng = np.random.default_rng(4)
    never = ((table["event"] != 1) & (rng.random(table["event"].size) < 0.2)).astype(float)
    with pytest.raises(SeparationError, match="'never'") as refused:
        fit(table | {"never": never}, [*X, "never"])
    assert refused.value.term == "never"
    once = never.copy()
    once[np.flatnonzero(table["event"] == 1)[0]] = 1
    assert fit(table | {"once": once}, [*X, "once"]).terms[-1].estimate < -1


def test_a_perfect_predictor_is_refused(fit, table: Table) -> None:
    with pytest.raises(SeparationError, match="'told'"):
        fit(table | {"told": (table["event"] == 1) * 1.0}, [*X, "told"])


def test_constant_and_collinear_covariates_are_refused(fit, table: Table) -> None:
    with pytest.raises(ConstantColumnError, match="'same'"):
        fit(table | {"same": np.full(table["event"].size, 3.0)}, [*X, "same"])
    with pytest.raises(SingularFitError, match="alliance, double"):
        fit(table | {"double": 2 * table["alliance"] + 1}, [*X, "double"])


def test_what_never_differs_in_a_risk_set_is_refused(table: Table) -> None:
    with pytest.raises(SingularFitError, match="'session' never differs"):
        fit_cox(table, **STOPS, covariates=["session"])


def test_few_therapists_give_no_robust_error(fit, table: Table) -> None:
    with pytest.raises(TooFewError, match="at least 10 clusters; there are 3"):
        fit(table | {"part": table["client"] % 3}, X, cluster="part")


def test_codes_and_courses_that_cannot_be_are_refused(fit, table: Table) -> None:
    with pytest.raises(BadColumnError, match="holds 3 in row 2"):
        fit(table | {"event": np.where(np.arange(table["event"].size) == 1, 3, 0)}, X)
    again = np.where(table["event"] == 1, 2, table["session"])
    with pytest.raises(
        BadColumnError, match=r"two rows at once for client|goes on after an ending"
    ):
        fit(table | {"session": again}, X)
    ended = table["event"].copy()
    ended[np.flatnonzero(np.diff(table["client"]) == 0)[0]] = 1
    with pytest.raises(BadColumnError, match="goes on after an ending for client"):
        fit(table | {"event": ended}, X)
    with pytest.raises(BadColumnError, match="is not among the columns"):
        fit(table, ["allience"])


@pytest.mark.parametrize("wrong", [-2.0, 0.0, 3.5])
def test_sessions_are_whole_and_from_one(fit, table: Table, wrong: float) -> None:
    sessions = table["session"].copy()
    # 3.5 comes after session 3, so that the rows of the client overlap too
    sessions[np.flatnonzero(sessions == 4)[0]] = wrong
    why = rf"'session' holds {wrong:g} in row \d+: sessions count 1, 2, 3"
    with pytest.raises(BadColumnError, match=why):
        fit(table | {"session": sessions}, X)
    with pytest.raises(BadColumnError, match=why):
        cumulative_incidence(table | {"session": sessions}, **STOPS)


def test_a_stretch_may_be_of_any_days(table: Table) -> None:
    early = {"begun": table["session"] - 3.5, "session": table["session"] - 2.5}
    moved, plain = (
        fit_cox(table | days, **STOPS, start="begun", covariates=X)
        for days in (early, {"begun": table["session"] - 1})
    )
    assert moved.terms == plain.terms


def test_rows_must_begin_before_they_end(table: Table) -> None:
    with pytest.raises(BadColumnError, match="is not before 'session' in row 1"):
        fit_cox(table | {"late": table["session"]}, **STOPS, start="late", covariates=X)


def test_cox_needs_a_covariate_and_incidence_a_dropout(table: Table) -> None:
    with pytest.raises(BadModelError):
        fit_cox(table, **STOPS, covariates=[])
    with pytest.raises(TooFewError, match="1 dropouts; there are 0"):
        cumulative_incidence(table | {"event": table["event"] * 0}, **STOPS)


def test_each_session_needs_somebody_who_drops_out_and_somebody_who_does_not(table: Table) -> None:
    spared = np.where((table["session"] == 3) & (table["event"] == 1), 2, table["event"])
    with pytest.raises(SeparationError, match="'session 3'"):
        fit_hazard(table | {"event": spared}, **ROLES, covariates=X, baseline="each")


def test_one_session_only_has_no_course(table: Table) -> None:
    first = {name: values[table["session"] == 1] for name, values in table.items()}
    with pytest.raises(ConstantColumnError, match="'session'"):
        fit_hazard(first, **ROLES, covariates=X)
    with pytest.raises(TooFewError, match="rows without an ending"):
        fit_hazard(first | {"event": np.ones(first["event"].size)}, **ROLES, baseline="each")


def test_the_models_load_without_scipy_and_pandas() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, rapport.science.dropout as d; "
            "print({'scipy', 'pandas', 'django'} & set(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"
