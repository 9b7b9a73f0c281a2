"""What is wrong with a file, said so that a person can mend it: line, column and why."""

from __future__ import annotations

from dataclasses import dataclass, field

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend; ``line`` counts from 1 and includes the header."""

    line: int | None
    column: str | None
    why: str

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line else []
        place += [f"column {self.column!r}"] if self.column else []
        return f"{', '.join(place)}: {self.why}" if place else self.why


class BadFileError(ValueError):
    """A file that cannot be taken as it is; nothing of it was used."""

    def __init__(self, name: str, faults: list[Fault], more: int = 0) -> None:
        self.name, self.faults, self.more = name, tuple(faults), more
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """One line for each fault, and one for those beyond the first 50."""
        said = [f"{self.name}: {fault}" for fault in self.faults]
        if self.more:
            said.append(f"{self.name}: and {self.more} more like these")
        return said


@dataclass(slots=True)
class Faults:
    """Collects faults while a file is read on, so that one reading shows them all."""

    name: str
    kept: list[Fault] = field(default_factory=list)
    more: int = 0

    def add(self, line: int | None, column: str | None, why: str) -> None:
        if len(self.kept) < SHOWN:
            self.kept.append(Fault(line, column, why))
        else:
            self.more += 1

    def refuse_if_any(self) -> None:
        if self.kept:
            raise BadFileError(self.name, self.kept, self.more)
