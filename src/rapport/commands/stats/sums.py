"""``rapport stats sums``: what a mixed model needs of a site's rows, and no client's row."""

from __future__ import annotations

from pathlib import Path

import click

from rapport.commands.data import refusals_of
from rapport.commands.output import say
from rapport.commands.stats.files import sums_of, write_sums
from rapport.commands.stats.summary import put_summary


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("formula")
@click.option("--to", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def sums(*, data: Path, formula: str, to: Path, as_json: bool) -> None:
    """Sum the rows of DATA (CSV, Parquet, or a pattern of Parquet files) for FORMULA.

    Clients who share a pattern, such as the sessions they attended, are summed together. Patterns
    of fewer than five clients are left out, so that no client's row can leave the site.

    \b
    Example:
      rapport stats sums scores.csv "bdi ~ session + (1 + session | id)" --to site-a.json
    """
    from rapport.science import mixed

    with refusals_of(data):
        found, suppressed = mixed.suppress(sums_of(data, formula))
    write_sums(to, found)
    if suppressed:
        say(f"{data.name}: {suppressed:,} groups left out, in patterns of fewer than five")
    put_summary(found, suppressed, as_json=as_json)
