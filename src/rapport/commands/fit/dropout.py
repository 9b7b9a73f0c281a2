"""What ``rapport fit cox`` and ``hazard`` share: their options, and a fit's terms in print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from rapport.commands.output import put_rows, say
from rapport.science.dropout import Term
from rapport.science.dropout.rows import Used

Command = Callable[..., Any]


def dropout_options(command: Command) -> Command:
    """Add the file and the columns that every model of dropout reads."""
    for option in reversed(
        (
            click.argument("data", type=click.Path(path_type=Path)),
            click.option("--id", "person", metavar="COLUMN", required=True, help="The client."),
            click.option(
                "--event",
                metavar="COLUMN",
                required=True,
                help="How the row ended: 0 goes on, 1 dropped out, 2 ended as planned.",
            ),
            click.option(
                "--covariates",
                metavar="A,B,C",
                default="",
                help="Columns of numbers, as known at that session.",
            ),
            click.option(
                "--cluster",
                metavar="COLUMN",
                help="Whose clients may be alike, such as the therapist: robust standard errors.",
            ),
            click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout."),
        )
    ):
        command = option(command)
    return command


def split_names(covariates: str) -> tuple[str, ...]:
    """Column names between commas."""
    return tuple(name for name in (part.strip() for part in covariates.split(",")) if name)


def terms_as_json(terms: tuple[Term, ...]) -> dict[str, dict[str, object]]:
    """One entry for each term, under its name."""
    return {
        term.name: {key: value for key, value in asdict(term).items() if key != "name"}
        for term in terms
    }


def say_used(used: Used) -> None:
    """How many rows went in, and what missing values kept out."""
    say(f"{used.events:,} dropouts among {used.people:,} clients in {used.rows:,} rows.")
    if used.left_out:
        lost = f"{used.left_out:,} rows and {used.events_left_out:,} dropouts"
        say(f"Left out for a missing value: {lost}.")


def put_terms(terms: tuple[Term, ...], ratio: str) -> None:
    """The table of terms for people; ``ratio`` names what exp(estimate) is."""
    put_rows(
        ("term", "estimate", "se", "p", ratio, "95 %"),
        [
            (
                term.name,
                f"{term.estimate:.3f}",
                f"{term.robust_se or term.se:.3f}",
                f"{term.p:.2g}",
                "" if term.ratio is None else f"{term.ratio:.2f}",
                f"{term.low:.3f} to {term.high:.3f}",
            )
            for term in terms
        ],
    )
