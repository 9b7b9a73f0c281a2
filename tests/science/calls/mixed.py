"""Linear mixed models, as lme4 and lmerTest have them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rapport.commands.data import read_columns
from rapport.science import mixed


def fitted(data: Path, formula: str, reml: bool) -> dict[str, Any]:
    fit = mixed.fit(formula, read_columns(data), reml=reml)
    return {
        "n": fit.n,
        "loglik": fit.loglik,
        "aic": fit.aic,
        "bic": fit.bic,
        "fixed": {one.term: {"estimate": one.estimate, "se": one.se} for one in fit.fixed},
        "sd": {random.group: random.sd for random in fit.random},
        "residual_sd": fit.residual_sd,
    }


def tests(data: Path, formula: str) -> dict[str, Any]:
    fit = mixed.fit(formula, read_columns(data))
    return {"df": {one.term: one.df for one in fit.fixed}, "corr": together(fit)}


def correlations(data: Path, formula: str) -> list[float | None]:
    return together(mixed.fit(formula, read_columns(data)))


def together(fit: mixed.MixedFit) -> list[float | None]:
    """The correlations of the random effects."""
    return [r for random in fit.random for r in random.correlations.values()]


def effects(data: Path, formula: str, group: str) -> dict[str, Any]:
    found = mixed.effects(mixed.fit(formula, read_columns(data)), group)
    return {
        "labels": list(found.labels),
        "values": dict(zip(found.effects, found.values.T.tolist(), strict=True)),
        "sd": dict(zip(found.effects, found.sd.T.tolist(), strict=True)),
    }


def prediction(data: Path, formula: str, rows: dict[str, list[Any]]) -> dict[str, Any]:
    found = mixed.predict(mixed.fit(formula, read_columns(data)), rows)
    return {"mean": found.mean.tolist(), "se": found.se.tolist(), "sd": found.sd.tolist()}


def compare(data: Path, smaller: str, larger: str) -> dict[str, Any]:
    columns = read_columns(data)
    small, large = (mixed.fit(formula, columns, reml=False) for formula in (smaller, larger))
    ratio = mixed.compare(small, large)
    return {"chisq": ratio.chisq, "df": ratio.df, "p": ratio.p}


CALLS: dict[str, Callable[..., object]] = {
    "mixed_fit": fitted,
    "mixed_tests": tests,
    "mixed_correlations": correlations,
    "mixed_effects": effects,
    "mixed_prediction": prediction,
    "mixed_compare": compare,
}
