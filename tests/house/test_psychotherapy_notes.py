"""Psychotherapy notes are named in few places: an export or a report that does so is a fault."""

import re
from pathlib import Path

import rapport

SOURCE = Path(rapport.__file__).parent
NAMED = re.compile(r"PsychotherapyNote|psychotherapy_note", re.IGNORECASE)
ALLOWED = {
    "records/__init__.py",
    "records/access.py",
    "records/actions/__init__.py",
    "records/actions/psychotherapy.py",
    "records/models.py",
    "records/psychotherapy.py",
    "records/queries/__init__.py",
    "records/queries/lists.py",
    "demo/notes.py",
    "web/therapist/psychotherapy_notes.py",
    "web/therapist/urls.py",
}


def test_nothing_else_names_them() -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and NAMED.search(path.read_text(encoding="utf-8"))
    }
    assert found == ALLOWED
