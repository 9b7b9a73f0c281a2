"""``rapport coders``: how far coders agree on a file of units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from rapport.commands.output import put_json, put_rows, say, shown

if TYPE_CHECKING:
    from rapport.science.coding import Kappa, KrippendorffAlpha, Scale, Weights
    from rapport.science.columns import Columns
    from rapport.science.reliability import Reliability

SCALES = ("nominal", "ordinal", "interval", "ratio")
METHODS = ("cohen", "weighted", "fleiss", *(f"alpha-{scale}" for scale in SCALES), "icc-a1")
UNITS = ("unit", "id")


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--method", type=click.Choice(METHODS), required=True, help="Which coefficient.")
@click.option(
    "--coders",
    metavar="A,B,…",
    help="The coders' columns, unless they are all but one named unit or id.",
)
@click.option(
    "--weights",
    type=click.Choice(("linear", "quadratic")),
    default="quadratic",
    show_default=True,
    help="For --method weighted.",
)
@click.option(
    "--draws",
    type=click.IntRange(min=0),
    default=1000,
    show_default=True,
    help="Resamples for the interval of Krippendorff's alpha.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of those resamples."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def coders(
    *,
    data: Path,
    method: str,
    coders: str | None,
    weights: Weights,
    draws: int,
    seed: int,
    as_json: bool,
) -> None:
    """Say how far coders agree. DATA has one row a unit and one column a coder.

    \b
    Example:
      rapport coders codes.csv --method alpha-ordinal --coders ann,bo,cy --json
    """
    from rapport.commands.data import read_columns, refusals_of

    columns = read_columns(data)
    names = coders.split(",") if coders else [name for name in columns if name not in UNITS]
    if not coders:
        say(f"{data.name}: comparing {', '.join(names)}")
    with refusals_of(data):
        found = asdict(_agreement(method, columns, names, weights=weights, draws=draws, seed=seed))
    if as_json:
        put_json({"method": method, "coders_compared": names, **found})
    else:
        put_rows(("", method), [(name, shown(value)) for name, value in found.items()])


def _agreement(
    method: str, columns: Columns, names: Sequence[str], *, weights: Weights, draws: int, seed: int
) -> Kappa | KrippendorffAlpha | Reliability:
    import numpy as np

    from rapport.science import coding, reliability

    match method:
        case "cohen":
            return coding.cohen_kappa(columns, names)
        case "weighted":
            return coding.weighted_kappa(columns, names, weights=weights)
        case "fleiss":
            return coding.fleiss_kappa(columns, names)
        case "icc-a1":
            return reliability.icc(columns, names, "A,1")
    scale = cast("Scale", method.removeprefix("alpha-"))
    rng = np.random.default_rng(seed)
    return coding.krippendorff_alpha(columns, names, scale, draws=draws, rng=rng)
