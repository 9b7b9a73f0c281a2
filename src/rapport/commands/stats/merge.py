"""``rapport stats merge``: add the sums of several sites."""

from __future__ import annotations

from pathlib import Path

import click

from rapport.commands.data import refusals_of
from rapport.commands.stats.files import read_sums, write_sums
from rapport.commands.stats.summary import put_summary


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--to", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def merge(*, files: tuple[Path, ...], to: Path, as_json: bool) -> None:
    """Add the sums in FILES, which `rapport stats sums` wrote for one formula.

    \b
    Example:
      rapport stats merge site-a.json site-b.json --to all.json
    """
    from rapport.science import mixed

    with refusals_of(files[0]):
        found = mixed.merge([read_sums(path) for path in files])
    write_sums(to, found)
    put_summary(found, 0, as_json=as_json)
