"""`rapport coders`, `rapport change` and `rapport sudden-gains`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rapport.cli import main
from tests.rooms.importing.files import EXAMPLES, write

SESSIONS = EXAMPLES / "sim_dyads_sessions.csv"
CODES = "unit,ann,bo\n1,1,1\n2,2,2\n3,3,3\n4,3,2\n5,1,\n"
SCORES = "id,pre,post\nben,24,5\nida,18,17\nkai,12,20\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("cohen", "kappa"),
        ("weighted", "kappa"),
        ("fleiss", "kappa"),
        ("alpha-nominal", "alpha"),
        ("alpha-ordinal", "alpha"),
        ("alpha-interval", "alpha"),
        ("alpha-ratio", "alpha"),
        ("icc-a1", "coefficient"),
    ],
)
def test_every_method_measures(tmp_path: Path, method: str, name: str) -> None:
    done = run("coders", write(tmp_path, CODES, "codes.csv"), "--method", method, "--json")
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["method"], said["left_out"]) == (method, 1)
    assert said["low"] < said[name] <= said["high"]


def test_coders_can_be_chosen_and_weights_too(tmp_path: Path) -> None:
    path = write(tmp_path, CODES, "codes.csv")
    linear, quadratic = (
        json.loads(
            run(
                *("coders", path, "--method", "weighted", "--coders", "ann,bo"),
                *("--weights", weights, "--json"),
            ).stdout
        )["kappa"]
        for weights in ("linear", "quadratic")
    )
    assert linear < quadratic


def test_a_table_for_people(tmp_path: Path) -> None:
    done = run("coders", write(tmp_path, CODES, "codes.csv"), "--method", "cohen")
    assert "kappa" in done.stdout
    done = run(
        "change",
        write(tmp_path, SCORES, "c.csv"),
        "--pre",
        "pre",
        "--post",
        "post",
        "--reliability",
        "0.9",
        "--id",
        "id",
        "--functional",
        "4.7",
        "4.8",
    )
    assert "recovered" in done.stdout
    assert "3 people (0 left out)" in done.stderr
    done = run("sudden-gains", SESSIONS, "--cutoff", 7, "--id", "dyad", "--score", "symptom")
    assert "with a sudden gain" in done.stderr


def test_change_as_json(tmp_path: Path) -> None:
    path = write(tmp_path, SCORES, "core10.csv")
    words = ("change", path, "--pre", "pre", "--post", "post", "--reliability", "0.9", "--json")
    own = json.loads(run(*words, "--sd-source", "pre").stdout)
    assert own["sd"] == pytest.approx(6)
    published = json.loads(
        run(*words, "--sd-source", "7.7", "--functional", "4.7", "4.8", "--id", "id").stdout
    )
    assert published["sd"] == 7.7
    assert published["people"][0] == {
        "id": "ben",
        "pre": 24.0,
        "post": 5.0,
        "rci": pytest.approx(-5.5176, abs=1e-4),
        "verdict": "improved",
        "outcome": "recovered",
    }


def test_sudden_gains_of_a_wide_file(tmp_path: Path) -> None:
    path = write(tmp_path, "id,s1,s2,s3,s4,s5,s6\nben,20,20,21,9,9,10\nida,5,,,,,\n", "wide.csv")
    said = json.loads(run("sudden-gains", path, "--cutoff", "7", "--json").stdout)
    assert (said["n"], said["left_out"], said["with_gain"]) == (1, 1, 1)
    assert said["people"][0]["gains"][0]["gain"] == 12


def test_bad_input_ends_with_2(tmp_path: Path) -> None:
    codes, scores = write(tmp_path, CODES, "codes.csv"), write(tmp_path, SCORES, "c.csv")
    for words, why in (
        (("coders", codes, "--method", "cohen", "--coders", "ann"), "compares two coders"),
        (("coders", codes, "--method", "cohen", "--coders", "ann,zoe"), "'zoe' is not among"),
        (("coders", tmp_path / "none.csv", "--method", "cohen"), "none.csv"),
        (
            ("change", scores, "--pre", "pre", "--post", "post", "--reliability", "1.2"),
            "reliability must be",
        ),
        (
            *(
                (
                    "change",
                    scores,
                    "--pre",
                    "pre",
                    "--post",
                    "post",
                    "--reliability",
                    ".8",
                    "--sd-source",
                    "mean",
                ),
                "pre or a number",
            ),
        ),
        (("sudden-gains", scores, "--cutoff", "7"), "person with four ratings"),
    ):
        refused = run(*words, "--json")
        assert refused.exit_code == 2, words
        assert why in refused.stderr
        assert refused.stdout == ""


@pytest.mark.parametrize("command", ["coders", "change", "sudden-gains"])
def test_each_shows_an_example(command: str) -> None:
    assert "Example:" in run(command, "--help").stdout
