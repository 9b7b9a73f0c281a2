"""What every subcommand says and how it ends: data on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from typing import NoReturn

import click

BAD_INPUT = 2


def say(message: str) -> None:
    """A line for the person at the terminal."""
    click.echo(message, err=True)


def put_json(data: object) -> None:
    """One JSON object on stdout; a NaN would be a fault in the code."""
    json.dump(data, sys.stdout, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    sys.stdout.write("\n")


def refuse(lines: list[str]) -> NoReturn:
    """Say what is wrong with the input and end with status 2."""
    for line in lines:
        say(line)
    raise click.exceptions.Exit(BAD_INPUT)
