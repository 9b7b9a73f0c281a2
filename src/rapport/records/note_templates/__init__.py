"""The note templates that ship: one TOML file each, read once and kept."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a note; ``prefill`` names the facts that it starts with."""

    key: str
    label: str
    hint: str = ""
    prefill: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """What a note is made of; ``tracks`` says for which side of the wall."""

    key: str
    name: str
    about: str
    tracks: tuple[str, ...]
    sections: tuple[Section, ...]


@cache
def shipped() -> tuple[Template, ...]:
    """Every template that ships, in the order in which they are offered."""
    written = [(path.stem, _written(path)) for path in FOLDER.glob("*.toml")]
    return tuple(_template(*one) for one in sorted(written, key=lambda one: one[1]["place"]))


def section_of(written: Mapping[str, Any]) -> Section:
    """One section as TOML or JSON holds it."""
    return Section(
        key=written["key"],
        label=written["label"],
        hint=written.get("hint", ""),
        prefill=tuple(written.get("prefill", ())),
    )


def _written(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _template(key: str, written: Mapping[str, Any]) -> Template:
    return Template(
        key=key,
        name=written["name"],
        about=written["about"],
        tracks=tuple(written["tracks"]),
        sections=tuple(section_of(one) for one in written["sections"]),
    )
