"""``rapport fit truth-bias``: how the therapist's ratings follow the client's, over sessions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from rapport.commands.fit.dyads import put_effects
from rapport.commands.output import put_json, say, shown


@click.command("truth-bias")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--client", metavar="COLUMN", required=True, help="Taken as the truth.")
@click.option("--therapist", metavar="COLUMN", required=True, help="On the same scale.")
@click.option("--dyad", metavar="COLUMN", default="dyad", show_default=True, help="Which dyad.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def truth_bias(*, data: Path, client: str, therapist: str, dyad: str, as_json: bool) -> None:
    """Fit the truth-and-bias model. DATA has one row a session.

    \b
    Example:
      rapport fit truth-bias sessions.csv --client alliance_client \\
        --therapist alliance_therapist --json
    """
    from rapport.commands.data import read_columns, refusals_of
    from rapport.science.dyad import truth_and_bias

    columns = read_columns(data)
    with refusals_of(data):
        found = truth_and_bias(columns, dyad=dyad, client=client, therapist=therapist)
    if as_json:
        put_json(asdict(found))
        return
    say(f"{found.n} sessions of {found.dyads} dyads ({found.left_out} sessions left out)")
    say(
        f"dyads differ by {shown(found.direction_sd)} in direction and "
        f"{shown(found.congruence_sd)} in congruence, correlation {shown(found.correlation)}"
    )
    if found.at_the_edge:
        say("at the edge of the model: these data say little about how dyads differ")
    put_effects({"direction of bias": found.direction, "temporal congruence": found.congruence})
