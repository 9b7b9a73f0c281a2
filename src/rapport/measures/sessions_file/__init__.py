"""Session files: reading and checking ratings that came from elsewhere. Pure, no Django.

A file is a CSV table in a long form (one value a row) or, with a mapping, in a wide form (one
session a row). ``docs/reference/session-files.md`` describes both. Everything is checked before
anything is given out, and every fault is reported with its line and column.
"""

from __future__ import annotations

from pathlib import Path

from rapport.measures.sessions_file.assemble import Assembler
from rapport.measures.sessions_file.catalogue import Catalogue
from rapport.measures.sessions_file.cells import BadCellError
from rapport.measures.sessions_file.facts import (
    HeldSession,
    RelationshipFacts,
    RiskAnswer,
    SessionsFile,
    Value,
)
from rapport.measures.sessions_file.faults import BadFileError, Fault, Faults
from rapport.measures.sessions_file.mapping import Mapping, read_mapping
from rapport.measures.sessions_file.rows import Reader
from rapport.measures.sessions_file.table import read_table
from rapport.science.instruments.shape import InstrumentError

__all__ = [
    "BadFileError",
    "Fault",
    "HeldSession",
    "Mapping",
    "RelationshipFacts",
    "RiskAnswer",
    "SessionsFile",
    "Value",
    "read",
    "read_mapping",
]


def read(path: Path, mapping: Mapping | None = None) -> SessionsFile:
    """Read a sessions file in the form that ``mapping`` describes, else in the long form.

    Raises
    ------
    BadFileError
        With every fault found (the first 50, and how many more), each with line and column.
    """
    mapping = mapping or Mapping()
    table = read_table(path)
    faults = Faults(table.name)
    catalogue = Catalogue(mapping.scales)
    for measure in catalogue.shadowed():
        faults.add(None, None, f"the mapping declares {measure}, which is shipped: leave it out")
    _check_sources(mapping, catalogue, faults)
    faults.refuse_if_any()
    reader = Reader(table, mapping, faults)
    assembler = Assembler(catalogue, faults)
    assembler.take(reader.rows())
    relationships = tuple(assembler.relationships())
    faults.refuse_if_any()
    return SessionsFile(
        name=table.name,
        sha256=table.sha256,
        rows=len(table.rows),
        relationships=relationships,
        scales=catalogue.scales,
        declared=mapping.scales,
        risks=tuple(assembler.risks),
        notes=_notes(reader, mapping),
    )


def _check_sources(mapping: Mapping, catalogue: Catalogue, faults: Faults) -> None:
    """Blame a mapping's own mistake once, not once for each row."""
    for source in mapping.values:
        try:
            if source.scale is not None:
                catalogue.scale(source.measure, source.rater, source.scale)
            else:
                catalogue.form(source.measure, source.rater).item(source.item or "")
        except (BadCellError, InstrumentError) as error:
            faults.add(None, source.column, f"in the mapping: {error}")


def _notes(reader: Reader, mapping: Mapping) -> tuple[str, ...]:
    notes = []
    if unread := reader.unread():
        notes.append(f"not read: column {', '.join(unread)}")
    if mapping.dates is not None and "date" not in reader.place:
        notes.append("the file has no dates; they are assumed as the mapping says")
    return tuple(notes)
