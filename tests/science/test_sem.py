"""Path models: what is read, what is refused, what a fit must satisfy. Values: reference/."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from rapport.science.refusals import (
    BadColumnError,
    BadModelError,
    ConstantColumnError,
    NotConvergedError,
    NotIdentifiedError,
    RefusedFitError,
    SingularFitError,
    TooFewError,
)
from rapport.science.sem import (
    bootstrap,
    fit_riclpm,
    fit_sem,
    fit_sem_to_moments,
    path_diagram,
    riclpm_model,
)
from rapport.science.sem.bootstrap import _one, _scored, _single, _together
from rapport.science.sem.expression import read_expression
from rapport.science.sem.fitting import objective_of
from rapport.science.sem.plan import plan
from rapport.science.sem.sample import sample_of_rows
from rapport.science.sem.syntax import Modifier, read_model

FACTOR = "f =~ a + b + c + d"
MEDIATION = "m ~ a*x\ny ~ b*m + c*x\nindirect := a*b"
Columns = dict[str, np.ndarray]


@pytest.fixture
def factor() -> Columns:
    rng = np.random.default_rng(1)
    f = rng.normal(size=200)
    loadings = {"a": 1.0, "b": 0.8, "c": 0.6, "d": 0.7}
    return {name: by * f + 0.6 * rng.normal(size=200) for name, by in loadings.items()}


@pytest.fixture
def chain() -> Columns:
    rng = np.random.default_rng(2)
    x = rng.normal(size=150)
    m = 0.5 * x + rng.normal(size=150)
    return {"x": x, "m": m, "y": 0.4 * m + 0.1 * x + rng.normal(size=150)}


def gappy(columns: Columns, share: float = 0.1) -> Columns:
    rng = np.random.default_rng(3)
    return {
        name: np.where(rng.random(values.size) < share, np.nan, values)
        for name, values in columns.items()
    }


def panel(people: int, waves: int = 4, seed: int = 4) -> Columns:
    """Within persons: .3 and .4 on oneself, −.1 from y to x, −.15 from x to y."""
    rng = np.random.default_rng(seed)
    lag = np.array([[0.3, -0.1], [-0.15, 0.4]])
    trait = rng.multivariate_normal([0, 0], [[0.6, -0.2], [-0.2, 0.8]], people)
    within = rng.multivariate_normal([0, 0], [[1, -0.3], [-0.3, 1]], people)
    columns: Columns = {}
    for wave in range(1, waves + 1):
        if wave > 1:
            shock = rng.multivariate_normal([0, 0], [[0.8, -0.15], [-0.15, 0.8]], people)
            within = within @ lag.T + shock
        columns[f"x{wave}"], columns[f"y{wave}"] = (trait + within).T
    return columns


def waves(columns: Columns) -> tuple[list[str], list[str]]:
    return [n for n in columns if n[0] == "x"], [n for n in columns if n[0] == "y"]


# ---------------------------------------------------------------- reading


def test_a_model_is_read_over_lines_semicolons_and_comments() -> None:
    read = read_model(
        """
        f =~ a + 0.5*b +   # a comment
             NA*c
             + lab*d       ! another
        a ~~ b; a + b ~ 1
        c ~ c(p, q)*x + start(.3)*z + 2?w + "my label"*v
        """
    )
    assert [(t.lhs, t.op, t.rhs) for t in read.terms] == [
        *(("f", "=~", name) for name in "abcd"),
        ("a", "~~", "b"),
        ("a", "~1", ""),
        ("b", "~1", ""),
        *(("c", "~", name) for name in "xzwv"),
    ]
    assert [t.modifiers for t in read.terms[:4]] == [
        (),
        (Modifier((0.5,)),),
        (Modifier((None,)),),
        (Modifier(("lab",)),),
    ]
    assert [t.modifiers for t in read.terms[-4:]] == [
        (Modifier(("p", "q")),),
        (Modifier((0.3,), start=True),),
        (Modifier((2.0,), start=True),),
        (Modifier(("my label",)),),
    ]


def test_a_term_may_be_written_twice_to_give_it_two_modifiers() -> None:
    (one, _, _) = read_model("f =~ NA*a + b + c\nf =~ lab*a").terms
    assert one.modifiers == (Modifier((None,)), Modifier(("lab",)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no path, covariance or factor"),
        ("f =~ a\nb c", r"Line 2: 'b' has neither \+ nor \*"),
        ("a b c", "Line 1: 'a' has no operator"),
        ("f =~ a +", r"Line 1: '\+' has nothing after it"),
        ("f =~ a\n\ny ~ 2", "Line 3: '2' is no predictor"),
        ("y ~ x @ z", "Line 1: '@' cannot be read"),
        ("f <~ a", "Line 1: '<~' is not supported"),
        ("a == b\ny ~ a*x; a > 0", "Line 2: '>' is not supported"),
        ("y ~", "Line 1: '~' needs something on both sides"),
        ("y ~ y", "Line 1: 'y' cannot depend on itself"),
        ("y ~ f(a)*x", "Line 1: 'f' is no modifier"),
        ("y ~ c(a b)*x", "entries are not parted by commas"),
        ("y ~ x\ny ~ x", "Line 2: y ~ x is in the model already, in line 1"),
        ("y ~ x\nk := a*b", "Line 2: k uses 'a', which is neither a label nor defined"),
        ("y ~ a*x\na := a*2", "Line 2: 'a' names something already"),
        ("y ~ a*x\nk := a if a else 1", "Line 2"),
        ("y ~ a*x\nk := open(a)", r"Line 2: 'open\(a\)' cannot be used"),
        ("y ~ a*x + b*z\na*b == 1", "Line 2: a constraint with == must be linear"),
        ("y ~ a*x\na == 1\na == 2", "contradict one another"),
        ("y ~ a*x\nq == 1", "Line 2: no parameter has the label 'q'"),
        ("y ~ c(a, b)*x", "has a modifier for 2 groups; there are 1"),
        ("f =~ g\ng =~ f", "names no observed variable"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(BadModelError, match=says):
        plan(text)


def test_an_expression_takes_any_label_and_gives_exact_derivatives() -> None:
    expression = read_expression("-lambda^2 * exp(b.1)/2 + 1e-1", "Line 1")
    values = {"lambda": 3.0, "b.1": 0.5}
    assert expression.names == ("lambda", "b.1")
    assert expression.value(values) == pytest.approx(-9 * np.exp(0.5) / 2 + 0.1)
    assert expression.gradient(values) == pytest.approx([-3 * np.exp(0.5), -4.5 * np.exp(0.5)])


# ---------------------------------------------------------------- fitting


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
@pytest.mark.parametrize(
    "model",
    [
        FACTOR,
        "f =~ a + b\ng =~ c + d\ng ~ f\nf ~ 0.3*1\na ~ 0*1",
        "f =~ a + l*b + l*c\nd ~ f + a\nb ~~ r*c\n l == 2*r",
    ],
)
def test_gradient_and_hessian_are_those_of_the_likelihood(
    factor: Columns, model: str, missing: str
) -> None:
    rows = np.stack(list(gappy(factor, 0.1 if missing == "fiml" else 0).values()), axis=1)
    rows = rows[~np.isnan(rows).all(axis=1)]
    planned = plan(model, means=True)
    order = [list("abcd").index(name) for name in planned.specification.roles.observed]
    objective = objective_of(planned, (sample_of_rows(rows[:, order]),))
    k = planned.specification.n_unconstrained
    theta = np.linspace(0.3, 0.7, k)
    here, h = objective.at(theta), 1e-5
    ways = [(objective.at(theta + h * e), objective.at(theta - h * e)) for e in np.eye(k)]
    slopes = [(up.value - down.value) / (2 * h) for up, down in ways]
    bends = [(up.gradient - down.gradient) / (2 * h) for up, down in ways]
    assert here.gradient == pytest.approx(np.array(slopes), rel=1e-5, abs=1e-4)
    assert here.observed() == pytest.approx(np.array(bends), rel=1e-5, abs=1e-3)


def test_rows_in_another_order_and_other_units_fit_as_well(factor: Columns) -> None:
    fit = fit_sem(FACTOR, factor)
    turned = fit_sem(FACTOR, {name: 40 * values[::-1] + 7 for name, values in factor.items()})
    assert turned.fit.chisq == pytest.approx(fit.fit.chisq, rel=1e-8)
    assert [e.std for e in turned.estimates] == pytest.approx([e.std for e in fit.estimates])


def test_rows_and_their_covariances_give_the_same_fit(factor: Columns) -> None:
    by_rows = fit_sem(FACTOR, factor)
    names = list(factor)
    cov = np.cov(np.stack(list(factor.values())))
    by_moments = fit_sem_to_moments(FACTOR, names, cov, 200)
    assert by_moments.fit.chisq == pytest.approx(by_rows.fit.chisq, rel=1e-8)
    assert by_moments.n == 200


def test_fiml_without_gaps_is_ml(factor: Columns) -> None:
    whole, fiml = fit_sem(FACTOR, factor), fit_sem(FACTOR, factor, missing="fiml")
    assert fiml.fit.chisq == pytest.approx(whole.fit.chisq, rel=1e-7)
    loading = ("f", "=~", "b")
    assert fiml.estimate(*loading).est == pytest.approx(whole.estimate(*loading).est, rel=1e-6)


def test_rows_with_the_same_gaps_are_one_pattern_in_any_number_of_columns() -> None:
    rng = np.random.default_rng(7)
    kinds = rng.random((5, 70)) < 0.3
    kinds[:, 0] = False
    kinds[1] = kinds[0]
    kinds[1, 69] = not kinds[0, 69]
    which = np.r_[np.arange(5), rng.integers(0, 5, 45)]
    rows = np.where(kinds[which], np.nan, rng.normal(size=(50, 70)))
    sample = sample_of_rows(rows)
    assert sorted(sample.n) == sorted(np.bincount(which))
    whole = (sample.n[:, None] * sample.mean).sum(axis=0)
    assert whole == pytest.approx(np.nansum(rows, axis=0))


def test_what_was_used_is_told(factor: Columns) -> None:
    columns = gappy(factor)
    listwise, fiml = fit_sem(FACTOR, columns), fit_sem(FACTOR, columns, missing="fiml")
    assert listwise.n + listwise.left_out == 200
    assert (fiml.n, fiml.left_out, fiml.patterns > 4) == (200, 0, True)


def test_estimates_satisfy_linear_constraints(factor: Columns) -> None:
    fit = fit_sem("f =~ a + p*b + q*c + r*d\np == q + 0.1\nr == 0.7", factor)
    p, q, r = (fit.estimate("f", "=~", name) for name in "bcd")
    assert p.est == pytest.approx(q.est + 0.1, abs=1e-12)
    assert p.se == pytest.approx(q.se)
    assert (r.est, r.se) == (pytest.approx(0.7), pytest.approx(0, abs=1e-12))
    assert fit.fit.df == fit_sem(FACTOR, factor).fit.df + 2


def test_a_label_in_two_groups_is_one_parameter(factor: Columns) -> None:
    columns = {**factor, "site": np.array(["south", "north"] * 100, dtype=object)}
    fit = fit_sem("f =~ a + l*b + c(u, v)*c + d\ndiff := u - v", columns, group="site")
    assert [label for label, _ in fit.groups] == ["south", "north"]
    one, other = (fit.estimate("f", "=~", "b", group=g) for g in ("south", "north"))
    assert one.est == other.est
    u, v = (fit.estimate("f", "=~", "c", group=g) for g in ("south", "north"))
    assert fit.estimate("diff", ":=", "u - v").est == pytest.approx(u.est - v.est)


# ---------------------------------------------------------------- refusing


def test_fewer_rows_than_parameters(factor: Columns) -> None:
    with pytest.raises(TooFewError, match="needs at least 8 rows; there are 7"):
        fit_sem(FACTOR, {name: values[:7] for name, values in factor.items()})


def test_a_constant_and_an_absent_column(factor: Columns) -> None:
    with pytest.raises(ConstantColumnError, match="'b'"):
        fit_sem(FACTOR, {**factor, "b": np.full(200, 3.0)})
    with pytest.raises(BadColumnError, match="'e' is not among"):
        fit_sem(FACTOR + " + e", factor)


def test_a_column_that_others_determine(factor: Columns) -> None:
    columns = {**factor, "e": factor["a"] + factor["b"]}
    with pytest.raises(SingularFitError, match="'e' is constant or determined"):
        fit_sem(FACTOR + " + e", columns)
    cov = [[1.0, 1.2, 0.1], [1.2, 1.0, 0.1], [0.1, 0.1, 1.0]]
    with pytest.raises(SingularFitError, match="not positive definite"):
        fit_sem_to_moments("f =~ a + b + c", ["a", "b", "c"], cov, 100)


def test_more_parameters_than_moments(factor: Columns) -> None:
    with pytest.raises(NotIdentifiedError, match="4 free parameters"):
        fit_sem("f =~ a + b", factor)


def test_parameters_that_cannot_be_told_apart_are_named(factor: Columns) -> None:
    with pytest.raises(RefusedFitError) as refused:
        fit_sem("f =~ NA*a + b + c + d", factor)
    assert isinstance(refused.value, NotIdentifiedError | NotConvergedError)
    assert "f =~ a" in str(refused.value)


def test_a_variance_below_zero_is_told() -> None:
    cov = [[1.0, 0.75, 0.72], [0.75, 1.0, 0.35], [0.72, 0.35, 1.0]]
    fit = fit_sem_to_moments("f =~ a + b + c", ["a", "b", "c"], cov, 200)
    assert fit.estimate("a", "~~", "a").est < 0
    assert any("the variance of 'a' is estimated below 0" in note for note in fit.notes)


def test_a_start_without_likelihood(factor: Columns) -> None:
    with pytest.raises(NotConvergedError, match="starting values"):
        fit_sem("f =~ a + b + c + d\na ~~ start(-50)*a", factor)


# ---------------------------------------------------------------- the panel model


def test_a_panel_gives_back_what_it_was_made_with() -> None:
    columns = panel(2_000)
    fit = fit_riclpm(columns, *waves(columns), invariant=True)
    truth = {"ar_x": 0.3, "cross_yx": -0.1, "cross_xy": -0.15, "ar_y": 0.4}
    found = {e.label: e for e in fit.estimates if e.label}
    assert found.keys() == truth.keys()
    for label, value in truth.items():
        assert abs(found[label].est - value) < 3.3 * found[label].se, label
    assert fit.estimate("w_x3", "~", "w_y2").est == found["cross_yx"].est
    assert not fit.notes


def test_the_panel_model_has_the_degrees_of_freedom_of_its_paper() -> None:
    columns = panel(300, waves=3)
    assert fit_riclpm(columns, *waves(columns)).fit.df == 1
    assert fit_riclpm(columns, *waves(columns), invariant=True).fit.df == 5


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        (["x1", "x2"], ["y1", "y2"], "at least 3 waves; there are 2"),
        (["x1", "x2", "x3"], ["y1", "y2"], "as many waves"),
        (["x1", "x2", "x3"], ["y1", "y2", "x3"], "'x3' twice"),
    ],
)
def test_what_is_no_panel(x: list[str], y: list[str], says: str) -> None:
    with pytest.raises(BadModelError, match=says):
        riclpm_model(x, y)


# ---------------------------------------------------------------- resampling


def test_replicates_scored_together_are_those_fitted_alone(chain: Columns) -> None:
    planned = plan(MEDIATION)
    rows = np.stack([chain[n] for n in planned.specification.roles.observed], axis=1)
    start = fit_sem(MEDIATION, chain).theta
    together = _together(rows, 20, np.random.default_rng(1))
    scored = _scored(planned, (together,), start, 20)
    alone = [_one(planned, (_single(together, at),), start) for at in range(20)]
    assert scored == pytest.approx(np.concatenate(alone), rel=1e-4, abs=1e-4)


def test_a_bootstrap_repeats_with_its_seed(chain: Columns) -> None:
    one, other = (
        bootstrap(MEDIATION, chain, rng=np.random.default_rng(5), samples=200) for _ in range(2)
    )
    assert one == other
    indirect = one.interval("indirect")
    assert 0 < indirect.lower < indirect.est < indirect.upper
    wald = fit_sem(MEDIATION, chain).estimate("indirect", ":=", "a * b")
    assert indirect.se == pytest.approx(wald.se, rel=0.25)


def test_a_bootstrap_of_rows_with_gaps(chain: Columns) -> None:
    found = bootstrap(
        MEDIATION, gappy(chain), rng=np.random.default_rng(6), samples=100, missing="fiml"
    )
    assert found.samples + found.failed == 100
    assert found.interval("a").lower < found.interval("a").est < found.interval("a").upper


def test_too_few_replicates_for_percentiles(chain: Columns) -> None:
    with pytest.raises(TooFewError, match="100 replicates; there are 20"):
        bootstrap(MEDIATION, chain, rng=np.random.default_rng(0), samples=20)


# ---------------------------------------------------------------- drawing


def test_a_diagram_tells_its_coefficients_in_words_and_in_place(chain: Columns) -> None:
    svg = path_diagram(fit_sem(MEDIATION, chain))
    drawing = ET.fromstring(svg)
    names = {element.tag.rpartition("}")[2]: element for element in drawing}
    assert drawing.get("role") == "img"
    assert drawing.get("aria-labelledby") == f"{names['title'].get('id')} {names['desc'].get('id')}"
    assert "m depends on x: ." in names["desc"].text
    texts = {element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"x", "m", "y"} < texts
    assert "currentColor" in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_a_diagram_of_factors_panels_and_groups(factor: Columns) -> None:
    columns = panel(200)
    drawing = ET.fromstring(path_diagram(fit_riclpm(columns, *waves(columns))))
    assert len(drawing.findall(".//{http://www.w3.org/2000/svg}ellipse")) == 10
    assert len(drawing.findall(".//{http://www.w3.org/2000/svg}rect")) == 8
    groups = {**factor, "site": np.array(["R&D", "<b>"] * 100, dtype=object)}
    fit = fit_sem(FACTOR, groups, group="site")
    assert "Path diagram of group &lt;b&gt;" in path_diagram(fit, group="<b>")
    assert path_diagram(fit) != path_diagram(replace(fit, groups=fit.groups[::-1]))
