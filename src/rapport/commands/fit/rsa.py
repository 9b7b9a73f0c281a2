"""``rapport fit rsa``: the response surface of an outcome over two ratings."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from rapport.commands.fit.dyads import dyad_column, one_session, put_effects
from rapport.commands.output import put_json, say, shown


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--client", metavar="COLUMN", required=True, help="The client's rating.")
@click.option("--therapist", metavar="COLUMN", required=True, help="The therapist's, same scale.")
@click.option("--outcome", metavar="COLUMN", required=True)
@click.option(
    "--centre",
    type=click.FloatRange(-1e100, 1e100),
    help="Taken from both; the mean of all unless given.",
)
@click.option("--dyad", metavar="COLUMN", help="Which dyad; the column dyad if there is one.")
@click.option("--session", type=int, metavar="N", help="Only this session of a file of sessions.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def rsa(
    *,
    data: Path,
    client: str,
    therapist: str,
    outcome: str,
    centre: float | None,
    dyad: str | None,
    session: int | None,
    as_json: bool,
) -> None:
    """Fit a response surface. DATA has one row a dyad, or --session chooses it.

    \b
    Example:
      rapport fit rsa sessions.csv --session 3 --client alliance_client \\
        --therapist alliance_therapist --outcome symptom --centre 4 --json
    """
    from rapport.commands.data import read_columns, refusals_of
    from rapport.science.dyad import response_surface

    every = read_columns(data)
    with refusals_of(data):
        columns = one_session(every, session)
        found = response_surface(
            columns,
            client=client,
            therapist=therapist,
            outcome=outcome,
            centre=centre,
            dyad=dyad_column(columns, dyad),
        )
    if as_json:
        put_json(asdict(found))
        return
    say(f"{found.n} dyads ({found.left_out} left out), both ratings less {shown(found.centre)}")
    say(f"curved at all: F {shown(found.curved_f)}, p {shown(found.curved_p)}")
    put_effects({**found.coefficients, **found.surface})
