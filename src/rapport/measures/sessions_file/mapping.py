"""The mapping file: which column means what, and what an unknown measure's scales are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

from rapport.measures.sessions_file.faults import BadFileError, Fault
from rapport.science.history import Rater, Role, Scale

RATERS = ("client", "therapist", "interpreter")
ROLES = ("relationship", "outcome")
COLUMNS = (
    "relationship",
    "therapist",
    "session",
    "date",
    "dropout",
    "rater",
    "measure",
    "item",
    "scale",
    "value",
)
LARGEST = 1_000_000
Toml = dict[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """One column of a wide file: whose rating of what it holds."""

    column: str
    rater: Rater
    measure: str
    scale: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class AssumedDates:
    """Days for sessions of a file that has none: a regular rhythm, stated as assumed."""

    first_session_on: date
    every_days: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """How to read one file. The default reads the long form as it is documented."""

    columns: AnyMapping[str, str] = field(default_factory=lambda: {name: name for name in COLUMNS})
    values: tuple[Source, ...] = ()
    scales: tuple[Scale, ...] = ()
    dates: AssumedDates | None = None
    missing: frozenset[str] = frozenset({"", "NA"})
    decimal: str = "."
    date_format: str = "%Y-%m-%d"

    @property
    def wide(self) -> bool:
        return bool(self.values)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; raise :class:`BadFileError` for what it cannot mean."""
    try:
        return _mapping(tomllib.loads(_text(path)))
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        why = "is not UTF-8 text"
    except tomllib.TOMLDecodeError as error:
        why = f"is not TOML: {error}"
    except _MappingError as error:
        why = str(error)
    raise BadFileError(path.name, [Fault(None, None, why)])


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        raise _MappingError("is larger than 1 MB: is it a mapping?")
    return path.read_text(encoding="utf-8-sig")


class _MappingError(ValueError):
    """What a mapping says wrongly, and where."""


def _mapping(tables: Toml) -> Mapping:
    _only(tables, {"columns", "values", "scales", "dates", "format"}, "the mapping")
    columns = _columns(_table(tables, "columns"))
    form = _table(tables, "format")
    _only(form, {"decimal", "date", "missing"}, "[format]")
    decimal = _take(form, "decimal", str, "[format]", ".")
    if decimal not in {".", ","}:
        raise _MappingError('[format]: decimal must be "." or ","')
    missing = _take(form, "missing", list, "[format]", ["NA"])
    return Mapping(
        columns=columns,
        values=tuple(_source(table, where) for where, table in _tables(tables, "values")),
        scales=_scales(tables),
        dates=_dates(_table(tables, "dates")),
        missing=frozenset({"", *map(str, missing)}),
        decimal=decimal,
        date_format=_take(form, "date", str, "[format]", "%Y-%m-%d"),
    )


def _columns(table: Toml) -> dict[str, str]:
    _only(table, set(COLUMNS), "[columns]")
    named = {name: _take(table, name, str, "[columns]") for name in table}
    return {name: named.get(name, name) for name in COLUMNS}


def _source(table: Toml, where: str) -> Source:
    _only(table, {"column", "rater", "measure", "scale", "item"}, where)
    source = Source(
        column=_take(table, "column", str, where),
        rater=cast(Rater, _one_of(table, "rater", RATERS, where)),
        measure=_take(table, "measure", str, where),
        scale=_take(table, "scale", str, where, "") or None,
        item=_take(table, "item", str, where, "") or None,
    )
    if (source.scale is None) == (source.item is None):
        raise _MappingError(f"{where}: say either which scale or which item the column holds")
    return source


def _scales(tables: Toml) -> tuple[Scale, ...]:
    scales = tuple(_scale(table, where) for where, table in _tables(tables, "scales"))
    keys = [scale.key for scale in scales]
    for key in keys:
        if keys.count(key) > 1:
            raise _MappingError(f"the scale {key[0]}/{key[1]} is declared twice")
    return scales


def _scale(table: Toml, where: str) -> Scale:
    numbers = ("minimum", "maximum", "reliability", "source_sd")
    words = {"measure", "scale", "label", "construct", "role", "higher_is_better"}
    _only(table, words | set(numbers), where)
    given = {name: _number(table, name, where) for name in numbers}
    low, high, reliability, sd = (given[name] for name in numbers)
    if low is not None and high is not None and low >= high:
        raise _MappingError(f"{where}: minimum must be below maximum")
    if reliability is not None and not 0 < reliability < 1:
        raise _MappingError(f"{where}: reliability must lie between 0 and 1")
    if sd is not None and sd <= 0:
        raise _MappingError(f"{where}: source_sd must be above 0")
    return Scale(
        measure=_key(table, "measure", where),
        scale=_key(table, "scale", where),
        construct=_key(table, "construct", where),
        role=cast(Role, _one_of(table, "role", ROLES, where)),
        higher_is_better=_take(table, "higher_is_better", bool, where),
        label=_take(table, "label", str, where, "")[:120],
        minimum=low,
        maximum=high,
        reliability=reliability,
        source_sd=sd,
    )


def _dates(table: Toml) -> AssumedDates | None:
    if not table:
        return None
    _only(table, {"first_session_on", "every_days"}, "[dates]")
    every = _take(table, "every_days", int, "[dates]", 7)
    if not 1 <= every <= 366:
        raise _MappingError("[dates]: every_days must be from 1 to 366")
    return AssumedDates(_take(table, "first_session_on", date, "[dates]"), every)


def _table(tables: Toml, name: str) -> Toml:
    table = tables.get(name, {})
    if not isinstance(table, dict):
        raise _MappingError(f"{name} must be a table: write [{name}]")
    return table


def _tables(tables: Toml, name: str) -> list[tuple[str, Toml]]:
    listed = tables.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
        raise _MappingError(f"{name} must be a list of tables: write [[{name}]] before each")
    return [(f"[[{name}]] number {number}", table) for number, table in enumerate(listed, 1)]


def _only(table: Toml, known: set[str], where: str) -> None:
    for name in table:
        if name not in known:
            raise _MappingError(
                f"{where}: {name!r} is not known here; known are {', '.join(sorted(known))}"
            )


def _take(table: Toml, name: str, kind: type[T], where: str, default: T | None = None) -> T:
    value = table.get(name, default)
    if value is None:
        raise _MappingError(f"{where}: {name} is missing")
    if type(value) is not kind:
        raise _MappingError(f"{where}: {name} must be {_KINDS[kind]}")
    return value


_KINDS: dict[type, str] = {
    str: "text in quotes",
    bool: "true or false",
    int: "a whole number",
    list: "a list of texts",
    date: "a date such as 2026-01-05, without quotes",
}


def _number(table: Toml, name: str, where: str) -> float | None:
    value = table.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
        raise _MappingError(f"{where}: {name} must be a number")
    return float(value)


def _key(table: Toml, name: str, where: str) -> str:
    value = _take(table, name, str, where)
    if not value.isidentifier() or not value.islower() or len(value) > 64:
        raise _MappingError(f"{where}: {name} must be a short key of small letters, digits and _")
    return value


def _one_of(table: Toml, name: str, allowed: tuple[str, ...], where: str) -> str:
    value = _take(table, name, str, where)
    if value not in allowed:
        raise _MappingError(
            f"{where}: {name} must be one of {', '.join(allowed)}; it says {value!r}"
        )
    return value
