"""Measure how often intervals of agreement and reliability hold the truth.

    python bench/bench_coding.py [--studies 1000]

Coders see one of three categories for what it is with probability .75 and otherwise guess by its
frequency, so that every coefficient's true value follows from their joint table. 100 units; two
coders for Cohen's kappa, four for Fleiss' and Krippendorff's, where a fifth of ratings is missing
for alpha. Reliabilities: 60 units by four raters, 150 people by six items.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rapport.science import coding, reliability

SEED = 20_261_125
SHARES = np.array([0.5, 0.3, 0.2])
SEEN = 0.75
Rng = np.random.Generator
Columns = dict[str, NDArray[np.float64]]
Bounds = tuple[float | None, float | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=1000)
    studies = parser.parse_args().studies
    rng = np.random.default_rng(SEED)
    for name, truth, study in STUDIES:
        begun = time.perf_counter()
        held = 0
        for _ in range(studies):
            low, high = study(rng)
            held += low is not None and high is not None and low <= truth <= high
        each = (time.perf_counter() - begun) / studies * 1e3
        print(
            f"{name}: truth {truth:.3f}, held in {held / studies:.3f} of {studies}, {each:.1f} ms"
        )


def true_kappa(power: int) -> float:
    """From the joint table of two coders; power 0 gives all differences the same weight."""
    given = SEEN * np.eye(3) + (1 - SEEN) * SHARES
    table = (given * SHARES[:, None]).T @ given
    apart = np.abs(np.subtract.outer(np.arange(3), np.arange(3))).astype(float)
    lost = apart**power if power else (apart > 0).astype(float)
    return 1 - float((lost * table).sum() / (lost * np.outer(SHARES, SHARES)).sum())


def codes(rng: Rng, coders: int, missing: float = 0) -> Columns:
    true = rng.choice(3, 100, p=SHARES)
    found = {}
    for name in "abcd"[:coders]:
        guessed = rng.choice(3, 100, p=SHARES)
        rated = np.where(rng.random(100) < SEEN, true, guessed).astype(float)
        rated[rng.random(100) < missing] = np.nan
        found[name] = rated
    return found


def cohen(rng: Rng) -> Bounds:
    found = coding.cohen_kappa(codes(rng, 2), "ab")
    return found.low, found.high


def weighted(rng: Rng) -> Bounds:
    found = coding.weighted_kappa(codes(rng, 2), "ab")
    return found.low, found.high


def fleiss(rng: Rng) -> Bounds:
    found = coding.fleiss_kappa(codes(rng, 4), "abcd")
    return found.low, found.high


def alpha_of(scale: coding.Scale) -> Callable[[Rng], Bounds]:
    def study(rng: Rng) -> Bounds:
        data = codes(rng, 4, missing=0.2)
        found = coding.krippendorff_alpha(data, "abcd", scale, draws=500, rng=rng)
        return found.low, found.high

    return study


def icc_of(form: reliability.IccForm) -> Callable[[Rng], Bounds]:
    """Units of variance 1, raters of .25, error of 1."""

    def study(rng: Rng) -> Bounds:
        rated = rng.standard_normal((60, 1)) + rng.standard_normal((60, 4))
        if form.startswith("A"):
            rated = rated + 0.5 * rng.standard_normal((1, 4))
        found = reliability.icc(dict(zip("abcd", rated.T, strict=True)), "abcd", form)
        return found.low, found.high

    return study


def items(rng: Rng, loadings: tuple[float, ...]) -> Columns:
    factor = rng.standard_normal((150, 1))
    answers = factor * loadings + rng.standard_normal((150, 6)) * np.sqrt(1 - np.square(loadings))
    return dict(zip("abcdef", answers.T, strict=True))


def cronbach(rng: Rng) -> Bounds:
    found = reliability.cronbach_alpha(items(rng, (0.6,) * 6), "abcdef")
    return found.low, found.high


UNLIKE = (0.8, 0.7, 0.6, 0.6, 0.5, 0.4)


def omega(rng: Rng) -> Bounds:
    found = reliability.mcdonald_omega(items(rng, UNLIKE), "abcdef")
    return found.low, found.high


def true_omega(loadings: tuple[float, ...]) -> float:
    common = sum(loadings) ** 2
    return common / (common + sum(1 - one**2 for one in loadings))


STUDIES: tuple[tuple[str, float, Callable[[Rng], Bounds]], ...] = (
    ("Cohen's kappa", true_kappa(0), cohen),
    ("weighted kappa", true_kappa(2), weighted),
    ("Fleiss' kappa", true_kappa(0), fleiss),
    ("alpha, nominal", true_kappa(0), alpha_of("nominal")),
    ("alpha, interval", true_kappa(2), alpha_of("interval")),
    ("ICC(1,1)", 0.5, icc_of("1,1")),
    ("ICC(A,1)", 1 / 2.25, icc_of("A,1")),
    ("ICC(C,k)", 0.8, icc_of("C,k")),
    ("Cronbach's alpha", true_omega((0.6,) * 6), cronbach),
    ("McDonald's omega", true_omega(UNLIKE), omega),
)


if __name__ == "__main__":
    main()
