"""The permission table of ``docs/reference/permissions.md``, read as data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.http import HttpResponse

from tests.house.routes import ACTORS

TABLE = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"
SIGN_IN = "sign in"


@dataclass(frozen=True)
class Row:
    """One route and method: what each actor is answered."""

    route: str
    method: str
    answers: dict[str, str]


def rows() -> list[Row]:
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("| `/")]
    return [_row(line) for line in lines]


def _row(line: str) -> Row:
    route, method, *answers = (cell.strip() for cell in line.strip("|").split("|"))
    return Row(route.strip("`"), method, dict(zip(ACTORS, answers, strict=True)))


def told(answer: HttpResponse) -> str:
    """An answer as the table writes it."""
    if answer.status_code == 302 and answer["Location"].startswith("/account/login/?"):
        return SIGN_IN
    if answer.status_code == 302 and answer["Location"] == "/account/login/":
        return SIGN_IN
    return str(answer.status_code)
