"""`rapport fit mixed` and `rapport stats`, on files as people have them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from rapport.cli import main

DATA = Path(__file__).parents[1] / "science" / "reference" / "data"
SCORES = DATA / "mixed_unbalanced.csv"
MODEL = "bdi ~ t * arm + intake + (1 + t | client)"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_it_prints_exactly_these_keys() -> None:
    done = run("fit", "mixed", SCORES, MODEL, "--json")
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert list(said) == [
        "n", "groups", "loglik", "aic", "fixed", "random", "residual_sd", "converged", "seconds"
    ]  # fmt: skip
    assert list(said["fixed"]["(Intercept)"]) == ["estimate", "se", "df", "p"]
    assert said["groups"] == {"client": 144}
    assert list(said["random"]["client"]["sd"]) == ["(Intercept)", "t"]
    assert -1 < said["random"]["client"]["corr"] < 0
    assert said["converged"] is True


def test_without_json_it_is_a_table_and_missing_rows_are_told() -> None:
    done = run("fit", "mixed", DATA / "mixed_missing.csv", "bdi ~ t + (1 | client)", "--ml")
    assert done.exit_code == 0, done.stderr
    assert "(Intercept)" in done.stdout
    assert "(ML)" in done.stdout
    assert "rows left out" in done.stderr


def test_terms_without_a_correlation_say_null() -> None:
    done = run("fit", "mixed", SCORES, "bdi ~ t + (1 | therapist) + (t || client)", "--json")
    random = json.loads(done.stdout)["random"]
    assert [random[group]["corr"] for group in ("client", "therapist")] == [None, None]


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    table = pl.read_csv(SCORES)
    for part in range(3):
        of_part = table.filter((pl.col("client") - 1) // 48 == part)
        of_part.write_parquet(tmp_path / f"part-{part}.parquet")
    return tmp_path


def test_many_files_and_merged_sums_give_the_fit_of_all_rows(parts: Path) -> None:
    whole = json.loads(run("fit", "mixed", SCORES, MODEL, "--json").stdout)
    streamed = run("fit", "mixed", parts / "part-*.parquet", MODEL, "--json")
    assert streamed.exit_code == 0, streamed.stderr
    assert json.loads(streamed.stdout)["loglik"] == pytest.approx(whole["loglik"], abs=1e-7)
    once = pl.read_parquet(parts / "part-*.parquet")
    once.filter(pl.col("session") % 2 == 0).write_parquet(parts / "part-0.parquet")
    once.filter(pl.col("session") % 2 == 1).write_parquet(parts / "part-1.parquet")
    (parts / "part-2.parquet").unlink()
    mingled = run("fit", "mixed", parts / "part-*.parquet", MODEL, "--json")
    assert json.loads(mingled.stdout)["loglik"] == pytest.approx(whole["loglik"], abs=1e-7)


def test_sites_fit_together_without_sharing_rows(parts: Path) -> None:
    sites = []
    for part in range(3):
        site = parts / f"site-{part}.json"
        done = run("stats", "sums", parts / f"part-{part}.parquet", MODEL, "--to", site, "--json")
        assert done.exit_code == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["groups"]["client"] + said["suppressed"] == 48
        sites.append(site)
    everything = parts / "all.json"
    merged = run("stats", "merge", *sites, "--to", everything, "--json")
    assert merged.exit_code == 0, merged.stderr
    groups = json.loads(merged.stdout)["groups"]
    assert min(json.loads(everything.read_text())["groups"]) >= 5
    fitted = run("fit", "mixed", everything, "--json")
    assert fitted.exit_code == 0, fitted.stderr
    assert json.loads(fitted.stdout)["groups"] == groups
    assert "left out" in run("stats", "merge", *sites, "--to", everything).stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("fit", "mixed", SCORES), "a formula is needed"),
        (("fit", "mixed", SCORES, "bdi ~ t"), "mixed_unbalanced.csv: 'bdi ~ t' has no random term"),
        (("fit", "mixed", SCORES, "bdi ~ mood + (1|client)"), "Column 'mood' is not among"),
        (("fit", "mixed", SCORES, "bdi ~ bdi + (1|client)"), "give the response exactly"),
        (("fit", "mixed", "no-such.csv", MODEL), "no-such.csv"),
        (("fit", "mixed", "no-such-*.parquet", MODEL), "no such file"),
        (("fit", "mixed", "no-such.json"), "no such file"),
        (("stats", "merge", SCORES, "--to", "all.json"), "does not hold sums"),
    ],
)
def test_bad_input_ends_with_2_and_says_why(words: tuple[str | Path, ...], says: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_sums_of_another_formula_are_refused(parts: Path) -> None:
    one, other = parts / "one.json", parts / "other.json"
    few = "bdi ~ t + (1 | client)"
    run("stats", "sums", SCORES, MODEL, "--to", one)
    run("stats", "sums", SCORES, few, "--to", other)
    assert "do not add" in run("stats", "merge", one, other, "--to", parts / "x.json").stderr
    assert "holds the sums of" in run("fit", "mixed", one, few).stderr


@pytest.mark.parametrize(
    "words", [("fit", "mixed"), ("stats",), ("stats", "sums"), ("stats", "merge")]
)
def test_each_shows_an_example(words: tuple[str, ...]) -> None:
    assert "Example:" in run(*words, "--help").stdout
