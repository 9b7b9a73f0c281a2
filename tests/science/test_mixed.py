"""Linear mixed models: what they refuse, their edges, and the sums that stand for rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.science import mixed
from rapport.science.mixed import collapse, design, estimate, formula, levels, likelihood
from rapport.science.refusals import (
    BadColumnError,
    BadModelError,
    ConstantColumnError,
    NotConvergedError,
    NotIdentifiedError,
    NoVariationError,
    SingularFitError,
    TooFewError,
)

SLOPE = "y ~ t * x + (1 + t | client)"


def simulated(seed: int = 1, clients: int = 40, most: int = 6, spread: float = 1) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    client = np.repeat(np.arange(clients), most)
    t = np.tile(np.arange(most, dtype=float), clients)
    x = rng.normal(size=clients)[client]
    u = spread * rng.normal(size=(clients, 2)) @ [[2, 0.3], [0, 0.6]]
    y = 10 - t + 2 * x + u[client, 0] + u[client, 1] * t + rng.normal(size=len(t))
    arm = np.where(client % 2, "waiting", "treated").astype(object)
    return {"y": y, "t": t, "x": x, "client": client, "therapist": client // 5, "arm": arm}


def dense_deviance(made: design.Design, factors: dict[str, Any]) -> float:
    """The REML criterion from the whole covariance matrix of the rows."""
    v = np.eye(made.n)
    for grouping in made.groupings:
        factor = factors[grouping.group]
        same = grouping.codes[:, None] == grouping.codes[None, :]
        v += same * (grouping.z.T @ factor @ factor.T @ grouping.z)
    x, solved = made.x.T, np.linalg.inv(v)
    a = x.T @ solved @ x
    residual = made.y - x @ np.linalg.solve(a, x.T @ solved @ made.y)
    df = made.n - x.shape[1]
    scale = 2 * np.pi * (residual @ solved @ residual) / df
    return float(np.linalg.slogdet(v)[1] + np.linalg.slogdet(a)[1] + df * (1 + np.log(scale)))


@pytest.mark.parametrize(
    "text",
    [
        SLOPE,
        "y ~ t + (1 + t | therapist/client)",
        "y ~ t + (1 | client) + (1 + t | coder)",
        "y ~ t + (t || coder) + (1 + t | therapist/client)",
    ],
)
def test_deviance_and_slopes_are_those_of_the_whole_matrix(text: str) -> None:
    columns = simulated(clients=20)
    columns["coder"] = np.random.default_rng(2).integers(0, 6, len(columns["y"]))
    made = design.build(formula.read(text), columns)
    statistics = levels.gather(made)
    rng = np.random.default_rng(3)
    factors = [np.tril(rng.normal(size=(one.q, one.q))) for one in statistics.levels]
    named = {one.group: factor for one, factor in zip(statistics.levels, factors, strict=True)}
    found = likelihood.evaluate(statistics, factors, reml=True)
    assert found.deviance == pytest.approx(dense_deviance(made, named), abs=1e-9)
    for at, level in enumerate(statistics.levels):
        step = 1e-5 * np.tril(rng.normal(size=(level.q, level.q)))
        up, down = (
            dense_deviance(made, {**named, level.group: factors[at] + way}) for way in (step, -step)
        )
        along = 2 * np.sum(found.slopes[at] @ factors[at] * step)
        assert along == pytest.approx((up - down) / 2, rel=1e-5, abs=1e-10)


def test_a_stationary_point_that_is_no_minimum_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    columns, text = simulated(), "y ~ t + (t || client)"
    found = mixed.fit(text, columns)
    # With no slope to start from, no derivative by the factor ever points to one.
    monkeypatch.setattr(estimate, "_start", lambda *_, reml: np.array([1.0, 0.0]))
    left = mixed.fit(text, columns)
    assert left.convergence.escapes == 1
    assert left.loglik == pytest.approx(found.loglik, abs=1e-9)


def test_no_variance_is_told_as_singular() -> None:
    rng = np.random.default_rng(5)
    columns = simulated(clients=30)
    columns["y"] = np.tile([-1.0, 1.0, -1.0, 1.0, -1.0, 1.0], 30) + 0.1 * rng.normal(size=180)
    found = mixed.fit("y ~ t + (1 | client)", columns)
    assert found.convergence.singular
    assert found.group("client").sd == {"(Intercept)": 0}


def test_uncorrelated_effects_have_no_correlation() -> None:
    found = mixed.fit("y ~ t + (t || client)", simulated())
    assert found.group("client").correlations == {}
    assert found.group("client").covariance[0, 1] == 0
    apart = mixed.fit("y ~ t + (1 | client) + (0 + t | client)", simulated())
    assert apart.loglik == pytest.approx(found.loglik, abs=1e-8)


def test_rows_with_a_missing_value_are_left_out_and_counted() -> None:
    columns = simulated()
    columns["y"][3], columns["x"][7] = np.nan, np.nan
    columns["arm"][9] = None
    found = mixed.fit("y ~ t * x + arm + (1 | client)", columns)
    assert (found.n, found.dropped) == (237, 3)


def test_the_order_of_rows_does_not_matter() -> None:
    columns = simulated()
    order = np.random.default_rng(6).permutation(len(columns["y"]))
    shuffled = {name: values[order] for name, values in columns.items()}
    one, other = (mixed.fit(SLOPE, given) for given in (columns, shuffled))
    assert one.loglik == pytest.approx(other.loglik, abs=1e-9)
    assert one.coefficients == pytest.approx(other.coefficients, rel=1e-7)


@settings(max_examples=15, deadline=None)
@given(st.floats(-1e4, 1e4), st.floats(0.01, 100))
def test_another_unit_of_the_response_is_another_unit_of_the_estimates(
    shift: float, unit: float
) -> None:
    columns = simulated(clients=15)
    one = mixed.fit(SLOPE, columns)
    other = mixed.fit(SLOPE, {**columns, "y": shift + unit * columns["y"]})
    assert other.residual_sd == pytest.approx(unit * one.residual_sd, rel=1e-5)
    assert other.term("t").estimate == pytest.approx(unit * one.term("t").estimate, rel=1e-5)
    assert other.term("t").df == pytest.approx(one.term("t").df, rel=1e-3)


def test_effects_shrink_towards_the_mean_and_predictions_take_in_all_variance() -> None:
    columns = simulated()
    found = mixed.fit(SLOPE, columns)
    effects = mixed.effects(found, "client")
    assert effects.labels[:3] == ("0", "1", "2")
    assert effects.values.std(axis=0)[0] < found.group("client").sd["(Intercept)"]
    assert (effects.sd < list(found.group("client").sd.values())).all()
    expected = mixed.predict(found, {"t": [0.0, 3.0], "x": [0.0, 1.0]})
    least = found.residual_sd**2 + found.group("client").covariance[0, 0]
    assert expected.sd[0] ** 2 == pytest.approx(least + expected.se[0] ** 2)


@pytest.mark.parametrize(
    ("text", "varying"),
    [
        ("y ~ t + (1 | client)", {"client": "i"}),
        ("y ~ 1 + (1 | client)", {"client": "i"}),
        ("y ~ t + (1 | therapist/client)", {"therapist": "i", "therapist:client": "i"}),
        ("y ~ t + (1 + t | client) + (1 | arm3)", {"client": "it", "arm3": "i"}),
        ("y ~ 1 + (t || client)", {"client": "it"}),
    ],
)
@pytest.mark.parametrize("t", [[0.0, 4.0, 1.5], [4.0]])
def test_a_prediction_is_that_of_the_matrices(
    text: str, varying: dict[str, str], t: list[float]
) -> None:
    columns = simulated() | {"arm3": np.arange(240) % 7}
    found = mixed.fit(text, columns)
    of = {"i": np.ones(len(t)), "t": np.array(t)}
    x = np.column_stack([of["i"], of["t"]])[:, : len(found.fixed)]
    variance = np.diag(x @ found.vcov @ x.T)
    spread = variance + found.residual_sd**2
    for group, effects in varying.items():
        z = np.column_stack([of[effect] for effect in effects])
        spread = spread + np.diag(z @ found.group(group).covariance @ z.T)
    expected = mixed.predict(found, {"t": t})
    assert expected.mean == pytest.approx(x @ list(found.coefficients.values()))
    assert expected.se == pytest.approx(np.sqrt(variance))
    assert expected.sd == pytest.approx(np.sqrt(spread))


@pytest.mark.parametrize(
    ("text", "rows", "error", "says"),
    [
        ("y ~ t + (1 | client)", {"x": [1.0]}, BadColumnError, "'t' is not among"),
        ("y ~ t + (1 | client)", {"t": [1.0, np.nan]}, BadColumnError, "in row 2"),
        ("y ~ t + (1 | client)", {"t": ["late"]}, BadColumnError, "'t'"),
        ("y ~ t + (1 | client)", {"t": []}, TooFewError, "at least 1 rows"),
        ("y ~ 1 + (1 | client)", {}, TooFewError, "at least 1 rows"),
        ("y ~ t + x + (1 | client)", {"t": [1.0, 2.0], "x": [0.0]}, BadColumnError, "'x' has 1 r"),
        ("y ~ arm + (1 | client)", {"arm": ["treated", "new"]}, BadColumnError, "'arm'.*new"),
        ("y ~ arm + (1 | client)", {"arm": np.array(["treated", None])}, BadColumnError, "'arm'"),
        ("y ~ t * arm + (1 | client)", {"t": [1.0], "arm": ["new"]}, BadColumnError, "'arm'"),
    ],
)
def test_rows_that_cannot_be_predicted_are_refused(
    text: str, rows: dict[str, Any], error: type[Exception], says: str
) -> None:
    found = mixed.fit(text, simulated())
    with pytest.raises(error, match=says):
        mixed.predict(found, rows)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("y ~ y + (1 | client)", {}),
        ("y ~ y + (1 + t | client)", {}),
        ("y ~ t + (1 + t | client)", {"y": 3 - np.tile(np.arange(6.0), 40)}),
        ("y ~ t + (1 | client)", {"y": 1e4 + 1e-3 * np.tile(np.arange(6.0), 40)}),
        ("y ~ wide + (1 | client)", {"wide": 1e4 + np.arange(240.0), "y": np.arange(240.0)}),
        ("y ~ 0 + t + (1 | client)", {"y": 2 * np.tile(np.arange(6.0), 40)}),
    ],
)
def test_a_response_that_the_fixed_effects_give_exactly_is_refused(
    text: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(NoVariationError, match="exactly"):
        mixed.fit(text, simulated() | changes)


def test_a_response_that_is_nearly_given_is_fitted() -> None:
    columns = simulated()
    near = columns["t"] + 1e-5 * columns["y"]
    found = mixed.fit("y ~ t + (1 | client)", columns | {"y": near})
    assert found.residual_sd > 1e-6


@pytest.mark.parametrize(
    ("text", "changes", "error", "says"),
    [
        ("y ~ t", {}, BadModelError, "no random term"),
        ("t + (1 | client)", {}, BadModelError, "no response"),
        ("y ~ t + (1 | client", {}, BadModelError, "not closed"),
        ("y ~ sin(t) + (1 | client)", {}, BadModelError, "use log"),
        ("y ~ t + (1 + t | client) + (0 + t | client)", {}, BadModelError, "stands twice"),
        ("y ~ mood + (1 | client)", {}, BadColumnError, "'mood' is not among"),
        ("arm ~ t + (1 | client)", {}, BadColumnError, "must be a number"),
        ("y ~ log(t) + (1 | client)", {}, BadColumnError, "not a finite number in row 1"),
        ("y ~ x + (1 | client)", {"x": np.ones(240)}, ConstantColumnError, "'x'"),
        ("y ~ x + (1 | client)", {"y": np.ones(240)}, ConstantColumnError, "'y'"),
        ("y ~ x + I(2 * x) + (1 | client)", {}, SingularFitError, "x, I"),
        ("y ~ x + (1 | arm)", {}, TooFewError, "at least 3 groups of 'arm'; there are 2"),
        ("y ~ x + (1 | client)", {"client": np.arange(240)}, TooFewError, "at least 241 rows"),
        ("y ~ x + (1 | client)", {"y": np.full(240, np.nan)}, TooFewError, "missing value"),
        (
            "y ~ x + (1 | client) + (1 | folder)",
            {"folder": np.repeat(np.arange(40), 6)},
            NotIdentifiedError,
            "the same groups",
        ),
    ],
)
def test_what_gives_no_answer_is_refused(
    text: str, changes: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        mixed.fit(text, simulated() | changes)


def test_a_model_that_fits_exactly_is_refused() -> None:
    columns = simulated()
    with pytest.raises((NotConvergedError, SingularFitError)):
        mixed.fit("y ~ t + (1 | client)", {**columns, "y": columns["t"] + columns["client"]})


def test_fits_that_do_not_compare_are_refused() -> None:
    columns = simulated()
    one = mixed.fit("y ~ t + (1 | client)", columns)
    with pytest.raises(BadModelError, match="fit both by ML"):
        mixed.compare(one, mixed.fit("y ~ t + x + (1 | client)", columns))
    with pytest.raises(BadModelError, match="the other by ML"):
        mixed.compare(one, mixed.fit("y ~ t + (1 + t | client)", columns, reml=False))
    with pytest.raises(BadModelError, match="more parameters"):
        mixed.compare(mixed.fit("y ~ t + (1 + t | client)", columns), one)


def with_gaps(seed: int, clients: int = 300) -> dict[str, Any]:
    columns = simulated(seed, clients)
    kept = np.random.default_rng(seed).random(len(columns["y"])) < 0.75
    return {name: values[kept] for name, values in columns.items()}


@pytest.mark.parametrize("reml", [True, False])
def test_clients_of_one_pattern_collapse_without_loss(reml: bool) -> None:
    columns = with_gaps(7, clients=4000)
    statistics = levels.gather(design.build(formula.read(SLOPE), columns))
    collapsed = collapse.collapse(statistics)
    assert collapsed.levels[0].products.shape[2] < 500
    one, other = (
        estimate.minimise(given, reml=reml).evaluation for given in (statistics, collapsed)
    )
    assert other.deviance == pytest.approx(one.deviance, abs=1e-6)


@pytest.mark.parametrize("clients", [300, 6000])
def test_sums_of_parts_add_to_the_fit_of_all_rows(clients: int) -> None:
    text = "y ~ t * x + arm + (1 + t | client)"
    columns = with_gaps(8, clients)
    whole = mixed.fit(text, columns)
    table = pl.LazyFrame({**columns, "arm": columns["arm"].tolist()})
    sites = [table.filter(pl.col("client") % 3 == site) for site in range(3)]
    merged = mixed.merge([mixed.sums([site], text) for site in sites])
    for sums in (mixed.sums(sites, text), merged):
        found = mixed.fit_sums(sums)
        assert found.loglik == pytest.approx(whole.loglik, abs=1e-6)
        assert found.coefficients == pytest.approx(whole.coefficients, rel=1e-7)
        assert found.term("t").df == pytest.approx(whole.term("t").df, rel=1e-5)
        assert found.group("client").sd == pytest.approx(whole.group("client").sd, rel=1e-5)
        assert (found.n, dict(found.groups)) == (whole.n, dict(whole.groups))


def test_rare_patterns_do_not_leave_a_site() -> None:
    sums = mixed.sums([pl.LazyFrame({k: v for k, v in with_gaps(9).items() if k != "arm"})], SLOPE)
    left, suppressed = mixed.suppress(sums)
    assert suppressed == sums.groups[sums.groups < 5].sum() > 0
    assert left.groups.min() >= 5
    assert left.rows.sum() == left.total[:, 0, 0].sum()
    with pytest.raises(TooFewError, match="at least 5 groups"):
        mixed.suppress(mixed.sums([pl.LazyFrame({"y": [1.0, 2], "id": [1, 1]})], "y ~ 1 + (1|id)"))


def test_missing_values_are_left_out_of_sums_too() -> None:
    columns = {k: v for k, v in with_gaps(10).items() if k != "arm"}
    columns["y"][[1, 5]] = np.nan
    whole, sums = mixed.fit(SLOPE, columns), mixed.sums([pl.LazyFrame(columns)], SLOPE)
    assert (sums.dropped, mixed.fit_sums(sums).n) == (whole.dropped, whole.n) == (2, whole.n)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("y ~ t + (1 | therapist/client)", BadModelError),
        ("y ~ I(t * t) + (1 | client)", BadModelError),
        ("y ~ t:arm + (1 | client)", BadModelError),
        ("y ~ mood + (1 | client)", BadColumnError),
        ("arm ~ t + (1 | client)", BadColumnError),
    ],
)
def test_what_cannot_be_summed_is_refused(text: str, error: type[Exception]) -> None:
    columns = with_gaps(11)
    with pytest.raises(error):
        mixed.sums([pl.LazyFrame({**columns, "arm": columns["arm"].tolist()})], text)


def test_sums_name_no_single_group() -> None:
    sums = mixed.sums([pl.LazyFrame({k: v for k, v in with_gaps(12).items() if k != "arm"})], SLOPE)
    found = mixed.fit_sums(sums)
    with pytest.raises(BadModelError):
        mixed.effects(found, "client")
    with pytest.raises(BadModelError):
        mixed.predict(found, {"t": [1.0], "x": [0.0]})
