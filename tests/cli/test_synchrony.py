"""`rapport synchrony`: two files of numbers, and what is wrong with them by file and line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from rapport.cli import main


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["synchrony", *map(str, words)])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Ten windows at 10 Hz; B moves as A did 1.2 s before."""
    rng = np.random.default_rng(5)
    movement = np.convolve(rng.standard_normal(1_112), np.ones(8), mode="same")
    paths = tmp_path / "a.txt", tmp_path / "b.txt"
    for path, shift in zip(paths, (12, 0), strict=True):
        values = movement[shift : shift + 1_100] + 0.3 * rng.standard_normal(1_100)
        path.write_text("\n".join(f"{v:.5f}" for v in values) + "\n")
    return paths


SIZES = ("--hz", "10", "--window", "10", "--step", "10", "--lag", "3")


def test_it_prints_one_object(files: tuple[Path, Path]) -> None:
    done = run(*files, *SIZES, "--surrogates", "200", "--json")
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["hz"], said["window_s"], said["windows"], said["left_out"]) == (10, 10, 10, 0)
    assert (said["peak_lag_s"], said["samples"]) == (1.2, 1_100)
    assert said["a_leads"] > said["b_leads"]
    assert said["by_lag"][said["lags_s"].index(1.2)] == max(said["by_lag"])
    assert said["surrogates"]["n"] == 200
    assert said["surrogates"]["p"] < 0.05 < said["surrogates"]["effect_size"]
    assert said["research_only"] is True
    assert "neither good nor bad" in said["note"]


def test_the_same_seed_gives_the_same_surrogates(files: tuple[Path, Path]) -> None:
    once, again, other = (
        run(*files, *SIZES, "--surrogates", "20", "--json", "--seed", seed).stdout
        for seed in ("3", "3", "4")
    )
    assert once == again != other


def test_without_surrogates_there_are_none(files: tuple[Path, Path]) -> None:
    said = json.loads(run(*files, *SIZES, "--json", "--compatible").stdout)
    assert said["surrogates"] is None
    assert said["compatible"] is True


def test_without_json_it_is_a_table_for_people(files: tuple[Path, Path]) -> None:
    done = run(*files, *SIZES, "--surrogates", "20")
    assert "lag of the highest mean |z|, seconds" in done.stdout
    assert "research" in done.stdout


def test_a_bad_line_is_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("1.5\ntwo\n\n3\ninf\n")
    done = run(files[0], bad, "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "bad.txt: line 2: 'two' is not a finite number",
        "bad.txt: line 3: '' is not a finite number",
        "bad.txt: line 5: 'inf' is not a finite number",
    ]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--hz", "10"), "needs at least 650 samples; there are"),
        (("--hz", "nan"), "at nan samples a second is too short"),
        (("--hz", "10", "--lag", "0"), "A lag of 0 s at 10 samples a second is too short"),
        (("--hz", "10", "--window", "10", "--step", "5", "--lag", "1"), "overlap"),
    ],
)
def test_what_cannot_be_is_refused(
    files: tuple[Path, Path], more: tuple[str, ...], why: str
) -> None:
    short = files[0].with_name("short.txt")
    short.write_text("".join(files[0].read_text().splitlines(keepends=True)[:500]))
    done = run(short, short, *more, "--surrogates", "9", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert why in done.stderr
    assert done.stderr.startswith("short.txt: ")


def test_files_must_be_the_same_moments(files: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("1\n2\n")
    done = run(files[0], other)
    assert done.exit_code == 2
    assert "other.txt: has 2 lines where a.txt has 1,100" in done.stderr
    absent = run(files[0], tmp_path / "absent.txt")
    assert absent.stderr == "absent.txt: is not there or is not a text file\n"


def test_somebody_who_never_moves_is_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    still = tmp_path / "still.txt"
    still.write_text("0\n" * 1_100)
    done = run(files[0], still, *SIZES)
    assert done.exit_code == 2
    assert done.stderr.startswith("still.txt: Column 'movement' has the same value")


def test_help_shows_an_example() -> None:
    assert "Example:" in run("--help").stdout
