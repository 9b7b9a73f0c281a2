"""Columns named in short: ``x1..x5`` for x1 to x5, and commas between names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from rapport.commands.output import BadInputError

__all__ = ["columns_named"]

ENDS = re.compile(r"(?P<stem>.*?)(?P<first>\d+)\.\.(?P=stem)(?P<last>\d+)")


def columns_named(text: str) -> list[str]:
    """Return the names that ``text`` stands for; ends the command with 2 where it is no range."""
    return list(chain.from_iterable(_expanded(part.strip()) for part in text.split(",")))


def _expanded(part: str) -> Iterator[str]:
    if ".." not in part:
        yield part
        return
    ends = ENDS.fullmatch(part)
    if ends is None or int(ends["first"]) > int(ends["last"]):
        raise BadInputError(f"{part!r} is no range of columns; x1..x5 is one")
    width = len(ends["first"])
    for number in range(int(ends["first"]), int(ends["last"]) + 1):
        yield f"{ends['stem']}{number:0{width}}"
