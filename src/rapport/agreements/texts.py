"""The texts that people agree to, one for each purpose; what was agreed to is known by its hash.

A text that changes gets a new version and the old one stays here, so that the ledger can always
show the exact words somebody agreed to.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from rapport.agreements.models import Purpose


@dataclass(frozen=True, slots=True)
class Text:
    """One version of what a person agrees to."""

    purpose: str
    version: str
    words: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.words.encode()).hexdigest()


_TEXTS = (
    Text(
        Purpose.MESSAGES,
        "1",
        "The practice may send me links to my check-ins by e-mail or text message. "
        "The messages say nothing about my health, and I can stop them at any time.",
    ),
    Text(
        Purpose.RECORD,
        "1",
        "My sessions may be recorded. Before each recording I am asked again, and I can have it "
        "stopped or deleted at any time. Saying no changes nothing about how I am treated.",
    ),
    Text(
        Purpose.ANALYSE,
        "1",
        "Recordings of my sessions may be analysed by software of this practice, such as who "
        "speaks when. The results are for my therapist and me, and go nowhere else.",
    ),
    Text(
        Purpose.TRANSCRIBE,
        "1",
        "Recordings of my sessions may be turned into written text by software of this practice. "
        "The text is kept and deleted like the recording itself.",
    ),
    Text(
        Purpose.RESEARCH,
        "1",
        "My answers may be used for research without my name. I can take this back at any time; "
        "what has been published by then stays.",
    ),
    Text(
        Purpose.SUPERVISION,
        "1",
        "My therapist may talk about our work in supervision, where everybody is bound to the "
        "same confidentiality.",
    ),
)
LABELS: dict[str, str] = dict(Purpose.choices)
PURPOSES = tuple(LABELS)
_BY_HASH = {(text.purpose, text.sha256): text for text in _TEXTS}


def current(purpose: str) -> Text:
    """What somebody asked today agrees to."""
    return next(text for text in reversed(_TEXTS) if text.purpose == purpose)


def agreed(purpose: str, sha256: str) -> Text | None:
    """The text with this hash, where it is one of ours."""
    return _BY_HASH.get((purpose, sha256))
