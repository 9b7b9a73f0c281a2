"""Data files of the model commands: CSV or Parquet to named columns, or a clear refusal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rapport.commands.output import BadInputError
from rapport.measures.sessions_file.faults import BadFileError, Fault, Faults
from rapport.measures.sessions_file.table import read_table
from rapport.science.change import ChangeError
from rapport.science.refusals import RefusedFitError

LARGEST = 1e100
"""Beyond it squares overflow, and no measure of people comes near it."""
MISSING = frozenset(("", "NA", "NaN", "nan", "null", "."))


def read_columns(path: Path) -> dict[str, NDArray[np.generic]]:
    """Every column of a CSV or Parquet file: floats with NaN, or text with ``None``.

    A column of a CSV file in which most cells are numbers is a column of numbers; each other
    cell in it is a fault, named by line and column. Ends the command with status 2 on any.
    """
    try:
        return _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    except BadFileError as error:
        raise BadInputError(*error.lines()) from None


@contextmanager
def refusals_of(path: Path) -> Iterator[None]:
    """Let a model's refusal end the command with status 2, with the file's name before it."""
    try:
        yield
    except (RefusedFitError, ChangeError) as error:
        raise BadInputError(f"{path.name}: {error}") from None


def _csv(path: Path) -> dict[str, NDArray[np.generic]]:
    table = read_table(path)
    faults = Faults(table.name)
    lines = [line for line, _ in table.rows]
    columns: dict[str, NDArray[np.generic]] = {
        name: _column(name, [cells[at] for _, cells in table.rows], lines, faults)
        for at, name in enumerate(table.header)
    }
    faults.refuse_if_any()
    return columns


def _column(name: str, cells: list[str], lines: list[int], faults: Faults) -> NDArray[np.generic]:
    found = [None if cell in MISSING else _number(cell) for cell in cells]
    wrong = [at for at, value in enumerate(found) if value is not None and math.isnan(value)]
    given = sum(value is not None for value in found)
    if given and 2 * len(wrong) >= given:
        return np.array([None if cell in MISSING else cell for cell in cells], dtype=object)
    for at in wrong:
        faults.add(lines[at], name, f"{cells[at]!r} is not a number that can be used")
    return np.array([math.nan if value is None else value for value in found])


def _number(cell: str) -> float:
    """NaN stands for a cell that is no number, or one beyond use."""
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if abs(value) <= LARGEST else math.nan


def _parquet(path: Path) -> dict[str, NDArray[np.generic]]:
    import polars

    try:
        frame = polars.read_parquet(path)
    except (OSError, polars.exceptions.PolarsError):
        why = "is not there or is not a Parquet file"
        raise BadFileError(path.name, [Fault(None, None, why)]) from None
    faults = Faults(path.name)
    columns: dict[str, NDArray[np.generic]] = {}
    for column in frame.get_columns():
        if column.dtype.is_nested():
            continue  # a list in a cell is nothing that a model reads
        if column.dtype.is_numeric() or column.dtype == polars.Boolean:
            values = column.cast(polars.Float64).fill_null(math.nan).to_numpy()
            for at in np.flatnonzero(np.abs(values) > LARGEST)[:1]:
                faults.add(
                    int(at) + 1, column.name, f"{values[at]} is not a number that can be used"
                )
            columns[column.name] = values
        else:
            columns[column.name] = np.array(column.cast(polars.String).to_list(), dtype=object)
    faults.refuse_if_any()
    return columns
