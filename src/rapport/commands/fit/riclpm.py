"""``rapport fit riclpm``: two variables over waves, within persons."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from rapport.commands.data import read_columns, refusals_of
from rapport.commands.fit.column_range import columns_named
from rapport.commands.fit.sem import put_fit
from rapport.commands.output import write_file


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--x", required=True, metavar="COLUMNS", help="One a wave, as x1..x5 or a,b,c.")
@click.option("--y", required=True, metavar="COLUMNS")
@click.option("--invariant", is_flag=True, help="Lagged effects are the same at all waves.")
@click.option("--missing", type=click.Choice(["listwise", "fiml"]), default="listwise")
@click.option("--estimator", type=click.Choice(["ml", "mlr"]), default="ml", help="mlr is robust.")
@click.option("--diagram", type=click.Path(path_type=Path), help="Write a path diagram as SVG.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def riclpm(*, data: Path, x: str, y: str, diagram: Path | None, as_json: bool, **how: Any) -> None:
    """Fit a random-intercept cross-lagged panel model to DATA, one row a person.

    \b
    Example:
      rapport fit riclpm panel.csv --x alliance1..alliance5 --y distress1..distress5 --invariant
    """
    from rapport.science.sem import fit_riclpm, path_diagram

    columns, how["estimator"] = read_columns(data), how["estimator"].upper()
    begun = time.perf_counter()
    with refusals_of(data):
        fit = fit_riclpm(columns, columns_named(x), columns_named(y), **how)
    seconds = time.perf_counter() - begun
    if diagram:
        write_file(diagram, path_diagram(fit))
    put_fit(fit, seconds, as_json=as_json)
