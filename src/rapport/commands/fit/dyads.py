"""What the models of dyads share: which rows of a file are used, and a table of effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from rapport.commands.output import BadInputError, put_rows, shown

if TYPE_CHECKING:
    from rapport.science.columns import Columns
    from rapport.science.dyad import Effect

DYAD, SESSION = "dyad", "session"


def one_session(columns: Columns, session: int | None) -> Columns:
    """Only the rows of one session, by the column ``session``; all rows for ``None``."""
    import numpy as np

    from rapport.science.columns import session_numbers

    if session is None:
        return columns
    rows = session_numbers(columns, SESSION) == session
    if not rows.any():
        raise BadInputError(f"There is no session {session} in the column {SESSION!r}.")
    return {name: np.asarray(values)[rows] for name, values in columns.items()}


def dyad_column(columns: Columns, given: str | None) -> str | None:
    """The column named, else ``dyad`` where there is one: then each may have one row only."""
    return given or (DYAD if DYAD in columns else None)


def put_effects(effects: Mapping[str, Effect], model: str | None = None) -> None:
    """A table of effects on stdout, under the model's name where there are several."""
    if model is not None:
        click.echo(model)
    put_rows(
        ("effect", "estimate", "se", "t", "df", "p", "low", "high"),
        [
            (
                name.replace("_", " "),
                *map(shown, (one.estimate, one.se, one.t, one.df, one.p, one.low, one.high)),
            )
            for name, one in effects.items()
        ],
    )
