"""From a table's cells to rows that say: this session was held, and these values were given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar, cast

from rapport.measures.sessions_file.cells import (
    BadCellError,
    as_date,
    as_name,
    as_number,
    as_session,
    as_yes_or_no,
    shown,
)
from rapport.measures.sessions_file.faults import Faults
from rapport.measures.sessions_file.mapping import RATERS, Mapping, Source
from rapport.measures.sessions_file.table import Table
from rapport.science.history import Rater

NEEDED = ("relationship", "therapist", "session")
LONG_NEEDED = ("rater", "measure", "value")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Given:
    """One value as it stands in the file, and the column to blame if it is wrong."""

    column: str
    rater: Rater
    measure: str
    name: str
    is_item: bool
    value: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a session held, and the values on that line."""

    line: int
    relationship: str
    therapist: str
    session: int
    held_on: date | None
    dropped_out: bool
    given: tuple[Given, ...]


class Reader:
    """Reads the rows of one table; what is wrong goes to ``faults`` and the row is left out."""

    def __init__(self, table: Table, mapping: Mapping, faults: Faults) -> None:
        self.table, self.mapping, self.faults = table, mapping, faults
        self.place = {name: number for number, name in enumerate(table.header)}
        self.line = 0
        self.cells: list[str] = []

    def rows(self) -> Iterator[Row]:
        """Yield every row that can be read."""
        if not self._columns_are_there():
            return
        for line, cells in self.table.rows:
            self.line, self.cells = line, cells
            row = self._row()
            if row is not None:
                yield row

    def unread(self) -> tuple[str, ...]:
        """Columns that nothing was read from."""
        read = {self.mapping.columns[name] for name in self.mapping.columns}
        read |= {source.column for source in self.mapping.values}
        return tuple(name for name in self.table.header if name not in read)

    def _columns_are_there(self) -> bool:
        needed = list(NEEDED) if self.mapping.wide else [*NEEDED, *LONG_NEEDED]
        wanted = [self.mapping.columns[name] for name in needed]
        wanted += [source.column for source in self.mapping.values]
        missing = [name for name in wanted if name not in self.place]
        for name in missing:
            self.faults.add(1, name, f"is missing; the header has {', '.join(self.table.header)}")
        if not self.mapping.wide and not missing and not (self._has("item") or self._has("scale")):
            self.faults.add(1, None, "a column 'item' or 'scale' is missing")
            return False
        if missing and not self.mapping.wide:
            why = "for a wide file, say with --mapping what its columns are"
            self.faults.add(None, None, why)
        return not missing

    def _row(self) -> Row | None:
        relationship = self._read("relationship", as_name)
        therapist = self._read("therapist", as_name)
        session = self._read("session", as_session)
        held_on, dated = self._day(session)
        dropped_out = self._read("dropout", as_yes_or_no) if self._has("dropout") else False
        given = self._wide() if self.mapping.wide else self._long()
        if not (relationship and therapist and session and dated) or dropped_out is None:
            return None
        return Row(self.line, relationship, therapist, session, held_on, dropped_out, given)

    def _has(self, name: str) -> bool:
        return self.mapping.columns[name] in self.place

    def _text(self, name: str) -> str:
        return self.cells[self.place[self.mapping.columns[name]]]

    def _read(self, name: str, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(self._text(name))
        except BadCellError as error:
            self.faults.add(self.line, self.mapping.columns[name], str(error))
            return None

    def _day(self, session: int | None) -> tuple[date | None, bool]:
        """The day of the session, and whether nothing was wrong with it."""
        if self._has("date"):
            pattern = self.mapping.date_format
            day = self._read("date", lambda text: as_date(text, pattern=pattern))
            return day, day is not None
        assumed = self.mapping.dates
        if assumed is None or session is None:
            return None, True
        return assumed.first_session_on + timedelta(days=assumed.every_days * (session - 1)), True

    def _wide(self) -> tuple[Given, ...]:
        read = (self._source(source) for source in self.mapping.values)
        return tuple(given for given in read if given is not None)

    def _source(self, source: Source) -> Given | None:
        value = self._value(source.column)
        if value is None:
            return None
        name, is_item = source.item or source.scale or "", source.item is not None
        return Given(source.column, source.rater, source.measure, name, is_item, value)

    def _long(self) -> tuple[Given, ...]:
        column = self.mapping.columns["value"]
        value = self._value(column)
        rater, measure = self._text("rater").lower(), self._text("measure")
        item = self._text("item") if self._has("item") else ""
        scale = self._text("scale") if self._has("scale") else ""
        if rater not in RATERS:
            why = f"{shown(rater)} is none of {', '.join(RATERS)}"
            self.faults.add(self.line, self.mapping.columns["rater"], why)
        elif bool(item) == bool(scale):
            self.faults.add(self.line, None, "give either an item or a scale, and not both")
        elif value is not None:
            who = cast(Rater, rater)
            return (Given(column, who, measure, item or scale, bool(item), value),)
        return ()

    def _value(self, column: str) -> float | None:
        text = self.cells[self.place[column]]
        if text in self.mapping.missing:
            return None
        try:
            return as_number(text, decimal=self.mapping.decimal)
        except BadCellError as error:
            self.faults.add(self.line, column, str(error))
            return None
