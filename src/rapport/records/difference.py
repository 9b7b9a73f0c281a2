"""What changed between two signed texts, word by word, for whoever signs the second."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Run:
    """Some words that stayed, came or went."""

    what: Literal["same", "added", "removed"]
    words: str


@dataclass(frozen=True, slots=True)
class ChangedSection:
    """A section whose text is not what it was."""

    label: str
    runs: tuple[Run, ...]


def changed_sections(
    before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]
) -> tuple[ChangedSection, ...]:
    """The sections that differ, in the order of the later text; those that went, last."""
    old = {one["key"]: one["text"] for one in before}
    new = {one["key"]: one["text"] for one in after}
    labels = {one["key"]: one["label"] for one in (*after, *before)}
    return tuple(
        ChangedSection(label, runs_between(old.get(key, ""), new.get(key, "")))
        for key, label in labels.items()
        if old.get(key, "") != new.get(key, "")
    )


def runs_between(before: str, after: str) -> tuple[Run, ...]:
    """The words of both texts in one line of reading."""
    old, new = _words(before), _words(after)
    runs: list[Run] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            runs.append(Run("same", "".join(old[a:b])))
            continue
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        runs += [Run("removed", gone)] if gone else []
        runs += [Run("added", come)] if come else []
    return tuple(runs)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\S+", text)
