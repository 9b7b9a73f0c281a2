"""``rapport fit lagged``: what goes before what, from one session to the next."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapport.commands.fit.dyads import put_effects
from rapport.commands.output import put_json, say, shown

if TYPE_CHECKING:
    from rapport.science.columns import Columns
    from rapport.science.dyad import CentredLag, LaggedEffects, LaggedPaths


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--x", metavar="COLUMN", required=True, help="One variable, such as the alliance.")
@click.option("--y", metavar="COLUMN", required=True, help="The other, such as symptoms.")
@click.option("--dyad", metavar="COLUMN", default="dyad", show_default=True, help="Whose session.")
@click.option("--session", metavar="COLUMN", default="session", show_default=True, help="Which.")
@click.option(
    "--sessions",
    type=click.IntRange(min=4),
    default=5,
    show_default=True,
    help="How many are modelled, from the first.",
)
@click.option("--centred", is_flag=True, help="Add the person-mean-centred model: biased.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def lagged(
    *,
    data: Path,
    x: str,
    y: str,
    dyad: str,
    session: str,
    sessions: int,
    centred: bool,
    as_json: bool,
) -> None:
    """Fit the RI-CLPM and its detrended twin. DATA has one row a session.

    \b
    Example:
      rapport fit lagged sessions.csv --x alliance_client --y symptom --sessions 6 --json
    """
    from rapport.commands.data import read_columns, refusals_of
    from rapport.science.dyad import lagged_effects

    columns = read_columns(data)
    with refusals_of(data):
        found = lagged_effects(columns, dyad=dyad, session=session, x=x, y=y, sessions=sessions)
        by_means = _by_means(columns, dyad, session, x, y) if centred else {}
    if by_means:
        say(by_means["y_after_x"].warning)
    if as_json:
        beside = {name: asdict(one) for name, one in by_means.items()}
        put_json({**asdict(found), **({"person_mean_centred": beside} if beside else {})})
    else:
        _print(found, by_means)


def _by_means(columns: Columns, dyad: str, session: str, x: str, y: str) -> dict[str, CentredLag]:
    from rapport.science.dyad import person_mean_centred

    def lag(predictor: str, outcome: str) -> CentredLag:
        return person_mean_centred(
            columns, dyad=dyad, session=session, predictor=predictor, outcome=outcome
        )

    return {"y_after_x": lag(x, y), "x_after_y": lag(y, x)}


def _print(found: LaggedEffects, by_means: dict[str, CentredLag]) -> None:
    say(f"{found.n} dyads, sessions 1 to {found.sessions} ({found.later} later rows not used)")
    _print_model("RI-CLPM", found.riclpm)
    if found.detrended is None:
        say(f"detrended: {found.detrended_refused}")
    else:
        _print_model("detrended", found.detrended)
    for name, one in by_means.items():
        effects = ("within", "between", "autoregression", "time")
        of_each = {effect: getattr(one, effect) for effect in effects}
        put_effects(of_each, f"centred, {name.replace('_', ' ')}")


def _print_model(name: str, model: LaggedPaths) -> None:
    say(
        f"{name}: χ² {shown(model.chisq)} on {model.df}, CFI {shown(model.cfi)}, "
        f"RMSEA {shown(model.rmsea)}, correlation between dyads {shown(model.between.correlation)}"
    )
    for note in model.notes:
        say(f"{name}: {note}")
    within = {one.name: getattr(model.within, one.name) for one in fields(model.within)}
    put_effects(within, name)
