"""Files of rows turned into sums, and files of sums."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rapport.commands.data import read_columns
from rapport.commands.output import BadInputError, write_file

if TYPE_CHECKING:
    import polars as pl

    from rapport.science.mixed import Sums

FORMAT = "rapport sums 1"


def sums_of(data: Path, formula: str) -> Sums:
    """The sums of a CSV file, a Parquet file, or all Parquet files of a pattern.

    Parquet files in which no group occurs twice are read one by one, which needs less memory.
    """
    from rapport.science import mixed

    if data.suffix != ".parquet":
        return mixed.sums([_table(data)], formula)
    return mixed.sums(_parts(data, formula), formula)


def _table(data: Path) -> pl.LazyFrame:
    import polars as pl

    columns = read_columns(data)
    return pl.LazyFrame(
        {
            name: pl.Series(values.tolist(), dtype=pl.String) if values.dtype == object else values
            for name, values in columns.items()
        }
    )


def _parts(data: Path, formula: str) -> list[pl.LazyFrame]:
    import polars as pl

    from rapport.science.mixed.formula import read

    paths = sorted(data.parent.glob(data.name))
    if not paths:
        raise BadInputError(f"{data}: no such file")
    group = read(formula).random[0].factors[0]
    try:
        parts = [pl.scan_parquet(path) for path in paths]
        if any(group not in part.collect_schema() for part in parts):
            return parts
        spans = [part.select(low=pl.col(group).min(), high=pl.col(group).max()) for part in parts]
        ends = sorted(frame.row(0) for frame in pl.collect_all(spans, engine="streaming"))
    except (OSError, TypeError, pl.exceptions.PolarsError) as error:
        raise BadInputError(f"{data}: cannot be read as Parquet: {error}") from None
    apart = all(ends[at][1] < ends[at + 1][0] for at in range(len(ends) - 1))
    return parts if apart else [pl.concat(parts)]


def write_sums(path: Path, sums: Sums) -> None:
    """Write sums as JSON; of symmetric matrices the lower triangle."""
    data = {
        "format": FORMAT,
        "formula": sums.formula,
        "fixed": sums.fixed,
        "group": sums.group,
        "effects": sums.effects,
        "free": sums.free.tolist(),
        "columns": sums.columns.tolist(),
        "dropped": sums.dropped,
        "groups": sums.groups.tolist(),
        "rows": sums.rows.tolist(),
        **{name: _lower(getattr(sums, name)) for name in ("own", "squares", "total")},
    }
    write_file(path, json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")


def read_sums(path: Path) -> Sums:
    """Read what :func:`write_sums` wrote, or end the command with status 2."""
    from rapport.science.mixed import Sums

    try:
        data = json.loads(path.read_text())
        if data["format"] != FORMAT:
            raise BadInputError(f"{path.name}: its format is not {FORMAT!r}")
        return Sums(
            formula=data["formula"],
            fixed=tuple(data["fixed"]),
            group=data["group"],
            effects=tuple(data["effects"]),
            free=np.array(data["free"], dtype=bool),
            columns=np.array(data["columns"], dtype=np.intp),
            own=_whole(data["own"]),
            groups=np.array(data["groups"], dtype=float),
            rows=np.array(data["rows"], dtype=float),
            squares=_whole(data["squares"]),
            total=_whole(data["total"]),
            dropped=int(data["dropped"]),
        )
    except OSError:
        raise BadInputError(f"{path.name}: no such file") from None
    except (ValueError, KeyError, TypeError):
        raise BadInputError(f"{path.name}: does not hold sums of `rapport stats`") from None


def _lower(stack: Any) -> list[list[float]]:
    rows, columns = np.tril_indices(stack.shape[1])
    found: list[list[float]] = stack[:, rows, columns].tolist()
    return found


def _whole(lower: list[list[float]]) -> Any:
    entries = np.array(lower, dtype=float)
    size = int((2 * entries.shape[1]) ** 0.5)
    rows, columns = np.tril_indices(size)
    found = np.empty((len(entries), size, size))
    found[:, rows, columns] = found[:, columns, rows] = entries
    return found
