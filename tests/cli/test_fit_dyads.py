"""`rapport fit` for the models of dyads."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from rapport.cli import main
from tests.rooms.importing.files import EXAMPLES

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


@pytest.mark.parametrize("model", ["apim", "rsa"])
def test_each_shows_an_example(model: str) -> None:
    assert "Example:" in fit(model, "--help").stdout
