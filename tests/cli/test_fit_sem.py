"""`rapport fit sem` and `rapport fit riclpm`, through click's runner."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from rapport.cli import main
from tests.rooms.importing.files import write

DATA = Path(__file__).parents[1] / "science" / "reference" / "data"
CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


def fit(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["fit", *map(str, words)])


def test_a_model_as_json(tmp_path: Path) -> None:
    done = fit("sem", write(tmp_path, CFA, "cfa.lav"), DATA / "holzinger.csv", "--json")
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["n"] == 301
    assert said["fit"]["chisq"] == pytest.approx(85.3055, abs=1e-4)
    assert said["fit"]["df"] == 24
    assert said["fit"].keys() >= {"pvalue", "cfi", "tli", "rmsea", "srmr"}
    first, second = said["estimates"][:2]
    assert (first["lhs"], first["op"], first["rhs"], first["se"]) == ("visual", "=~", "x1", 0)
    assert first["p"] is None
    assert second.keys() >= {"est", "se", "p", "std"}
    assert said["converged"] is True


def test_robust_in_groups_with_a_bootstrap_and_a_drawing(tmp_path: Path) -> None:
    model = write(tmp_path, "m ~ a*x\ny ~ b*m + x\nindirect := a*b", "m.lav")
    drawing = tmp_path / "m.svg"
    done = fit(
        "sem", model, DATA / "mediation.csv", "--estimator", "mlr", "--group", "clinic",
        "--equal", "regressions", "--bootstrap", "100", "--diagram", drawing, "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert [one["group"] for one in said["groups"]] == ["north", "south"]
    assert said["fit"]["scaling_factor"] > 0
    assert said["fit"]["chisq_scaled"] > 0
    assert said["left_out"] == 6
    labels = [one["label"] for one in said["bootstrap"]["intervals"]]
    assert "indirect" in labels
    assert drawing.read_text().startswith("<svg")


def test_covariances_with_and_without_names_before_the_rows(tmp_path: Path) -> None:
    with (DATA / "holzinger.csv").open(newline="") as lines:
        header, *rows = csv.reader(lines)
    cov = np.cov(np.array([row[1:] for row in rows], dtype=float).T).tolist()
    names = header[1:]
    plain = [names, *cov]
    named = [["name", *names], *([n, *row] for n, row in zip(names, cov, strict=True))]
    model = write(tmp_path, CFA, "cfa.lav")
    for table in (plain, named):
        text = "\n".join(",".join(map(str, row)) for row in table)
        done = fit("sem", model, write(tmp_path, text, "cov.csv"), "--cov", "301", "--json")
        assert json.loads(done.stdout)["fit"]["chisq"] == pytest.approx(85.3055, abs=1e-4)


def test_without_json_there_are_tables(tmp_path: Path) -> None:
    done = fit("sem", write(tmp_path, CFA, "cfa.lav"), DATA / "holzinger.csv")
    assert "visual =~ x2" in done.stdout
    assert "rmsea_upper" in done.stdout


@pytest.mark.parametrize(
    ("model", "more", "says"),
    [
        ("visual =~ x1 x2", (), "m.lav: Line 1: 'x1' has neither"),
        ("visual =~ x1 + q2 + x3", (), "holzinger.csv: Column 'q2' is not among"),
        ("visual =~ x1 + x2", (), "holzinger.csv: The model has 4 free parameters"),
        (CFA, ("--group", "x1"), "holzinger.csv: "),
        (CFA, ("--cov", "301"), "does not begin a square matrix"),
    ],
)
def test_what_cannot_be_fitted_ends_with_2(
    tmp_path: Path, model: str, more: tuple[str, ...], says: str
) -> None:
    refused = fit("sem", write(tmp_path, model, "m.lav"), DATA / "holzinger.csv", *more, "--json")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert says in refused.stderr


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    refused = fit("sem", tmp_path / "no.lav", DATA / "holzinger.csv")
    assert refused.exit_code == 2
    assert "no.lav" in refused.stderr


def test_a_panel_with_its_columns_named_in_short() -> None:
    done = fit(
        "riclpm", DATA / "panel_gaps.csv", "--x", "x1..x4", "--y", "y1,y2,y3..y4", "--invariant",
        "--missing", "fiml", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["n"], said["fit"]["df"]) == (300, 17)
    assert {"ar_x", "cross_yx"} <= {one["label"] for one in said["estimates"]}


@pytest.mark.parametrize("columns", ["x4..x1", "x1..y4", "x..y"])
def test_what_is_no_range_of_columns(columns: str) -> None:
    refused = fit("riclpm", DATA / "panel.csv", "--x", columns, "--y", "y1..y4")
    assert refused.exit_code == 2
    assert "is no range of columns" in refused.stderr


@pytest.mark.parametrize("name", ["sem", "riclpm"])
def test_help_shows_an_example(name: str) -> None:
    assert f"rapport fit {name}" in fit(name, "--help").stdout
