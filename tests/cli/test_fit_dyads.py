"""`rapport fit` for the models of dyads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from rapport.cli import main
from tests.rooms.importing.files import EXAMPLES, write

SESSIONS = EXAMPLES / "sim_dyads_sessions.csv"
ALLIANCE = ("--client", "alliance_client", "--therapist", "alliance_therapist")
APIM = (
    *("--predictors", "alliance_client", "alliance_therapist"),
    *("--outcomes", "quality_client", "quality_therapist"),
)


def fit(*words: object) -> Result:
    return CliRunner().invoke(main, ["fit", *(str(word) for word in words)])


def test_apim_of_one_session() -> None:
    done = fit("apim", SESSIONS, *APIM, "--session", 3, "--json")
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["n"] == 175
    assert said["actor_client"]["estimate"] == pytest.approx(0.81216, abs=1e-5)
    table = fit("apim", SESSIONS, *APIM, "--session", 3)
    assert "actor client" in table.stdout
    assert "175 dyads" in table.stderr


def test_rsa_of_one_session() -> None:
    words = ("rsa", SESSIONS, *ALLIANCE, "--outcome", "symptom", "--session", 3, "--centre", 4)
    said = json.loads(fit(*words, "--json").stdout)
    assert set(said["surface"]) == {"a1", "a2", "a3", "a4", "a5"}
    assert said["centre"] == 4
    assert "a5" in fit(*words).stdout


def test_a_file_of_sessions_needs_one_chosen() -> None:
    refused = fit("apim", SESSIONS, *APIM, "--json")
    assert refused.exit_code == 2
    assert "'2' in several rows: choose one session" in refused.stderr
    assert "no session 99" in fit("apim", SESSIONS, *APIM, "--session", 99).stderr


@pytest.mark.parametrize("wrong", ["-1", "3.5"])
@pytest.mark.parametrize(
    "words",
    [
        ("apim", *APIM, "--session", 3),
        ("rsa", *ALLIANCE, "--outcome", "symptom", "--session", 3),
        ("lagged", "--x", "alliance_client", "--y", "symptom"),
    ],
    ids=["apim", "rsa", "lagged"],
)
def test_sessions_are_whole_and_from_one(tmp_path: Path, words: tuple[str], wrong: str) -> None:
    header, first, *rows = SESSIONS.read_text().splitlines()
    cells = first.split(",")
    path = write(tmp_path, "\n".join([header, ",".join([*cells[:2], wrong, *cells[3:]]), *rows]))
    refused = fit(words[0], path, *words[1:])
    assert refused.exit_code == 2
    assert f"'session' holds {wrong} in row 1: sessions count 1, 2, 3" in refused.stderr


@pytest.mark.parametrize("model", ["apim", "lagged", "rsa", "truth-bias"])
def test_each_shows_an_example(model: str) -> None:
    assert "Example:" in fit(model, "--help").stdout


def test_truth_and_bias_of_a_file_of_sessions() -> None:
    said = json.loads(fit("truth-bias", SESSIONS, *ALLIANCE, "--json").stdout)
    assert said["direction"]["estimate"] == pytest.approx(-0.33568, abs=1e-5)
    assert said["congruence"]["estimate"] == pytest.approx(0.34990, abs=1e-5)
    table = fit("truth-bias", SESSIONS, *ALLIANCE)
    assert "direction of bias" in table.stdout
    assert "1659 sessions of 200 dyads" in table.stderr


def test_lagged_effects_come_with_their_detrended_twin() -> None:
    words = ("lagged", SESSIONS, "--x", "alliance_client", "--y", "symptom")
    said = json.loads(fit(*words, "--json").stdout)
    assert set(said["riclpm"]["within"]) == set(said["detrended"]["within"])
    assert "person_mean_centred" not in said
    table = fit(*words)
    assert "detrended" in table.stdout
    assert "badly biased" not in table.stderr


def test_the_centred_model_comes_only_with_its_warning() -> None:
    words = ("lagged", SESSIONS, "--x", "alliance_client", "--y", "symptom", "--centred")
    done = fit(*words, "--json")
    said = json.loads(done.stdout)["person_mean_centred"]
    assert set(said) == {"y_after_x", "x_after_y"}
    assert "badly biased" in said["y_after_x"]["warning"]
    assert done.stderr.count("badly biased") == 1
    assert "centred, y after x" in fit(*words).stdout


def test_a_twin_that_is_refused_is_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    rows = [
        f"{who},{at},{x:.3f},{y:.3f}"
        for who in range(32)
        for at, (x, y) in enumerate(rng.standard_normal((4, 2)), start=1)
    ]
    path = write(tmp_path, "\n".join(["dyad,session,x,y", *rows, ""]), "few.csv")
    words = ("lagged", path, "--x", "x", "--y", "y", "--sessions", 4)
    done = fit(*words)
    assert (done.exit_code, "detrended: " in done.stderr) == (0, True)
