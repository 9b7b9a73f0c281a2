"""``rapport fit apim``: what each member's rating does to both members' outcomes."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import click

from rapport.commands.fit.dyads import dyad_column, one_session, put_effects
from rapport.commands.output import put_json, say, shown


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--predictors", type=(str, str), metavar="CLIENT THERAPIST", required=True)
@click.option("--outcomes", type=(str, str), metavar="CLIENT THERAPIST", required=True)
@click.option("--dyad", metavar="COLUMN", help="Which dyad; the column dyad if there is one.")
@click.option("--session", type=int, metavar="N", help="Only this session of a file of sessions.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def apim(
    *,
    data: Path,
    predictors: tuple[str, str],
    outcomes: tuple[str, str],
    dyad: str | None,
    session: int | None,
    as_json: bool,
) -> None:
    """Fit the actor-partner model. DATA has one row a dyad, or --session chooses it.

    \b
    Example:
      rapport fit apim sessions.csv --session 3 \\
        --predictors alliance_client alliance_therapist \\
        --outcomes quality_client quality_therapist --json
    """
    from rapport.commands.data import read_columns, refusals_of
    from rapport.science.dyad import Effect
    from rapport.science.dyad import apim as fit

    every = read_columns(data)
    with refusals_of(data):
        columns = one_session(every, session)
        found = fit(
            columns,
            predictors=predictors,
            outcomes=outcomes,
            dyad=dyad_column(columns, dyad),
        )
    if as_json:
        put_json(asdict(found))
        return
    say(f"{found.n} dyads ({found.left_out} left out)")
    say(f"correlation of predictors {shown(found.predictor_correlation)}")
    say(f"correlation of residuals {shown(found.residual_correlation)}")
    effects = {field.name: getattr(found, field.name) for field in fields(found)}
    put_effects({name: one for name, one in effects.items() if isinstance(one, Effect)})
