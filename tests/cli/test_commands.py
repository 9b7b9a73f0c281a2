"""The commands that work on the database, through click's runner on the tests' database."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rapport.alliance.models import Standing
from rapport.cli import COMMANDS, main
from rapport.kernel import audit, clock, scope
from rapport.kernel.actor import system
from rapport.kernel.models import AuditEntry
from rapport.measures import sessions_file
from rapport.measures.models import Score, Wording
from rapport.people.models import Member, Practice, User
from tests.people import PASSWORD, World
from tests.rooms.importing.files import LONG, write
from tests.rooms.measures.test_questionnaire import form as heron_form
from tests.rooms.measures.test_questionnaire import loinc, question, questions

DOCS = Path(__file__).parents[2] / "docs" / "reference"
Run = Callable[..., Result]


@pytest.fixture
def run(db: None) -> Iterator[Run]:
    """Runs `rapport`; what files it makes are as private as it wants, afterwards not."""
    before = os.umask(0o022)
    yield lambda *words, **more: CliRunner().invoke(main, [str(word) for word in words], **more)
    os.umask(before)


@pytest.fixture
def practice(run: Run) -> Practice:
    opened = run("practice", "open", "Lindenhof", "--timezone", "Europe/Zurich", "--json")
    assert opened.exit_code == 0, opened.stderr
    return Practice.objects.get(id=json.loads(opened.stdout)["id"])


def test_a_practice_and_its_first_member(run: Run, practice: Practice) -> None:
    assert (practice.name, practice.timezone, practice.synthetic) == (
        "Lindenhof",
        "Europe/Zurich",
        False,
    )
    who = ("member", "add", "Alice Arden", "--email", "alice@lindenhof.example")
    added = run(*who, "--role", "therapist", "--role", "admin", "--json", input=f"{PASSWORD}\n")
    assert added.exit_code == 0, added.stderr
    assert PASSWORD not in added.output
    with scope.practice(practice.id):
        member = Member.objects.get()
    assert sorted(member.roles) == ["admin", "therapist"]
    assert User.objects.get().check_password(PASSWORD)


def test_an_imported_therapist_gets_a_sign_in(run: Run, practice: Practice, tmp_path: Path) -> None:
    run("import", write(tmp_path, LONG))
    with scope.practice(practice.id):
        known = Member.objects.order_by("name")[0]
    who = ("member", "add", "Alice Arden", "--email", "alice@lindenhof.example")
    added = run(
        *who, "--role", "therapist", "--reference", known.reference, "--json", input=f"{PASSWORD}\n"
    )
    assert json.loads(added.stdout)["id"] == str(known.id)


def test_supervision_and_leaving(run: Run, world: World) -> None:
    here = ("--practice", world.practice.name)
    done = run("member", "supervise", "Dana Dell", "--by", "Sam Sorel", *here)
    assert done.stderr == "Sam Sorel supervises Dana Dell.\n"
    ended = run("member", "supervise", "Dana Dell", "--by", "Sam Sorel", "--end", *here)
    assert ended.stderr == "Sam Sorel no longer supervises Dana Dell.\n"
    left = run("member", "leave", "Alice Arden", *here)
    assert "can no longer sign in" in left.stderr
    assert "to hand over or to end: 2" in left.stderr
    for words in (("leave", "Alice Arden"), ("supervise", "Nobody", "--by", "Sam Sorel")):
        refused = run("member", *words, *here)
        assert refused.exit_code == 2
        assert "Nobody called" in refused.stderr


def test_a_password_too_easy_is_refused(run: Run, practice: Practice) -> None:
    who = ("member", "add", "Alice Arden", "--email", "alice@lindenhof.example")
    refused = run(*who, "--role", "admin", input="password1234\n")
    assert refused.exit_code == 2
    assert "password:" in refused.stderr
    assert not User.objects.exists()


def test_a_password_is_no_argument(run: Run) -> None:
    assert "--password" not in run("member", "add", "--help").stdout


def test_a_wrong_zone_is_refused(run: Run) -> None:
    refused = run("practice", "open", "Lindenhof", "--timezone", "Mars/Base")
    assert refused.exit_code == 2
    assert "timezone" in refused.stderr
    assert not Practice.objects.exists()


def test_an_import_ends_with_its_assessments(run: Run, practice: Practice, tmp_path: Path) -> None:
    path = write(tmp_path, LONG)
    dry = run("import", path, "--dry-run", "--json")
    assert json.loads(dry.stdout)["new_values"] == 4
    with scope.practice(practice.id):
        assert not Score.objects.exists()
        done = run("import", path)
        assert done.exit_code == 0, done.stderr
        assert "4  scores" in done.stdout
        assert Standing.objects.count() == 2
    again = run("import", path)
    assert "all 4 values are stored already" in again.stderr


def test_bad_rows_end_an_import_with_2(run: Run, practice: Practice, tmp_path: Path) -> None:
    refused = run("import", write(tmp_path, LONG.replace("bond,6", "bond,66")))
    assert refused.exit_code == 2
    assert refused.stderr.startswith("sessions.csv: line 4, column 'value': 66 is not on")
    run("import", write(tmp_path, LONG))
    refused = run("import", write(tmp_path, LONG.replace("bond,6", "bond,2")))
    assert refused.exit_code == 2
    assert "Nothing was imported." in refused.stderr


def test_an_import_needs_to_know_the_practice(run: Run, world: World, tmp_path: Path) -> None:
    path = write(tmp_path, LONG)
    assert "Say which practice" in run("import", path).stderr
    assert (
        "There is no one practice 'Nowhere'" in run("import", path, "--practice", "Nowhere").stderr
    )
    assert run("import", path, "--practice", world.practice.name).exit_code == 0
    with scope.practice(world.elsewhere.id):
        assert not Score.objects.exists()


def test_an_import_with_no_practice_says_how_to_open_one(run: Run, tmp_path: Path) -> None:
    refused = run("import", write(tmp_path, LONG))
    assert refused.exit_code == 2
    assert "rapport practice open" in refused.stderr


def test_a_package_is_taken_where_it_brings_each_measure_it_names(
    run: Run, practice: Practice, tmp_path: Path
) -> None:
    forms = {"broken.json": "{", "whole.json": json.dumps(heron_form())}
    short = heron_form(id="short")
    questions(short).pop()
    for name, text in (forms | {"short.json": json.dumps(short)}).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    taken = run("measures", "import", tmp_path)
    assert taken.exit_code == 0
    assert "Imported The Heron Questionnaire" in taken.stderr
    assert "Passed over: short.json" in taken.stderr
    (tmp_path / "lonely.json").write_text(json.dumps(seven_worries()), encoding="utf-8")
    refused = run("measures", "import", tmp_path)
    assert refused.exit_code == 2
    assert "Refused: lonely.json" in refused.stderr
    assert "Replaced The Heron Questionnaire" in refused.stderr


def seven_worries() -> dict[str, object]:
    """A form that means to be the GAD-7 and has one question of it."""
    return heron_form(
        id="lonely", code=loinc("69737-5"), item=[question("q1", "69725-0", "How worried?")]
    )


def test_the_audit_log_is_verified(run: Run, practice: Practice) -> None:
    whole = run("audit", "verify")
    assert (whole.exit_code, whole.stdout) == (0, "The audit log is whole. Entries: 1.\n")
    for verb in ("read", "list"):
        audit.record(verb, "relationship", [], by=system(practice.id), at=clock.now())
    AuditEntry.objects.filter(verb="read").update(verb="peek")
    broken = run("audit", "verify")
    assert broken.exit_code == 1
    assert f"practice {practice.id} is broken at entry 2: an entry was changed" in broken.stderr
    faults = json.loads(run("audit", "verify", "--json").stdout)["faults"]
    assert [fault["entry"] for fault in faults] == [2]


def test_measures_are_listed_without_a_database() -> None:
    listed = CliRunner().invoke(main, ["measures", "list", "--json"])
    shipped = {one["key"]: one for one in json.loads(listed.stdout)["measures"]}
    assert len(shipped["phq9"]["items"]) == 9
    assert shipped["week_check"]["validated"] is False


def test_wording_that_cannot_be_read_is_refused(
    run: Run, practice: Practice, tmp_path: Path
) -> None:
    refused = run("measures", "import", write(tmp_path, "no questionnaire", "q.json"))
    assert refused.exit_code == 2
    assert "q.json" in refused.stderr
    with scope.practice(practice.id):
        assert not Wording.objects.exists()


def test_every_command_is_there_and_helps(run: Run) -> None:
    for name in COMMANDS:
        helped = run(name, "--help")
        assert helped.exit_code == 0, name
        assert "Usage:" in helped.stdout


def test_every_command_is_described() -> None:
    described = (DOCS / "cli.md").read_text()
    for name in COMMANDS:
        assert f"`rapport {name}" in described, name


def test_the_mapping_that_is_described_can_be_read(tmp_path: Path) -> None:
    described = (DOCS / "session-files.md").read_text()
    toml = described.partition("```toml\n")[2].partition("```")[0]
    mapping = sessions_file.read_mapping(write(tmp_path, toml, "m.toml"))
    assert mapping.scales[0].source_sd == 6.1
    assert mapping.missing == {"", "NA", "-9"}


def test_a_command_that_is_not_there(run: Run) -> None:
    assert run("asess").exit_code == 2
