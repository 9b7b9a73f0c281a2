"""What one cell of text means: a name, a number, a date. Each says what it wanted instead."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
WHOLE = re.compile(r"\d{1,6}(\.0+)?", re.ASCII)
LONGEST_NAME = 64


class BadCellError(ValueError):
    """Why a cell cannot be taken."""


def shown(text: str) -> str:
    """A cell's text, short and harmless enough to print in a message."""
    return repr(text if len(text) <= 40 else text[:39] + "…")


def as_name(text: str) -> str:
    """An identifier of a relationship or a therapist."""
    if not text:
        raise BadCellError("is empty")
    if len(text) > LONGEST_NAME:
        raise BadCellError(f"has {len(text)} characters; at most {LONGEST_NAME} are kept")
    if text[0] in "=+-@":
        raise BadCellError(f"{shown(text)} starts like a formula that a spreadsheet would run")
    if not text.isprintable():
        raise BadCellError(f"{shown(text)} holds a character that cannot be printed")
    return text


def as_number(text: str, *, decimal: str) -> float:
    """A finite number, written with the decimal mark that the mapping names."""
    plain = text if decimal == "." else text.replace(decimal, ".") if "." not in text else "?"
    if not NUMBER.fullmatch(plain):
        hint = ""
        if decimal == "." and NUMBER.fullmatch(text.replace(",", ".")):
            hint = '; if the file writes decimals with a comma, say decimal = "," in the mapping'
        raise BadCellError(f"{shown(text)} is not a number{hint}")
    value = float(plain)
    if not math.isfinite(value):
        raise BadCellError(f"{shown(text)} is too large to be a rating")
    return value


def as_session(text: str) -> int:
    """A session number: 1, 2, … (``3.0`` is read as 3, as some programs write it)."""
    if not WHOLE.fullmatch(text) or int(float(text)) < 1:
        raise BadCellError(f"{shown(text)} is not a session number; sessions count 1, 2, 3 …")
    return int(float(text))


def as_date(text: str, *, pattern: str) -> date:
    """A day, written as the mapping says."""
    try:
        day = datetime.strptime(text, pattern).date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        example = date(2026, 3, 31).strftime(pattern)
        raise BadCellError(f"{shown(text)} is not a date; write it like {example}") from None
    if day.year < 1900:
        raise BadCellError(f"{shown(text)} lies before 1900")
    return day


def as_yes_or_no(text: str) -> bool:
    """1 or 0; nothing is 0."""
    if text not in {"", "0", "1"}:
        raise BadCellError(f"{shown(text)} is neither 0 nor 1")
    return text == "1"
