"""``rapport fit mixed``: a linear mixed model, from rows, from many files, or from sums."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from rapport.commands.data import read_columns, refusals_of
from rapport.commands.output import BadInputError, put_json, put_rows, say
from rapport.commands.stats.files import read_sums, sums_of

if TYPE_CHECKING:
    from rapport.science.mixed import MixedFit


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("formula", required=False)
@click.option("--ml", is_flag=True, help="Maximum likelihood instead of REML.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def mixed(*, data: Path, formula: str | None, ml: bool, as_json: bool) -> None:
    """Fit FORMULA, in lme4's notation, to DATA: a CSV or Parquet file.

    A pattern of Parquet files such as "part-*.parquet" is read in one streaming pass; sums that
    `rapport stats` wrote, a .json file, bring their formula with them.

    \b
    Example:
      rapport fit mixed scores.csv "bdi ~ month + treatment + (1 + month | id)" --json
    """
    with refusals_of(data):
        run = _prepared(data, formula, reml=not ml)
        started = perf_counter()
        fit = run()
        seconds = perf_counter() - started
    _say_what_matters(data, fit)
    if as_json:
        put_json(_as_json(fit, seconds))
    else:
        _print(fit)


def _prepared(data: Path, formula: str | None, *, reml: bool) -> Callable[[], MixedFit]:
    """Read the file, and load what is needed: neither is part of the fit's time."""
    import_module("formulae")
    from rapport.science import mixed as models

    if data.suffix == ".json":
        sums = read_sums(data)
        if formula not in (None, sums.formula):
            raise BadInputError(f"{data.name}: holds the sums of {sums.formula!r}")
        return lambda: models.fit_sums(sums, reml=reml)
    if formula is None:
        raise BadInputError("a formula is needed, such as 'bdi ~ month + (1 | id)'")
    if "*" in data.name:
        return lambda: models.fit_sums(sums_of(data, formula), reml=reml)
    columns = read_columns(data)
    return lambda: models.fit(formula, columns, reml=reml)


def _say_what_matters(data: Path, fit: MixedFit) -> None:
    if fit.dropped:
        say(f"{data.name}: {fit.dropped:,} rows left out, in which a value is missing")
    if fit.convergence.singular:
        say(f"{data.name}: a covariance of random effects is at the edge of its space (singular)")


def _as_json(fit: MixedFit, seconds: float) -> dict[str, Any]:
    return {
        "n": fit.n,
        "groups": dict(fit.groups),
        "loglik": fit.loglik,
        "aic": fit.aic,
        "fixed": {
            one.term: {"estimate": one.estimate, "se": one.se, "df": one.df, "p": one.p}
            for one in fit.fixed
        },
        "random": {
            one.group: {"sd": one.sd, "corr": _correlation(one.correlations)} for one in fit.random
        },
        "residual_sd": fit.residual_sd,
        "converged": True,
        "seconds": seconds,
    }


def _correlation(
    found: dict[tuple[str, str], float | None],
) -> float | dict[str, float | None] | None:
    """One number where there is one pair, null where there is none, else each by its names."""
    if len(found) > 1:
        return {",".join(pair): value for pair, value in found.items()}
    return next(iter(found.values()), None)


def _print(fit: MixedFit) -> None:
    put_rows(
        ("fixed effect", "estimate", "SE", "df", "t", "p"),
        [
            (one.term, *(f"{value:.4g}" for value in (one.estimate, one.se, one.df, one.t, one.p)))
            for one in fit.fixed
        ],
    )
    rows = [(one.group, effect, f"{sd:.4g}") for one in fit.random for effect, sd in one.sd.items()]
    put_rows(("varies by", "effect", "SD"), [*rows, ("residual", "", f"{fit.residual_sd:.4g}")])
    kind = "REML" if fit.reml else "ML"
    groups = ", ".join(f"{count:,} {name}" for name, count in fit.groups.items())
    put_rows(
        ("rows", "groups", "log-likelihood", "AIC", "BIC"),
        [(f"{fit.n:,}", groups, f"{fit.loglik:.2f} ({kind})", f"{fit.aic:.2f}", f"{fit.bic:.2f}")],
    )
