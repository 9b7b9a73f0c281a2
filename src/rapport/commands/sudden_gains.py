"""``rapport sudden-gains``: large, lasting gains between two sessions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapport.commands.output import put_json, put_rows, say, shown

if TYPE_CHECKING:
    from rapport.science.columns import Columns
    from rapport.science.sample_gains import SampleGains, Series


@click.command("sudden-gains")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--cutoff", type=float, required=True, help="Least gain, in scale units.")
@click.option("--id", "person", metavar="COLUMN", default="id", show_default=True, help="Who.")
@click.option("--session", metavar="COLUMN", default="session", show_default=True, help="Which.")
@click.option("--score", metavar="COLUMN", default="score", show_default=True, help="The scale.")
@click.option("--higher-is-better", is_flag=True, help="Direction of the scale.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def sudden_gains(
    *,
    data: Path,
    cutoff: float,
    person: str,
    session: str,
    score: str,
    higher_is_better: bool,
    as_json: bool,
) -> None:
    """Find sudden gains. DATA has one row a session; without a session column, one row a
    person and the sessions' scores in its columns, in order.

    \b
    Example:
      rapport sudden-gains sessions.csv --cutoff 7 --id dyad --score symptom --json
    """
    from rapport.commands.data import read_columns, refusals_of
    from rapport.science.sample_gains import gains_of_each, long_series

    columns = read_columns(data)
    with refusals_of(data):
        series = (
            long_series(columns, person=person, session=session, score=score)
            if session in columns
            else _wide(columns, person)
        )
        found = gains_of_each(series, cutoff=cutoff, higher_is_better=higher_is_better)
    if as_json:
        put_json({"cutoff": cutoff, **asdict(found)})
    else:
        _print_table(found)


def _wide(columns: Columns, person: str) -> Series:
    from rapport.science.sample_gains import wide_series

    scores = [name for name in columns if name != person]
    return wide_series(columns, scores, person=person if person in columns else None)


def _print_table(found: SampleGains) -> None:
    say(f"{found.n} people ({found.left_out} left out), {found.with_gain} with a sudden gain")
    put_rows(
        ("id", "after session", "before", "after", "gain"),
        [
            (one.id, str(gain.at + 1), shown(gain.before), shown(gain.after), shown(gain.gain))
            for one in found.people
            for gain in one.gains
        ],
    )
