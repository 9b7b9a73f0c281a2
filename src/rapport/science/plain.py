"""Frozen dataclasses to plain JSON-able values and back, by their annotations.

Covers what the science shapes are made of: dataclasses, ``tuple[X, ...]``, unions, literals
and scalars. A union of dataclasses is told apart by its members' field names, so no tag has to
be stored. Field names and decoders are found once per type.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import cache

Plain: typing.TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
Decoder = Callable[[Plain], object]
T = typing.TypeVar("T")


class PlainDataError(ValueError):
    """A value cannot be written as plain data, or plain data does not fit the shape."""


def to_plain(value: object) -> Plain:
    """Return ``value`` as dicts, lists and scalars; refuse NaN and infinity."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise PlainDataError(f"{value} has no plain form: say why a figure is missing instead.")
        return value
    names = _field_names(typing.cast(Hashable, type(value)))
    if names:
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    raise PlainDataError(f"A {type(value).__name__} has no plain form.")


def from_plain(shape: type[T], data: Plain) -> T:
    """Rebuild a ``shape`` from what :func:`to_plain` made of it."""
    return typing.cast(T, _decoder(typing.cast(Hashable, shape))(data))


@cache
def _field_names(shape: Hashable) -> tuple[str, ...]:
    """The fields of a dataclass in order; none of any other type."""
    if isinstance(shape, type) and is_dataclass(shape):
        return tuple(field.name for field in fields(shape))
    return ()


@cache
def _decoder(shape: Hashable) -> Decoder:
    origin = typing.get_origin(shape)
    if isinstance(shape, type) and _field_names(shape):
        return _dataclass_decoder(shape)
    if origin is tuple:
        return _tuple_decoder(typing.get_args(shape)[0])
    if origin is typing.Union or origin is types.UnionType:
        return _union_decoder(typing.get_args(shape))
    if shape is float:
        return lambda data: float(data) if isinstance(data, int) else data
    return lambda data: data


def _dataclass_decoder(shape: type) -> Decoder:
    hints = typing.get_type_hints(shape)
    parts = {name: _decoder(hints[name]) for name in _field_names(shape)}

    def decode(data: Plain) -> object:
        if not isinstance(data, dict) or data.keys() != parts.keys():
            found = sorted(data) if isinstance(data, dict) else type(data).__name__
            raise PlainDataError(f"{shape.__name__} needs {sorted(parts)}; found {found}.")
        return shape(**{name: part(data[name]) for name, part in parts.items()})

    return decode


def _tuple_decoder(item_shape: object) -> Decoder:
    item = _decoder(item_shape)

    def decode(data: Plain) -> object:
        if not isinstance(data, list):
            raise PlainDataError(f"A list is needed here; found {type(data).__name__}.")
        return tuple(item(entry) for entry in data)

    return decode


def _union_decoder(members: tuple[object, ...]) -> Decoder:
    by_fields = {frozenset(names): _decoder(m) for m in members if (names := _field_names(m))}
    others = [m for m in members if m is not type(None) and not _field_names(m)]
    scalar = _decoder(others[0]) if others else None

    def decode(data: Plain) -> object:
        if data is None:
            return None
        if isinstance(data, dict) and frozenset(data) in by_fields:
            return by_fields[frozenset(data)](data)
        if scalar is None:
            raise PlainDataError(f"{data!r} fits none of the shapes that may stand here.")
        return scalar(data)

    return decode
