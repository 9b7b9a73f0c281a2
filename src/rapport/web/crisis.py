"""A practice's own words on crisis help, its telephone numbers made ready to be tapped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapport.web.design.parts import CrisisLine

_LINE = re.compile(r"(?P<label>[^:\n]{1,80}):\s*(?P<number>\+?[0-9][0-9 ()/-]{1,24})")


@dataclass(frozen=True, slots=True)
class CrisisHelp:
    """``lines`` are the lines written as "Label: number"; ``words`` is all the rest."""

    words: str
    lines: tuple[CrisisLine, ...]


def crisis_help(written: str) -> CrisisHelp:
    """Tell telephone lines from words."""
    words: list[str] = []
    lines: list[CrisisLine] = []
    for line in written.splitlines():
        found = _LINE.fullmatch(line.strip())
        if found:
            lines.append(CrisisLine(found["label"].strip(), found["number"].strip()))
        else:
            words.append(line)
    return CrisisHelp("\n".join(words).strip(), tuple(lines))
