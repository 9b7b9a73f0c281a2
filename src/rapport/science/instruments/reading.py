"""Reads an instrument's TOML file strictly: what is missing, unknown or impossible is named."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from typing import TypeVar, cast

from rapport.science.instruments.shape import (
    Band,
    CutOff,
    Instrument,
    InstrumentError,
    Item,
    MissingRule,
    Norm,
    Option,
    Reliability,
    ReliableChange,
    RiskRule,
    ScaleKey,
)

Table = Mapping[str, object]
T = TypeVar("T")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "respondent": ("client", "therapist", "interpreter"),
    "wording": ("ours", "imported"),
    "role": ("relationship", "outcome"),
    "method": ("sum", "mean"),
    "severity": ("present", "high"),
    "kind_of_cutoff": ("clinical", "remission", "other"),
}


PLAIN = {"str": str, "int": int, "bool": bool, "float": float, "float | None": float}


def read_instrument(text: str, *, name: str) -> Instrument:
    """Build an instrument from TOML ``text``; ``name`` is the file's, for messages.

    Raises
    ------
    InstrumentError
        Naming the file, the place in it and what is wrong.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InstrumentError(f"{name} is not TOML: {error}.") from error
    try:
        return _instrument(table)
    except InstrumentError as error:
        raise InstrumentError(f"{name}: {error}") from error


def _instrument(table: Table) -> Instrument:
    answers = _table(table, "answers")
    items = _many(table, "items", lambda number, t: _item(number, {**answers, **t}))
    by_key = _unique({item.key: item for item in items}, len(items), "items")
    scales = _many(table, "scales", lambda _, t: _scale(t, by_key))
    _unique({scale.key: scale for scale in scales}, len(scales), "scales")
    instrument = _build(
        Instrument,
        {k: v for k, v in table.items() if k != "answers"},
        items=items,
        scales=scales,
        risks=_many(table, "risks", lambda _, t: _risk(t, by_key)),
    )
    _check_wording(instrument)
    return instrument


def _item(number: int, table: Table) -> Item:
    """An item with one option for each whole step, unless ``step`` makes it a line."""
    labels, loinc = _texts(table, "labels"), _texts(table, "answer_loinc")
    item = _build(
        Item,
        {k: v for k, v in table.items() if k not in {"labels", "answer_loinc"}},
        number=number,
    )
    if item.minimum >= item.maximum:
        raise InstrumentError(f"item {item.key} has minimum {item.minimum} >= {item.maximum}")
    if "step" in table:
        return item
    values = range(int(item.minimum), int(item.maximum) + 1)
    for what, given in (("labels", labels), ("answer_loinc", loinc)):
        if given and len(given) != len(values):
            raise InstrumentError(f"item {item.key} has {len(given)} {what} for {len(values)}")
    blank = ("",) * len(values)
    options = map(Option, values, labels or blank, loinc or blank)
    return replace(item, options=tuple(options))


def _scale(table: Table, items: Mapping[str, Item]) -> ScaleKey:
    keys = _texts(table, "items") or tuple(items)
    _known(table, keys, items)
    _known(table, _texts(table, "reverse"), dict.fromkeys(keys))
    factor = cast(float, table.get("factor", 1.0))
    weight = factor if table.get("method") == "sum" else factor / len(keys)
    scale = _build(
        ScaleKey,
        table,
        items=keys,
        minimum=weight * sum(items[key].minimum for key in keys),
        maximum=weight * sum(items[key].maximum for key in keys),
        missing=_build(MissingRule, _table(table, "missing")),
        bands=_many(table, "bands", lambda _, t: _build(Band, t)),
        cutoffs=_many(table, "cutoffs", lambda _, t: _cutoff(t)),
        norms=_many(table, "norms", lambda _, t: _build(Norm, t)),
        reliability=_optional(table, "reliability", Reliability),
        reliable_change=_optional(table, "reliable_change", ReliableChange),
    )
    if scale.missing.at_most and not scale.missing.source:
        raise InstrumentError(f"scale {scale.key} allows missing items but names no source")
    _check_inside(scale)
    return scale


def _known(scale: Table, named: tuple[str, ...], known: Mapping[str, object]) -> None:
    for key in named:
        if key not in known:
            raise InstrumentError(f"scale {scale.get('key')} names {key}, which is no item of it")


def _check_inside(scale: ScaleKey) -> None:
    points = [cutoff.value for cutoff in scale.cutoffs]
    points += [edge for band in scale.bands for edge in (band.minimum, band.maximum)]
    for point in points:
        if not scale.minimum <= point <= scale.maximum:
            raise InstrumentError(
                f"scale {scale.key} runs from {scale.minimum:g} to {scale.maximum:g}; "
                f"{point:g} lies outside"
            )


def _cutoff(table: Table) -> CutOff:
    _choice("kind_of_cutoff", table.get("kind"))
    return _build(CutOff, table)


def _risk(table: Table, items: Mapping[str, Item]) -> RiskRule:
    rule = _build(RiskRule, table)
    if rule.item not in items:
        raise InstrumentError(f"a risk rule names {rule.item}, which is no item")
    item = items[rule.item]
    if not item.minimum <= rule.at_least <= item.maximum:
        raise InstrumentError(f"the risk rule of {rule.item} can never be met")
    return rule


def _check_wording(instrument: Instrument) -> None:
    """Wording stands in the file exactly when it is ours."""
    ours = instrument.wording == "ours"
    for item in instrument.items:
        worded = [bool(item.text), *(bool(option.label) for option in item.options)]
        if ours and not all(worded):
            raise InstrumentError(f"item {item.key} lacks its text or an answer's label")
        if not ours and any(worded):
            raise InstrumentError(f"item {item.key} carries wording that is not ours to ship")


def _build(shape: Callable[..., T], table: Table, **parts: object) -> T:
    """Make ``shape`` from a table's plain values and the ``parts`` that were read already."""
    known = {field.name: field for field in fields(shape)}  # type: ignore[arg-type]
    given = {**table, **parts}
    what = f"{shape.__name__.lower()} {table.get('key', '')}".strip()
    if unknown := sorted(given.keys() - known.keys()):
        raise InstrumentError(f"{what} does not know {', '.join(unknown)}")
    needed = {name for name, field in known.items() if field.default is MISSING}
    if lacking := sorted(needed - given.keys()):
        raise InstrumentError(f"{what} lacks {', '.join(lacking)}")
    for name in table.keys() - parts.keys():
        given[name] = _plain(f"{what}, {name}", str(known[name].type), table[name])
        _choice(name, given[name])
    return shape(**given)


def _plain(where: str, kind: str, value: object) -> object:
    """A TOML value as the annotation has it: numbers as floats, lists as tuples."""
    if kind.startswith("float") and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind == "tuple[str, ...]" and not _is_texts(value):
        raise InstrumentError(f"{where} must be a list of texts, not {value!r}")
    if kind in PLAIN and type(value) is not PLAIN[kind]:
        raise InstrumentError(f"{where} must be a {PLAIN[kind].__name__}, not {value!r}")
    return tuple(value) if isinstance(value, list) else value


def _choice(name: str, value: object) -> None:
    if name in CHOICES and value not in CHOICES[name]:
        raise InstrumentError(f"{name} is {value!r}; it may be {', '.join(CHOICES[name])}")


def _many(table: Table, name: str, read: Callable[[int, Table], T]) -> tuple[T, ...]:
    entries = table.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise InstrumentError(f"{name} must be a list of tables")
    return tuple(read(number, entry) for number, entry in enumerate(entries, start=1))


def _optional(table: Table, name: str, shape: Callable[..., T]) -> T | None:
    return _build(shape, _table(table, name)) if name in table else None


def _table(table: Table, name: str) -> Table:
    value = table.get(name, {})
    if not isinstance(value, dict):
        raise InstrumentError(f"{name} must be a table")
    return value


def _texts(table: Table, name: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not _is_texts(value):
        raise InstrumentError(f"{name} must be a list of texts")
    return tuple(cast(list[str], value))


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _unique(by_key: Mapping[str, T], count: int, what: str) -> Mapping[str, T]:
    if len(by_key) != count:
        raise InstrumentError(f"two {what} have the same key")
    if not count:
        raise InstrumentError(f"there are no {what}")
    return by_key
