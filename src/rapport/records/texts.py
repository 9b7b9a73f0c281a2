"""What is typed into a note: cleaned, kept within bounds, and put together again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rapport.kernel.errors import Refusal
from rapport.records.models import Note

LONGEST = 20_000
Texts = dict[str, str]


class TextTooLong(Refusal):
    """A section takes many words, and not a book."""

    code = "text_too_long"


def clean(words: str) -> str:
    """The words as they are kept: one kind of line break, nothing that a database refuses."""
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip()


def standing(note: Note) -> Texts:
    """What stands in each section: of the draft, or of the signed text that counts."""
    if note.current is None:
        return dict(note.texts)
    return {one["key"]: one["text"] for one in note.current.sections}


def checked(note: Note, typed: Mapping[str, str]) -> Texts:
    """The typed texts of this note's sections; a section that was not sent stays as it is."""
    now = standing(note)
    keys = [section["key"] for section in note.sections]
    texts = {key: clean(typed.get(key, now.get(key, ""))) for key in keys}
    long = {key: _too_long(text) for key, text in texts.items() if len(text) > LONGEST}
    if long:
        raise TextTooLong(f"Keep each section to {LONGEST} characters.", fields=long)
    return texts


def sections_with(note: Note, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The whole text as it is signed: each section that says something, with its heading."""
    return [
        {"key": section["key"], "label": section["label"], "text": texts[section["key"]]}
        for section in note.sections
        if texts.get(section["key"])
    ]


def _too_long(text: str) -> str:
    return f"At most {LONGEST} characters; these are {len(text)}."
