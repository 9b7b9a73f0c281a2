"""Files and options that lead nowhere: status 2, a line that says so, and nothing on stdout."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars
import pytest
from click.testing import CliRunner

from rapport.cli import main

PATHS = "y ~ b*x\nk := {}\n"


def data(folder: Path, *rows: str, header: str = "id,t,x,y") -> str:
    path = folder / "data.csv"
    path.write_text("\n".join((header, *rows)) + "\n")
    return str(path)


def some(folder: Path) -> str:
    rng = np.random.default_rng(3)
    x = rng.normal(size=60)
    y = 0.5 * x + rng.normal(size=60)
    rows = [f"{n // 6},{n % 6},{a},{b}" for n, (a, b) in enumerate(zip(x, y, strict=True))]
    return data(folder, *rows)


def refused(*words: str) -> str:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("expression", ["1/(b-b)", "10000^10000", "sqrt(b-5)", "log(b-b)"], ids=str)
def test_what_cannot_be_computed_is_named(tmp_path: Path, expression: str) -> None:
    model = tmp_path / "m.lav"
    model.write_text(PATHS.format(expression))
    for more in ([], ["--json"]):
        said = refused("fit", "sem", str(model), some(tmp_path), *more)
        assert "value" in said


@pytest.mark.parametrize("cell", ["1e200", "-1e308", "inf"])
def test_numbers_beyond_use_are_named_by_line_and_column(tmp_path: Path, cell: str) -> None:
    path = data(tmp_path, "1,1,2,3", f"1,2,{cell},4", "2,1,3,5", "2,2,4,4")
    assert "line 3, column 'x'" in refused("fit", "mixed", path, "y ~ x + (1|id)", "--json")


def test_a_list_in_a_parquet_file_is_left_aside(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    frame = polars.read_csv(some(tmp_path)).with_columns(tags=polars.lit([1, 2]))
    frame.write_parquet(path)
    done = CliRunner().invoke(main, ["fit", "mixed", str(path), "y ~ x + (1|id)", "--json"])
    assert done.exit_code == 0, done.stderr
    assert "'tags' is not among the columns" in refused(
        "fit", "mixed", str(path), "y ~ tags + (1|id)"
    )


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    model = tmp_path / "m.lav"
    model.write_text("y ~ x\n")
    nowhere = str(tmp_path / "no" / "where.svg")
    assert "cannot be written" in refused(
        "fit", "sem", str(model), some(tmp_path), "--diagram", nowhere
    )


@pytest.mark.parametrize(
    "words",
    [
        (
            "fit",
            "rsa",
            "{}",
            *["--dyad=id", "--client=x", "--therapist=y", "--outcome=t", "--centre=nan"],
        ),
        ("fit", "sem", "{}", "{}", "--bootstrap", "10", "--seed", "-1"),
        ("synchrony", "{}", "{}", "--hz", "1e300"),
    ],
    ids=["centre", "seed", "hz"],
)
def test_options_beyond_use_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    path = some(tmp_path)
    refused(*(word.format(path) for word in words))
