"""How a psychotherapy note is sealed (45 CFR 164.501: kept separate from the record).

Each note has a key of its own, derived for its author and its row: a sealed text moved to another
row, or to another author's, does not open. Without the installation's secret key, in a backup for
example, it is noise.
"""

from __future__ import annotations

from rapport.kernel import crypto
from rapport.records.models import PsychotherapyNote


def sealed(note: PsychotherapyNote, words: str) -> str:
    """The words as the table keeps them."""
    return crypto.seal(words, purpose=_purpose(note))


def opened(note: PsychotherapyNote) -> str:
    """The words, for the author who obtained the note through ``access``."""
    return crypto.unseal(note.sealed, purpose=_purpose(note))


def _purpose(note: PsychotherapyNote) -> str:
    return f"psychotherapy note|{note.author_id}|{note.id}"
