"""Reading a sessions file: what it says, and every way in which it can be wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rapport.measures import sessions_file
from rapport.measures.sessions_file import BadFileError
from rapport.science.history import Rating
from tests.rooms.importing.files import EXAMPLES, HEADER, LONG, write

ROW = "ben,Alice,1,2026-02-02,client,relationship_check,bond"
ITEMS = "relationship,therapist,session,date,rater,measure,item,value\n"


def faults(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(BadFileError) as refused:
        sessions_file.read(write(folder, text))
    return [str(fault) for fault in refused.value.faults]


def week(item: str, value: str, row: str = "ben,Alice,1,2026-02-02,client") -> str:
    return f"{row},week_check,{item},{value}\n"


def test_the_long_form_becomes_histories(tmp_path: Path) -> None:
    file = sessions_file.read(write(tmp_path, LONG))
    ben, ida = file.relationships
    assert (ben.reference, ben.therapist, ida.reference) == ("ben", "Alice Arden", "ida")
    assert [session.held_on for session in ben.sessions] == [date(2026, 2, 2), date(2026, 2, 9)]
    history = file.history(ben)
    assert Rating(1, "therapist", "relationship_check", "bond", 4.0) in history.ratings
    assert set(history.scales) == {("relationship_check", "bond")}


def test_the_example_is_read_whole(tmp_path: Path) -> None:
    mapping = sessions_file.read_mapping(EXAMPLES / "sim_dyads_sessions.toml")
    file = sessions_file.read(EXAMPLES / "sim_dyads_sessions.csv", mapping)
    assert len(file.relationships) == 200
    assert sum(len(one.sessions) for one in file.relationships) == 1659
    assert sum(len(one.values) for one in file.relationships) == 5 * 1659
    assert "dates" in file.notes[0]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_tabs_and_a_byte_order_mark_are_read(tmp_path: Path, separator: str) -> None:
    text = "\ufeff" + LONG.replace(",", separator).replace("\n", "\r\n")
    assert len(sessions_file.read(write(tmp_path, text)).relationships) == 2


def test_items_may_be_named_by_their_numbers(tmp_path: Path) -> None:
    row = "ben,Alice,1,2026-02-02,client,phq9"
    text = ITEMS + "".join(f"{row},{number},2\n" for number in range(1, 10))
    (ben,) = sessions_file.read(write(tmp_path, text)).relationships
    assert [value.value for value in ben.values] == [18]
    (said,) = faults(tmp_path, ITEMS + f"{row},9,2\n{row},phq9_9,1\n")
    assert "phq9_9 was answered already on line 2" in said


def test_an_item_that_is_not_there_is_told_which_there_are(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, ITEMS + "ben,Alice,1,2026-02-02,client,phq9,q10,2\n")
    assert "the measure has no such item, only phq9_1, phq9_2," in said


def test_items_are_scored_by_the_instrument(tmp_path: Path) -> None:
    answers = {"distress": 4, "functioning": 2, "wellbeing": 3, "life_satisfaction": 1}
    text = ITEMS + "".join(week(item, str(value)) for item, value in answers.items())
    (ben,) = sessions_file.read(write(tmp_path, text)).relationships
    values = {value.scale: value.value for value in ben.values}
    assert values == {"distress_total": 4 + 4 + 3 + 5, "wellbeing": 3, "life_satisfaction": 1}


def test_items_that_are_missing_leave_no_silent_zero(tmp_path: Path) -> None:
    (ben,) = sessions_file.read(write(tmp_path, ITEMS + week("distress", "4"))).relationships
    total = next(value for value in ben.values if value.scale == "distress_total")
    assert total.value is None
    assert "not scorable" in total.reason


def test_a_risk_answer_is_told(tmp_path: Path) -> None:
    file = sessions_file.read(write(tmp_path, ITEMS + week("risk", "3")))
    (risk,) = file.risks
    assert (risk.relationship, risk.session, risk.line) == ("ben", 1, 2)


def test_empty_and_na_are_missing_and_the_session_still_held(tmp_path: Path) -> None:
    (ben,) = sessions_file.read(write(tmp_path, f"{HEADER}\n{ROW},NA\n")).relationships
    assert (len(ben.sessions), ben.values) == (1, ())


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("nan", "'nan' is not a number"),
        ("inf", "'inf' is not a number"),
        ("1e400", "too large"),
        ("5 points", "is not a number"),
        ("٥", "is not a number"),
        ('"5,5"', 'decimal = ","'),
        ("8", "8 is not on relationship_check/bond: at least 1 and at most 7"),
        ("0x10", "is not a number"),
        ("=1+1", "is not a number"),
    ],
)
def test_a_value_that_is_none_says_line_and_column(tmp_path: Path, value: str, why: str) -> None:
    (fault,) = faults(tmp_path, f"{HEADER}\n{ROW},{value}\n")
    assert fault.startswith("line 2, column 'value': ")
    assert why in fault


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        (",Alice,1,2026-02-02,client,week_check,wellbeing,3", "relationship", "is empty"),
        ("=cmd|x,Alice,1,2026-02-02,client,week_check,wellbeing,3", "relationship", "formula"),
        ("ben,@SUM(A1),1,2026-02-02,client,week_check,wellbeing,3", "therapist", "formula"),
        ("ben,Ali\x07ce,1,2026-02-02,client,week_check,wellbeing,3", "therapist", "printed"),
        (f"{'b' * 65},Alice,1,2026-02-02,client,week_check,wellbeing,3", "relationship", "65"),
        ("ben,Alice,0,2026-02-02,client,week_check,wellbeing,3", "session", "session number"),
        ("ben,Alice,1.5,2026-02-02,client,week_check,wellbeing,3", "session", "session number"),
        ("ben,Alice,1,02/02/2026,client,week_check,wellbeing,3", "date", "like 2026-03-31"),
        ("ben,Alice,1,2026-02-30,client,week_check,wellbeing,3", "date", "is not a date"),
        ("ben,Alice,1,2026-02-02,mother,week_check,wellbeing,3", "rater", "'mother' is none of"),
        ("ben,Alice,1,2026-02-02,client,bdi,total,3", "value", "'bdi' is unknown"),
        ("ben,Alice,1,2026-02-02,client,phq9,sum,3", "value", "no scale 'sum', only total"),
        ("ben,Alice,1,2026-02-02,therapist,phq9,total,3", "value", "answered by the client"),
    ],
)
def test_each_bad_cell_is_named(tmp_path: Path, row: str, column: str, why: str) -> None:
    (fault,) = faults(tmp_path, f"{HEADER}\n{row}\n")
    assert fault.startswith(f"line 2, column {column!r}: ")
    assert why in fault


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (HEADER.encode(), "no rows"),
        (b"PK\x03\x04\0\0\0", "line 1: not text but binary"),
        (LONG.encode("utf-16"), "UTF-16"),
        (LONG.replace("Noor", "Noël").encode("latin-1"), "line 5: byte 0xeb is not UTF-8"),
        (f'{HEADER}\nben,"Alice'.encode(), "not a CSV file"),
        (f"{HEADER}\n{ROW}\n".encode(), "line 2: has 7 cells where the header has 8"),
        (b"a,b,a\n1,2,3\n", "line 1, column 'a': stands twice"),
        (b"a,,b\n1,2,3\n", "cell 2 is empty"),
        (b"dyad,session\n1,1\n", "--mapping"),
        (LONG.replace(",scale,", ",scales,").encode(), "'item' or 'scale' is missing"),
        (f"{HEADER}\n{ROW},{'5' * 200_000}\n".encode(), "not a CSV file"),
    ],
)
def test_what_is_no_sessions_file_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    assert any(why in fault for fault in faults(tmp_path, content))


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(BadFileError, match="200 MB"):
        sessions_file.read(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match=r"absent\.csv: cannot be read: No such file"):
        sessions_file.read(tmp_path / "absent.csv")
    with pytest.raises(BadFileError, match="Is a directory"):
        sessions_file.read(tmp_path)


def test_the_same_value_twice_names_both_lines(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f"{HEADER}\n{ROW},5\n\n{ROW},5\n")
    assert fault.startswith("line 4,")
    assert "already on line 2" in fault
    (fault,) = faults(tmp_path, ITEMS + week("wellbeing", "3") + week("wellbeing", "4"))
    assert "line 3" in fault
    assert "already on line 2" in fault


def test_what_contradicts_itself_is_refused(tmp_path: Path) -> None:
    other_therapist = ROW.replace("Alice", "Dana").replace(",1,", ",2,")
    (fault,) = faults(tmp_path, f"{HEADER}\n{ROW},5\n{other_therapist},5\n")
    assert "'Alice' on line 2 and 'Dana' here" in fault
    other_day = ROW.replace("02-02", "02-03").replace("client", "therapist")
    (fault,) = faults(tmp_path, f"{HEADER}\n{ROW},5\n{other_day},5\n")
    assert fault == "line 3, column 'date': session 1 is on 2026-02-02 in line 2"
    earlier = ROW.replace("02-02", "01-02").replace(",1,", ",2,")
    (fault,) = faults(tmp_path, f"{HEADER}\n{ROW},5\n{earlier},5\n")
    assert "before session 1" in fault


def test_every_fault_is_told_up_to_fifty(tmp_path: Path) -> None:
    rows = "".join(f"{ROW.replace(',1,', f',{n},')},x\n" for n in range(1, 61))
    with pytest.raises(BadFileError) as refused:
        sessions_file.read(write(tmp_path, f"{HEADER}\n{rows}"))
    assert len(refused.value.faults) == 50
    assert refused.value.more == 10
    assert "and 10 more" in str(refused.value)
