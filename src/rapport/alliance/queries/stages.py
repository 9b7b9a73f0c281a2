"""The stage panel: where the clinician says the work is, and what speaks for moving on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EvidencePrompt:
    """A question whose answer is a fact on file, never a score.

    ``met`` is what the records say, or ``None`` where only the clinician can know.
    """

    key: str
    question: str
    met: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class StageChoice:
    """A stage one may move to; going back asks for a reason."""

    stage: str
    label: str
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class StageEntry:
    """One confirmed step."""

    stage: str
    label: str
    at_session: int
    at: datetime
    by_name: str
    words: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StagePanel:
    """The stage of a relationship; ``current`` is ``None`` until the first is confirmed."""

    relationship_id: UUID
    current: StageEntry | None
    prompts: tuple[EvidencePrompt, ...]
    choices: tuple[StageChoice, ...]
    trail: tuple[StageEntry, ...]
