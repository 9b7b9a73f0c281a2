"""Taking a sessions file into a practice: all or nothing, and twice is the same as once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db.models import Model

from rapport.alliance.models import Standing
from rapport.kernel import audit, outbox
from rapport.kernel.actor import system
from rapport.kernel.models import AuditEntry, OutboxMessage
from rapport.measures import importing, sessions_file
from rapport.measures.models import CheckIn, ExternalScale, Score
from rapport.measures.sessions_file import BadFileError
from rapport.people import actions
from rapport.people.models import Client, Member, Relationship, Session
from tests.people import NOW, World
from tests.rooms.importing.files import EXAMPLES, HEADER, LONG, write

TABLES: tuple[type[Model], ...] = (
    Member,
    Client,
    Relationship,
    Session,
    Score,
    ExternalScale,
    AuditEntry,
    OutboxMessage,
)
Take = Callable[..., importing.ImportReport]


@pytest.fixture
def take(in_practice: World, tmp_path: Path) -> Take:
    """Imports a text as a sessions file into Alice's practice."""

    def imported(text: str = LONG, mapping: str = "", **more: object) -> importing.ImportReport:
        read_as = None
        if mapping:
            read_as = sessions_file.read_mapping(write(tmp_path, mapping, "m.toml"))
        file = sessions_file.read(write(tmp_path, text), read_as)
        return importing.import_sessions(
            file, by=system(in_practice.practice.id), **{"at": NOW, **more}
        )

    return imported


def counts() -> list[int]:
    return [table._default_manager.count() for table in TABLES]


def refused(take: Take, text: str, **more: object) -> list[str]:
    before = counts()
    with pytest.raises(BadFileError) as error:
        take(text, **more)
    assert counts() == before
    return [str(fault) for fault in error.value.faults]


def test_a_file_becomes_relationships_sessions_and_scores(take: Take, in_practice: World) -> None:
    report = take()
    assert (report.new_relationships, report.new_sessions, report.new_values) == (2, 3, 4)
    assert report.new_therapists == ("Noor Example",)
    ben = Relationship.objects.get(reference="ben")
    assert ben.therapist == in_practice.alice
    assert (ben.started_on, ben.ended_on) == (date(2026, 2, 2), None)
    first = Session.objects.get(relationship=ben, number=1)
    assert first.held_at == datetime(2026, 2, 2, 11, tzinfo=UTC)  # noon in Zurich
    score = Score.objects.get(relationship=ben, session_number=2)
    assert (score.value, score.source, score.check_in) == (6.0, "sessions.csv", None)
    noor = Member.objects.get(reference="Noor Example")
    assert (noor.user, noor.roles) == (None, ["therapist"])


def test_the_same_file_again_changes_nothing(take: Take) -> None:
    take()
    before = counts()
    report = take()
    assert report.changes_nothing
    assert report.unchanged == 4
    assert counts() == before


def test_a_longer_file_adds_only_what_is_new(take: Take) -> None:
    take()
    report = take(LONG + "ben,Alice Arden,3,2026-02-16,client,relationship_check,bond,7\n")
    assert (report.new_relationships, report.new_sessions, report.new_values) == (0, 1, 1)
    assert report.unchanged == 4


def test_a_dry_run_says_the_same_and_writes_nothing(take: Take) -> None:
    before = counts()
    dry = take(dry_run=True)
    assert counts() == before
    assert take() == dry


def test_changed_values_are_refused_unless_a_reason_is_given(take: Take) -> None:
    take()
    changed = LONG.replace("bond,6", "bond,3")
    (fault,) = refused(take, changed)
    assert fault.startswith("line 4: the client's relationship_check/bond at session 2")
    assert "stored as 6, the file says 3" in fault
    report = take(changed, correct_because="typed wrongly")
    assert report.corrected == 1
    first, second = Score.objects.filter(session_number=2).order_by("version")
    assert (first.value, first.reason) == (6.0, "")
    assert (second.version, second.value, second.reason) == (2, 3.0, "typed wrongly")
    assert take(changed).changes_nothing


def test_a_file_cannot_change_what_somebody_answered(take: Take) -> None:
    take()
    score = Score.objects.get(rater="therapist")
    check_in = CheckIn.objects.create(
        practice_id=score.practice_id,
        relationship=score.relationship,
        client=score.client,
        session_number=1,
        moment="after",
        rater="client",
        instrument="relationship_check_client",
        asked_at=NOW,
        expires_at=NOW,
    )
    Score.objects.filter(session_number=1, rater="client", scale="bond").update(check_in=check_in)
    (fault,) = refused(take, LONG.replace("bond,5", "bond,2"), correct_because="better known")
    assert "was answered in a check-in; a file cannot change it" in fault


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("2026-02-09", "2026-02-10", "is stored as held on 2026-02-09, not 2026-02-10"),
        ("Alice Arden", "Dana Dell", "'ben' belongs to Alice Arden"),
    ],
)
def test_what_does_not_fit_the_stored_is_refused(take: Take, old: str, new: str, why: str) -> None:
    take()
    with pytest.raises(BadFileError, match=why):
        take(LONG.replace(old, new))


def test_a_new_session_has_to_fit_between_the_stored(take: Take) -> None:
    take()
    row = "ben,Alice Arden,3,2026-02-05,client,relationship_check,bond,7\n"
    (fault,) = refused(take, f"{HEADER}\n{row}")
    assert "session 3 (2026-02-05) would come before 2 (2026-02-09)" in fault


def test_sessions_of_days_to_come_are_refused(take: Take) -> None:
    (fault,) = refused(take, LONG.replace("2026-02-09", "2026-03-06"))
    assert fault == "line 4, column 'date': 2026-03-06 has not come yet"


def test_therapists_are_found_by_name_and_must_be_one(take: Take, in_practice: World) -> None:
    (fault,) = refused(take, LONG.replace("Noor Example", "Omar Okoye"))
    assert "'Omar Okoye' is a member, but not a therapist" in fault
    Member.objects.create(
        practice=in_practice.practice, name="Dana Dell", roles=["therapist"], reference="two"
    )
    (fault,) = refused(take, LONG.replace("Noor Example", "Dana Dell"))
    assert "2 members are called 'Dana Dell'" in fault


def test_a_file_speaks_of_one_client(take: Take, in_practice: World) -> None:
    couple = actions.start_relationship(
        [in_practice.ben, in_practice.chloe],
        therapist=in_practice.alice,
        interpreter=None,
        kind="couple",
        track="therapy",
        started_on=date(2026, 1, 1),
        by=system(in_practice.practice.id),
        at=NOW,
        reference="ben",
    )
    (fault,) = refused(take, LONG)
    assert "'ben' has 2 clients" in fault
    assert not Score.objects.filter(relationship=couple).exists()


WIDE = "case,therapist,no,mood,left\n7,3,1,4.5,0\n7,3,2,5.5,1\n"
MAPPING = """
[columns]
relationship = "case"
session = "no"
dropout = "left"
[dates]
first_session_on = 2026-01-05
[[scales]]
measure = "mood"
scale = "total"
construct = "mood"
role = "outcome"
higher_is_better = true
[[values]]
column = "mood"
rater = "client"
measure = "mood"
scale = "total"
"""


def test_an_external_measure_keeps_what_was_declared_of_it(take: Take) -> None:
    take(WIDE, MAPPING)
    scale = ExternalScale.objects.get()
    assert (scale.measure, scale.minimum, scale.higher_is_better) == ("mood", None, True)
    seven = Relationship.objects.get(reference="7")
    assert (seven.ending, seven.ended_on) == ("dropout", date(2026, 1, 12))
    assert seven.therapist.name == "Therapist 3"
    with pytest.raises(BadFileError, match="declared before with another higher_is_better"):
        take(WIDE, MAPPING.replace("true", "false"))


def test_a_file_without_days_needs_them_from_the_mapping(take: Take) -> None:
    undated = MAPPING.replace("[dates]\nfirst_session_on = 2026-01-05\n", "")
    with pytest.raises(BadFileError, match="no session has a date"):
        take(WIDE, undated)


def test_an_import_is_audited_and_leads_to_assessments(take: Take, in_practice: World) -> None:
    take()
    entry = AuditEntry.objects.get(verb="import")
    assert len(entry.subject_ids) == 2
    assert audit.verify([in_practice.practice.id]) == []
    while outbox.deliver_due():
        continue
    assert not OutboxMessage.objects.exists()
    assert {row.relationship.reference for row in Standing.objects.all()} == {"ben", "ida"}


def test_a_fault_in_the_middle_leaves_nothing(take: Take) -> None:
    before = counts()

    def break_down(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(progress=break_down)
    assert counts() == before


def test_the_example_is_imported_in_few_queries(
    in_practice: World, django_assert_max_num_queries: Callable[..., object]
) -> None:
    mapping = sessions_file.read_mapping(EXAMPLES / "sim_dyads_sessions.toml")
    file = sessions_file.read(EXAMPLES / "sim_dyads_sessions.csv", mapping)
    # 200 of them tell, one each, that a relationship has new scores.
    with django_assert_max_num_queries(200 * 2 + 120):
        report = importing.import_sessions(file, by=system(in_practice.practice.id), at=NOW)
    assert report.new_values == Score.objects.count() == 8295
    assert Relationship.objects.filter(ending="dropout").count() == 53
