"""Typed looks into FHIR JSON that may be anything: what is not as it should be reads as absent."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import nh3

from rapport.measures.fhir_package import Json

LOINC = "http://loinc.org"

# Control characters, and those that turn the direction of text: none belongs in a question.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class OverlongTextError(ValueError):
    """A text longer than anything of its kind."""


def objects(resource: Json, name: str) -> tuple[Json, ...]:
    """The JSON objects in the list ``name``."""
    value = resource.get(name)
    return tuple(e for e in value if isinstance(e, dict)) if isinstance(value, list) else ()


def nested(resource: Json, name: str) -> Json:
    """The JSON object ``name``, or an empty one."""
    value = resource.get(name)
    return value if isinstance(value, dict) else {}


def text(resource: Json, name: str, *, longest: int = 1_000) -> str:
    """Return the text ``name`` as plain text: no markup, no unseen characters, one line a break.

    Raises
    ------
    OverlongTextError
        Where it is longer than ``longest``.
    """
    value = resource.get(name)
    if not isinstance(value, str):
        return ""
    if len(value) > longest:
        raise OverlongTextError(f"{name} has {len(value):,} characters; at most {longest:,} fit")
    return _without_markup(_UNSEEN.sub("", value)).strip()


def codes(resource: Json, *, system: str | None = LOINC) -> frozenset[str]:
    """The codes in the list ``code``, of one system or of any."""
    return frozenset(
        text(coding, "code", longest=100)
        for coding in objects(resource, "code")
        if system is None or coding.get("system") == system
    ) - {""}


def leaves(resource: Json) -> Iterator[Json]:
    """Every item that holds no others, in order, however deep."""
    for item in objects(resource, "item"):
        if "item" in item:
            yield from leaves(item)
            if text(item, "type") not in {"group", "display"}:
                yield item
        else:
            yield item


def extension(element: Json, *endings: str) -> Json:
    """The first extension whose address ends in one of ``endings``, or an empty one."""
    for candidate in objects(element, "extension"):
        if text(candidate, "url").rsplit("/", 1)[-1] in endings:
            return candidate
    return {}


def number(element: Json, *names: str) -> float | None:
    """The first of ``names`` that is a number."""
    for name in names:
        value = element.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None


def _without_markup(value: str) -> str:
    """Strip tags until none is left, so that doubly escaped ones do not come back as tags."""
    while (plain := html.unescape(nh3.clean(value, tags=set()))) != value:
        value = plain
    return value
