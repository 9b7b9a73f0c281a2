"""What every subcommand says and how it ends: data on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import click


class BadInputError(click.ClickException):
    """The input cannot be used; ends the command with status 2, one fault a line."""

    exit_code = 2

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))

    def show(self, file: IO[Any] | None = None) -> None:
        say(self.message)


class FailedError(BadInputError):
    """Something is not as it should be; ends the command with status 1."""

    exit_code = 1


def say(message: str) -> None:
    """A line for the person at the terminal."""
    click.echo(message, err=True)


def write_file(path: Path, text: str) -> None:
    """Write what a command was asked to leave behind; end it where that cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"{path} cannot be written: {error.strerror}") from None


def put_json(data: object) -> None:
    """One JSON object on stdout: whole, or the command ends where a figure is not finite."""
    try:
        written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise BadInputError(
            "These data lead to figures that are not finite; nothing is shown."
        ) from None
    sys.stdout.write(written + "\n")


def put_rows(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain table on stdout."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def shown(value: object) -> str:
    """A figure for people: four significant digits, nothing for none."""
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
