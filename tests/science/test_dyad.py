"""The actor-partner model and the response surface."""

import math

import numpy as np
import pytest

from rapport.commands.data import read_columns
from rapport.science import dyad
from rapport.science.refusals import (
    BadColumnError,
    ConstantColumnError,
    NoVariationError,
    SingularFitError,
    TooFewError,
)
from tests.rooms.importing.files import EXAMPLES

STUDIES = 400
WIDE = {"predictors": ("xc", "xt"), "outcomes": ("yc", "yt")}


def dyads(rng: np.random.Generator, n: int = 60) -> dict[str, np.ndarray]:
    """Actor effects .5 and .4, partner .2 (on the client) and .1, residuals correlated."""
    x = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], n)
    e = rng.multivariate_normal([0, 0], [[1, 0.3], [0.3, 2]], n)
    y = x @ np.array([[0.5, 0.1], [0.2, 0.4]]) + e
    return {"xc": x[:, 0], "xt": x[:, 1], "yc": y[:, 0], "yt": y[:, 1]}


def test_session_3_of_the_example_as_lavaan_estimates_it() -> None:
    """lavaan's ML errors have divisor n where ours have n − 3."""
    columns = read_columns(EXAMPLES / "sim_dyads_sessions.csv")
    third = {name: values[columns["session"] == 3] for name, values in columns.items()}
    found = dyad.apim(
        third,
        predictors=("alliance_client", "alliance_therapist"),
        outcomes=("quality_client", "quality_therapist"),
        dyad="dyad",
    )
    for effect, estimate, se in (
        (found.actor_client, 0.812159864448965, 0.107699780223565),
        (found.partner_client, 0.015714722367185, 0.092480016316945),
        (found.actor_therapist, 0.568350386271733, 0.0982225752990419),
        (found.partner_therapist, 0.10144654806484, 0.114387412481037),
    ):
        assert effect.estimate == pytest.approx(estimate, abs=1e-6)
        assert effect.se * math.sqrt((found.n - 3) / found.n) == pytest.approx(se, abs=1e-6)
    assert found.n == 175


def test_swapping_the_members_swaps_their_effects() -> None:
    data = dyads(np.random.default_rng(1))
    one = dyad.apim(data, **WIDE)
    other = dyad.apim(data, predictors=("xt", "xc"), outcomes=("yt", "yc"))
    assert one.actor_client.estimate == pytest.approx(other.actor_therapist.estimate)
    assert one.partner_client.estimate == pytest.approx(other.partner_therapist.estimate)
    assert one.actor_difference.t == pytest.approx(-other.actor_difference.t)


def test_intervals_of_actor_and_partner_cover_the_truth() -> None:
    rng = np.random.default_rng(20_261_125)
    truth = {
        "actor_client": 0.5,
        "partner_client": 0.2,
        "actor_therapist": 0.4,
        "partner_therapist": 0.1,
        "actor_difference": 0.1,
        "partner_difference": 0.1,
    }
    held = dict.fromkeys(truth, 0)
    for _ in range(STUDIES):
        found = dyad.apim(dyads(rng), **WIDE)
        for name, value in truth.items():
            held[name] += getattr(found, name).low < value < getattr(found, name).high
    assert all(0.92 <= count / STUDIES <= 0.98 for count in held.values()), held


def test_intervals_of_a1_to_a5_cover_the_truth() -> None:
    rng = np.random.default_rng(20_261_126)
    b = np.array([1, 0.4, 0.2, -0.1, 0.3, -0.2])
    truth = {"a1": 0.6, "a2": 0.0, "a3": 0.2, "a4": -0.6, "a5": 0.1}
    held = dict.fromkeys(truth, 0)
    for _ in range(STUDIES):
        x, y = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 60).T
        z = np.column_stack([np.ones(60), x, y, x * x, x * y, y * y]) @ b
        data = {"x": x + 4, "y": y + 4, "z": z + rng.standard_normal(60)}
        found = dyad.response_surface(data, client="x", therapist="y", outcome="z", centre=4)
        for name, value in truth.items():
            held[name] += found.surface[name].low < value < found.surface[name].high
    assert all(0.92 <= count / STUDIES <= 0.98 for count in held.values()), held


def test_the_curve_does_not_depend_on_the_centre_but_the_slope_does() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((2, 80))
    data = {"x": x, "y": y, "z": x * y + rng.standard_normal(80)}
    near, far = (
        dyad.response_surface(data, client="x", therapist="y", outcome="z", centre=at)
        for at in (0.0, 3.0)
    )
    assert near.surface["a2"].estimate == pytest.approx(far.surface["a2"].estimate)
    assert near.surface["a1"].estimate != pytest.approx(far.surface["a1"].estimate, abs=0.5)


def test_a_dyad_in_several_rows_is_refused() -> None:
    data = {**dyads(np.random.default_rng(3), 20), "dyad": [*range(19), 18]}
    with pytest.raises(BadColumnError, match="'18' in several rows"):
        dyad.apim(data, **WIDE, dyad="dyad")


def test_what_cannot_be_fitted_is_refused() -> None:
    data = dyads(np.random.default_rng(4), 30)
    with pytest.raises(TooFewError, match="10 complete rows; there are 9"):
        dyad.apim({name: values[:9] for name, values in data.items()}, **WIDE)
    with pytest.raises(SingularFitError, match="xc and xt cannot be told apart"):
        dyad.apim({**data, "xt": 2 * data["xc"]}, **WIDE)
    with pytest.raises(ConstantColumnError, match="'xt'"):
        dyad.apim({**data, "xt": np.ones(30)}, **WIDE)
    with pytest.raises(NoVariationError, match="follows exactly"):
        dyad.apim({**data, "yc": data["xc"] + data["xt"]}, **WIDE)
    with pytest.raises(SingularFitError):
        two = {**data, "xc": np.resize([1, 2], 30), "xt": np.resize([1, 2, 2], 30)}
        dyad.response_surface(two, client="xc", therapist="xt", outcome="yc")
