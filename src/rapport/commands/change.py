"""``rapport change``: reliable and clinical change of everybody in a file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapport.commands.output import BadInputError, put_json, put_rows, say, shown

if TYPE_CHECKING:
    from rapport.science.sample_change import SampleChange


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--pre", metavar="COLUMN", required=True, help="Scores before.")
@click.option("--post", metavar="COLUMN", required=True, help="Scores after.")
@click.option(
    "--sd-source",
    metavar="pre|SD",
    default="pre",
    show_default=True,
    help="The SD behind measurement error: of the scores before, or a published one.",
)
@click.option("--reliability", type=float, required=True, help="In that same sample.")
@click.option(
    "--functional",
    type=(float, float),
    metavar="M SD",
    help="Norms of a functional population: adds the cut-offs and the class of each outcome.",
)
@click.option("--higher-is-better", is_flag=True, help="Follows from --functional where given.")
@click.option(
    "--id", "person", metavar="COLUMN", help="Who each is; the row's number if not given."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def change(
    *,
    data: Path,
    pre: str,
    post: str,
    sd_source: str,
    reliability: float,
    functional: tuple[float, float] | None,
    higher_is_better: bool,
    person: str | None,
    as_json: bool,
) -> None:
    """Say who changed reliably, and with norms who recovered. DATA has one row a person.

    \b
    Example:
      rapport change core10.csv --pre intake --post end --sd-source pre \\
        --reliability 0.9 --functional 4.7 4.8 --json
    """
    from rapport.commands.data import read_columns, refusals_of
    from rapport.science.sample_change import change_of_each

    columns, sd = read_columns(data), _sd(sd_source)
    with refusals_of(data):
        found = change_of_each(
            columns,
            pre=pre,
            post=post,
            reliability=reliability,
            sd=sd,
            functional=functional,
            higher_is_better=higher_is_better,
            person=person,
        )
    if as_json:
        put_json({"sd_source": sd_source, "reliability": reliability, **asdict(found)})
    else:
        _print_table(found)


def _sd(source: str) -> float | None:
    if source == "pre":
        return None
    try:
        return float(source)
    except ValueError:
        raise BadInputError(f"--sd-source is pre or a number, not {source!r}") from None


def _print_table(found: SampleChange) -> None:
    counts = ", ".join(f"{count} {name}" for name, count in sorted(found.counts.items()))
    say(f"{found.n} people ({found.left_out} left out): {counts}")
    if found.cut_offs is not None:
        say(f"cut-off c {shown(found.cut_offs.c)}")
    put_rows(
        ("id", "before", "after", "RCI", "change", "outcome"),
        [
            (
                one.id,
                shown(one.pre),
                shown(one.post),
                shown(one.rci),
                one.verdict,
                one.outcome or "",
            )
            for one in found.people
        ],
    )
