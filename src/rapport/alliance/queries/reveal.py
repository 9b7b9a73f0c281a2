"""The reveal: a sentence first, the two sides' ratings of one session second."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RevealRow:
    """One construct as both sides rated it, in scale units."""

    construct: str
    label: str
    client_value: float | None
    therapist_value: float | None
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class Reveal:
    """What both sides said of one session; empty rows while it is sealed."""

    session_number: int
    sealed: bool
    sentence: str
    rows: tuple[RevealRow, ...]
