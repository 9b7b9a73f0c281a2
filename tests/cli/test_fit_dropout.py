"""`rapport fit cox` and `rapport fit hazard` on the example data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rapport.cli import main
from tests.rooms.importing.files import EXAMPLES, write

CSV = EXAMPLES / "sim_dyads_sessions.csv"
ROLES = ("--id", "dyad", "--time", "session", "--event", "event")
COVARIATES = ("--covariates", "alliance_client,symptom")
BOTH = pytest.mark.parametrize("model", ["cox", "hazard"])


def fit(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["fit", *(str(word) for word in words)])


def said(*words: str | Path) -> dict[str, object]:
    done = fit(*words, "--json")
    assert done.exit_code == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_cox_of_the_example() -> None:
    found = said("cox", CSV, *ROLES, *COVARIATES, "--cluster", "therapist")
    assert (found["rows"], found["people"], found["events"]) == (1659, 200, 53)
    alliance = found["terms"]["alliance_client"]
    assert alliance["estimate"] == pytest.approx(-1.03713, abs=1e-5)
    assert alliance["robust_se"] == pytest.approx(0.14856, abs=1e-5)


def test_start_and_stop_are_the_same_rows(tmp_path: Path) -> None:
    lines = [line.split(",") for line in CSV.read_text().splitlines()]
    starts = ["start", *(str(int(cells[2]) - 1) for cells in lines[1:])]
    text = "".join(f"{','.join(c)},{s}\n" for c, s in zip(lines, starts, strict=True))
    path = write(tmp_path, text)
    stretch = ("--id", "dyad", "--start", "start", "--stop", "session", "--event", "event")
    one, other = said("cox", path, *stretch, *COVARIATES), said("cox", CSV, *ROLES, *COVARIATES)
    assert one | {"seconds": 0} == other | {"seconds": 0}


def test_hazard_of_the_example_judged_and_used() -> None:
    found = said(
        "hazard",
        CSV,
        *ROLES,
        *COVARIATES,
        *("--cluster", "therapist", "--validate", "--predict-by", "10"),
    )
    assert found["terms"]["log(session)"]["estimate"] == pytest.approx(-0.72756, abs=1e-5)
    assert found["incidence"]["points"][-1]["dropout"] == pytest.approx(53 / 200)
    assert found["validation"]["folds"] == 10
    assert 0.6 < found["validation"]["each_session"]["auc"]["auc"] < 0.8
    assert found["prospects"] == []  # all who are here went on after session 10


def test_prospects_of_those_still_here(tmp_path: Path) -> None:
    lines = CSV.read_text().splitlines()
    early = [line for line in lines if not line.startswith(("1,", "2,")) or ",1," in line[:6]]
    early = [line for line in early if not (line.startswith("4,") and int(line.split(",")[2]) > 3)]
    asked = [line for line in early if line.startswith("4,")][-1]
    unknown = [line if line != asked else asked.rsplit(",", 1)[0] + "," for line in early]
    known = said("hazard", write(tmp_path, "\n".join(early)), *ROLES, "--predict-by", "8")
    (four,) = (one for one in known["prospects"] if one["id"] == "4")
    assert (four["session"], four["by"]) == (4, 8)
    open_ = said("hazard", write(tmp_path, "\n".join(unknown)), *ROLES, "--predict-by", "8")
    (still,) = (one for one in open_["prospects"] if one["id"] == "4")
    assert still["session"] == 3
    assert still["dropout"] > four["dropout"]
    assert open_["left_out"] == 1


@BOTH
def test_without_json_it_is_a_table(model: str) -> None:
    done = fit(model, CSV, *ROLES, *COVARIATES)
    assert done.exit_code == 0
    assert "alliance_client" in done.stdout
    assert "53 dropouts among 200 clients in 1,659 rows." in done.stderr


@BOTH
def test_a_refusal_ends_with_2_and_names_the_file(model: str, tmp_path: Path) -> None:
    quiet = "\n".join(
        line if at == 0 else line[:-1] + "0" for at, line in enumerate(CSV.read_text().splitlines())
    )
    refused = fit(model, write(tmp_path, quiet), *ROLES, *COVARIATES)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("sessions.csv: ")
    assert "dropouts; there are 0" in refused.stderr
    assert refused.stdout == ""


@BOTH
def test_help_shows_an_example(model: str) -> None:
    assert f"rapport fit {model} sessions.csv" in fit(model, "--help").stdout


def test_what_does_not_go_together_is_refused() -> None:
    words = ("--id", "dyad", "--event", "event", *COVARIATES)
    for times in ((), ("--start", "session"), ("--time", "session", "--stop", "session")):
        refused = fit("cox", CSV, *words, *times)
        assert refused.exit_code == 2, times
        assert "Give either --time, or --start and --stop." in refused.stderr
    assert "--validate needs --cluster" in fit("hazard", CSV, *ROLES, "--validate").stderr
