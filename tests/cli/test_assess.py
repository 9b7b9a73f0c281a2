"""`rapport assess`, run as a person runs it: a process, a file, a stream."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rapport.science.assessment import Assessment
from rapport.science.relationship import ENGINE_VERSION
from tests.rooms.importing.files import EXAMPLES, HEADER, LONG, write

CSV = EXAMPLES / "sim_dyads_sessions.csv"
MAPPING = EXAMPLES / "sim_dyads_sessions.toml"


def rapport(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with no setting at all."""
    command = [Path(sys.executable).with_name("rapport"), *words]
    environ = {"PATH": "/usr/bin:/bin", **more}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environ)


def test_the_example_is_assessed_whole() -> None:
    done = rapport("assess", CSV, "--mapping", MAPPING, "--json")
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert len(said["assessments"]) == 200
    assert said["engine_version"] == ENGINE_VERSION
    assert said["file"]["rows"] == 1659
    assert "dates" in done.stderr


def test_one_relationship_as_of_one_session(tmp_path: Path) -> None:
    done = rapport(
        "assess", CSV, "--mapping", MAPPING, "--relationship", "7", "--as-of", "4", "--json"
    )
    (only,) = json.loads(done.stdout)["assessments"]
    assessment = Assessment.from_dict(only)
    assert (assessment.relationship, assessment.as_of) == ("7", 4)


def test_without_json_it_is_a_table_for_people(tmp_path: Path) -> None:
    done = rapport("assess", write(tmp_path, LONG), COLUMNS="120")
    assert done.returncode == 0
    assert "since last time" in done.stdout
    assert "ben" in done.stdout


def test_bad_input_ends_with_2_and_says_where(tmp_path: Path) -> None:
    row = "ben,Alice,1,2026-02-02,client,relationship_check,bond"
    done = rapport("assess", write(tmp_path, f"{HEADER}\n{row},nan\n"), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "sessions.csv: line 2, column 'value': 'nan' is not a number\n"


def test_an_unknown_relationship_ends_with_2(tmp_path: Path) -> None:
    done = rapport("assess", write(tmp_path, LONG), "--relationship", "zoe")
    assert done.returncode == 2
    assert "no relationship 'zoe'; it starts with ben, ida" in done.stderr


def test_it_needs_neither_django_nor_numpy_nor_a_home(tmp_path: Path) -> None:
    code = (
        "import sys; from rapport.cli import main\n"
        "try: main(['assess', sys.argv[1], '--json'])\n"
        "except SystemExit: pass\n"
        "loaded = {'django', 'numpy', 'scipy', 'rich'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    path = write(tmp_path, LONG)
    done = subprocess.run(
        [sys.executable, "-c", code, path],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("command", ["assess", "import", "serve", "demo", "relay", "migrate"])
def test_every_command_shows_an_example(command: str) -> None:
    done = rapport(command, "--help")
    assert done.returncode == 0
    assert "Example:" in done.stdout
