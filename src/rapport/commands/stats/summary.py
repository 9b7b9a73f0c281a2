"""What a file of sums holds, for the person at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.commands.output import put_json, put_rows

if TYPE_CHECKING:
    from rapport.science.mixed import Sums


def put_summary(sums: Sums, suppressed: int, *, as_json: bool) -> None:
    """Rows, groups and patterns, and how many groups were left out."""
    rows, groups, patterns = int(sums.rows.sum()), int(sums.groups.sum()), len(sums.groups)
    if as_json:
        put_json(
            {
                "formula": sums.formula,
                "n": rows,
                "groups": {sums.group: groups},
                "patterns": patterns,
                "suppressed": suppressed,
            }
        )
        return
    put_rows(
        ("rows", sums.group, "patterns", "left out"),
        [(f"{rows:,}", f"{groups:,}", f"{patterns:,}", f"{suppressed:,}")],
    )
