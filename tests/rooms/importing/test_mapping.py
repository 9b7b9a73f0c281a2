"""The mapping file: what it can say, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rapport.measures import sessions_file
from rapport.measures.sessions_file import BadFileError
from tests.rooms.importing.files import EXAMPLES, write

SCALE = """
[[scales]]
measure = "mood"
scale = "total"
construct = "mood"
role = "outcome"
higher_is_better = true
"""
VALUE = """
[[values]]
column = "mood"
rater = "client"
measure = "mood"
scale = "total"
"""
COLUMNS = """
[columns]
relationship = "case"
session = "no"
"""


def mapping_fault(folder: Path, text: str) -> str:
    with pytest.raises(BadFileError) as refused:
        sessions_file.read_mapping(write(folder, text, "m.toml"))
    return str(refused.value)


def test_the_example_declares_its_scales() -> None:
    mapping = sessions_file.read_mapping(EXAMPLES / "sim_dyads_sessions.toml")
    symptom = next(scale for scale in mapping.scales if scale.scale == "symptom")
    assert (symptom.role, symptom.higher_is_better) == ("outcome", False)
    assert (symptom.minimum, symptom.maximum) == (None, None)


def test_a_wide_file_with_decimal_commas_and_its_own_dates(tmp_path: Path) -> None:
    text = SCALE + VALUE + COLUMNS + 'date = "day"\n[format]\ndecimal = ","\ndate = "%d.%m.%Y"\n'
    mapping = sessions_file.read_mapping(write(tmp_path, text, "m.toml"))
    rows = "case;therapist;no;day;mood\n7;Alice;1;03.02.2026;4,5\n7;Alice;2;10.02.2026;\n"
    (seven,) = sessions_file.read(write(tmp_path, rows), mapping).relationships
    assert [value.value for value in seven.values] == [4.5]
    assert [str(session.held_on) for session in seven.sessions] == ["2026-02-03", "2026-02-10"]


def test_columns_that_nothing_reads_are_noted(tmp_path: Path) -> None:
    mapping = sessions_file.read_mapping(write(tmp_path, SCALE + VALUE + COLUMNS, "m.toml"))
    rows = "case,therapist,no,mood,shoe_size\n7,Alice,1,4.5,43\n"
    file = sessions_file.read(write(tmp_path, rows), mapping)
    assert "not read: column shoe_size" in file.notes


def test_dropout_has_to_follow_the_last_session(tmp_path: Path) -> None:
    text = SCALE + VALUE + COLUMNS + 'dropout = "left"\n'
    mapping = sessions_file.read_mapping(write(tmp_path, text, "m.toml"))
    rows = "case,therapist,no,mood,left\n7,Alice,1,4,{}\n7,Alice,2,5,{}\n"
    (seven,) = sessions_file.read(write(tmp_path, rows.format(0, 1)), mapping).relationships
    assert seven.dropped_out
    with pytest.raises(BadFileError, match="set at session 1, yet session 2 was held"):
        sessions_file.read(write(tmp_path, rows.format(1, 0)), mapping)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("columns = 3", "columns must be a table"),
        ("[colums]\n", "'colums' is not known"),
        ("[columns]\nclient = 'x'\n", "'client' is not known"),
        ("this is not toml", "is not TOML"),
        ("values = 1", "list of tables"),
        (VALUE.replace('rater = "client"', 'rater = "mum"'), "[[values]] number 1: rater"),
        (VALUE.replace("scale = ", "# "), "either which scale or which item"),
        (SCALE.replace("higher_is_better = true", ""), "higher_is_better is missing"),
        (SCALE.replace("true", '"yes"'), "must be true or false"),
        (SCALE.replace('"outcome"', '"result"'), "role must be one of relationship, outcome"),
        (SCALE + "minimum = 5\nmaximum = 1\n", "minimum must be below maximum"),
        (SCALE + "reliability = 1.2\n", "between 0 and 1"),
        (SCALE + "reliability = nan\n", "must be a number"),
        (SCALE + "source_sd = 0\n", "above 0"),
        (SCALE.replace('"mood"', '"My Mood"'), "short key"),
        (SCALE + SCALE, "declared twice"),
        ("[format]\ndecimal = ';'\n", "decimal must be"),
        ("[dates]\nfirst_session_on = '2026-01-05'\n", "without quotes"),
        ("[dates]\nfirst_session_on = 2026-01-05\nevery_days = 0\n", "from 1 to 366"),
    ],
)
def test_what_a_mapping_cannot_mean_is_said(tmp_path: Path, text: str, why: str) -> None:
    assert why in mapping_fault(tmp_path, text)


def test_a_shipped_measure_cannot_be_declared_anew(tmp_path: Path) -> None:
    text = SCALE.replace('measure = "mood"', 'measure = "phq9"') + VALUE + COLUMNS
    mapping = sessions_file.read_mapping(write(tmp_path, text, "m.toml"))
    with pytest.raises(BadFileError, match="declares phq9, which is shipped"):
        sessions_file.read(write(tmp_path, "case,therapist,no,mood\n7,A,1,4\n"), mapping)


def test_a_mapping_that_names_an_unknown_scale_is_blamed_once(tmp_path: Path) -> None:
    mapping = sessions_file.read_mapping(write(tmp_path, VALUE + COLUMNS, "m.toml"))
    rows = "case,therapist,no,mood\n7,A,1,4\n7,A,2,4\n"
    with pytest.raises(BadFileError) as refused:
        sessions_file.read(write(tmp_path, rows), mapping)
    (fault,) = refused.value.faults
    assert "in the mapping: the measure 'mood' is unknown" in str(fault)
