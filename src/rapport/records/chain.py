"""The chain of a note's signings: each digest covers what was signed and the digest before.

``digest = SHA-256(note, number, kind, sections, words, reason, signer, time, previous digest)`` as
compact JSON. Nobody needs a key to check a printed note against its digest; that a whole chain was
not written anew is for the keyed audit chain to show.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from rapport.records.models import Signing


def digest_of(signing: Signing) -> str:
    """The digest that a signing must have."""
    signed = [
        str(signing.note_id),
        signing.number,
        signing.kind,
        [[one["label"], one["text"]] for one in signing.sections],
        signing.words,
        signing.reason,
        str(signing.member_id),
        signing.name,
        signing.at.astimezone(UTC).isoformat(timespec="microseconds"),
        signing.previous,
    ]
    text = json.dumps(signed, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_whole(signings: Iterable[Signing]) -> bool:
    """Whether a note's signings, first to last, are as they were signed and none is missing."""
    previous = ""
    for number, signing in enumerate(signings, 1):
        if (signing.number, signing.previous) != (number, previous):
            return False
        if signing.digest != digest_of(signing):
            return False
        previous = signing.digest
    return bool(previous)
