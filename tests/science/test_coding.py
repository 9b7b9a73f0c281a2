import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.science import coding
from rapport.science.refusals import BadColumnError, BadModelError, NoVariationError, TooFewError

NAN = math.nan
# Four observers, twelve units, five values: the worked example that Krippendorff publishes.
OBSERVERS = {
    "a": [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    "b": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    "c": [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    "d": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
}


@pytest.mark.parametrize(
    ("scale", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_krippendorffs_own_example(scale: coding.Scale, published: float) -> None:
    found = coding.krippendorff_alpha(OBSERVERS, "abcd", scale)
    assert round(found.alpha, 3) == published
    assert (found.units, found.ratings, found.left_out) == (11, 40, 1)
    assert (found.low, found.high, found.draws) == (None, None, 0)


def test_the_bootstrap_follows_its_generator_and_holds_the_estimate() -> None:
    first, again = (
        coding.krippendorff_alpha(
            OBSERVERS, "abcd", "ordinal", draws=200, rng=np.random.default_rng(5)
        )
        for _ in range(2)
    )
    assert first == again
    assert first.low is not None
    assert first.high is not None
    assert first.low < first.alpha < first.high


def test_categories_mean_the_same_whoever_uses_them() -> None:
    words = {"x": ["no", "yes", "yes", None], "y": ["yes", "yes", "yes", "no"]}
    numbers = {"x": [0, 1, 1, NAN], "y": [1, 1, 1, 0]}
    assert coding.fleiss_kappa(words, "xy") == coding.fleiss_kappa(numbers, "xy")
    assert coding.cohen_kappa(words, "xy").left_out == 1


def test_an_unused_category_keeps_its_neighbours_apart() -> None:
    with_gap = {"x": [1, 2, 4, 4], "y": [1, 2, 4, 2]}
    squeezed = {"x": [1, 2, 3, 3], "y": [1, 2, 3, 2]}
    assert coding.weighted_kappa(with_gap, "xy").kappa < coding.weighted_kappa(squeezed, "xy").kappa


def test_of_two_values_every_weight_is_the_same() -> None:
    two = {"x": [1, 2, 2, 1, 2], "y": [1, 2, 1, 1, 2]}
    plain = coding.cohen_kappa(two, "xy")
    assert coding.weighted_kappa(two, "xy", weights="linear").kappa == pytest.approx(plain.kappa)
    assert coding.weighted_kappa(two, "xy").se == pytest.approx(plain.se)


def test_perfect_agreement_is_1_with_no_error_to_show() -> None:
    same = {"x": [1, 2, 3], "y": [1, 2, 3]}
    found = coding.cohen_kappa(same, "xy")
    assert (found.kappa, found.low, found.high) == (1, 1, 1)
    assert coding.krippendorff_alpha(same, "xy", "interval").alpha == 1


def test_one_category_throughout_is_refused() -> None:
    same = {"x": [2.0, 2, 2], "y": [2.0, 2, 2]}
    with pytest.raises(NoVariationError, match="every unit has the same category"):
        coding.cohen_kappa(same, "xy")
    with pytest.raises(NoVariationError):
        coding.weighted_kappa(same, "xy")
    with pytest.raises(NoVariationError):
        coding.fleiss_kappa(same, "xy")
    with pytest.raises(NoVariationError, match="every rating that can be paired"):
        coding.krippendorff_alpha(same, "xy", "ordinal")


def test_what_the_coefficients_need() -> None:
    with pytest.raises(BadModelError, match="compares two coders; 3 were given"):
        coding.cohen_kappa(OBSERVERS, "abc")
    with pytest.raises(TooFewError, match="needs at least 2 coders; there are 1"):
        coding.fleiss_kappa(OBSERVERS, "a")
    with pytest.raises(TooFewError, match="units with two ratings; there are 1"):
        coding.krippendorff_alpha({"x": [1, 2], "y": [1, NAN]}, "xy", "nominal")
    with pytest.raises(TooFewError, match="units rated by every coder; there are 0"):
        coding.fleiss_kappa({"x": [1, NAN], "y": [NAN, 2]}, "xy")


def test_what_a_scale_cannot_hold() -> None:
    with pytest.raises(BadColumnError, match="'y' holds a value below 0"):
        coding.krippendorff_alpha({"x": [1, 2], "y": [1, -2]}, "xy", "ratio")
    with pytest.raises(BadColumnError, match="text where numbers are needed"):
        coding.weighted_kappa({"x": ["a", "b"], "y": ["a", "b"]}, "xy")


RATINGS = st.lists(
    st.tuples(*[st.none() | st.integers(1, 4).map(float)] * 3), min_size=4, max_size=15
)


@given(RATINGS, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_neither_the_order_of_units_nor_of_coders_matters(
    rows: list[tuple[float | None, ...]], scale: coding.Scale
) -> None:
    columns = {name: [row[at] for row in rows] for at, name in enumerate("xyz")}
    turned = {name: values[::-1] for name, values in columns.items()}
    try:
        found = coding.krippendorff_alpha(columns, "xyz", scale)
    except (NoVariationError, TooFewError) as refused:
        with pytest.raises(type(refused)):
            coding.krippendorff_alpha(turned, "zyx", scale)
    else:
        again = coding.krippendorff_alpha(turned, "zyx", scale)
        assert again.alpha == pytest.approx(found.alpha, abs=1e-12)
        assert found.alpha <= 1
