"""Reads a measure's wording from FHIR R4 Questionnaires and checks it against the shipped key.

Wording is taken only whole: a form that lacks an item, holds one more, or counts its answers
differently is refused with the reason, because a score from it would not be the measure's score.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapport.measures.answer_options import AnswerError, Lookup, options_of
from rapport.measures.fhir_fields import OverlongTextError, objects, text
from rapport.measures.fhir_package import (
    Document,
    Json,
    UnreadableFileError,
    WordingError,
    documents,
)
from rapport.measures.item_matching import (
    DisagreementError,
    instrument_of,
    match,
    name_of,
    questions_of,
)
from rapport.science.instruments import Instrument

__all__ = [
    "Reading",
    "Refused",
    "UnreadableFileError",
    "Wording",
    "WordingError",
    "WordingRefusedError",
    "read",
]

UNDETERMINED = "und"
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

Options = tuple[tuple[int, str], ...]


class WordingRefusedError(WordingError):
    """A Questionnaire is meant as a shipped measure but does not agree with its key.

    ``instrument`` is that measure's key, or "" where it could not be told.
    """

    def __init__(self, why: str, instrument: str = "") -> None:
        super().__init__(why)
        self.instrument = instrument


@dataclass(frozen=True, slots=True)
class Wording:
    """One measure's wording in one language, checked against its key.

    ``items`` and ``options`` go by the key's item keys; an item that is a line has no options.
    ``intro`` is what stands above the questions. ``notes`` are for whoever imports: what was
    assumed, and what in the file is not as the key has it.
    """

    instrument: str
    title: str
    language: str
    copyright: str
    source: str
    sha256: str
    intro: str
    items: Mapping[str, str]
    options: Mapping[str, Options]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not taken, and why; ``instrument`` is "" where it could not be told."""

    instrument: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file, folder or package held: wording to take, and what was refused and why."""

    wordings: tuple[Wording, ...]
    refusals: tuple[Refused, ...]


def read(path: Path) -> Reading:
    """Read every wording of a shipped measure at ``path``.

    Parameters
    ----------
    path : Path
        A Questionnaire as JSON, a folder of such files, or a FHIR package (``.tgz``).

    Returns
    -------
    Reading
        With at least one wording.

    Raises
    ------
    UnreadableFileError
        Where ``path`` cannot be read or is not safe to read.
    WordingRefusedError
        Where what was found agrees with no key; the message gives each reason.
    WordingError
        Where no Questionnaire of a shipped measure is there at all, or one is there twice.
    """
    wordings: list[Wording] = []
    refusals: list[Refused] = []
    for document in documents(path):
        try:
            wordings += _from_document(document, path)
        except WordingRefusedError as error:
            refusals.append(Refused(error.instrument, str(error)))
        except UnreadableFileError as error:
            refusals.append(Refused("", str(error)))
    if not wordings and refusals:
        raise WordingRefusedError("\n".join(refused.why for refused in refusals))
    if not wordings:
        raise WordingError(
            f"{path.name} holds no Questionnaire of a measure that Rapport knows. A Questionnaire "
            "is known by its LOINC codes, or by an identifier such as 'wai-sr'."
        )
    _check_unique(wordings)
    return Reading(tuple(wordings), tuple(refusals))


def _from_document(document: Document, path: Path) -> Iterator[Wording]:
    alone = document.source == path.name
    if not (alone or document.is_a("Questionnaire")):
        return
    body = document.parsed()
    if body.get("resourceType") != "Questionnaire":
        return
    instrument = None
    try:
        instrument = instrument_of(body)
        if instrument is not None:
            yield _checked(body, instrument, document, _Neighbours(body, path))
    except (DisagreementError, OverlongTextError) as error:
        name = text(body, "id", longest=200) or "without id"
        why = f"{document.source} ({name}): {error}."
        raise WordingRefusedError(why, instrument.key if instrument else "") from None


class _Neighbours:
    """Finds ValueSets and CodeSystems: inside the Questionnaire, then beside it."""

    def __init__(self, questionnaire: Json, path: Path) -> None:
        self.contained = objects(questionnaire, "contained")
        self.path = path
        self.found: dict[tuple[str, str], Json | None] = {}

    def __call__(self, resource_type: str, address: str) -> Json | None:
        wanted = (resource_type, address.partition("|")[0])
        if wanted not in self.found:
            self.found[wanted] = self._inside(*wanted) or self._beside(*wanted)
        return self.found[wanted]

    def _inside(self, resource_type: str, address: str) -> Json | None:
        for resource in self.contained:
            named = (f"#{resource.get('id')}", resource.get("url"))
            if resource.get("resourceType") == resource_type and address in named:
                return resource
        return None

    def _beside(self, resource_type: str, address: str) -> Json | None:
        if self.path.is_file() and self.path.suffix == ".json":
            return None
        for document in documents(self.path):
            if address.encode() in document.raw and document.is_a(resource_type):
                body = document.parsed()
                if (body.get("resourceType"), body.get("url")) == (resource_type, address):
                    return body
        return None


def _checked(body: Json, instrument: Instrument, document: Document, find: Lookup) -> Wording:
    notes: list[str] = []
    questions = match(list(questions_of(body, instrument)), instrument, notes)
    options: dict[str, Options] = {}
    for item in instrument.items:
        try:
            options[item.key], note = options_of(questions[item.key], item, find)
        except AnswerError as error:
            raise DisagreementError(f"{instrument.title}: {name_of(item)} {error}") from None
        if note and note not in notes:
            notes.append(note)
    return Wording(
        instrument=instrument.key,
        title=text(body, "title") or instrument.title,
        language=_language(body),
        copyright=text(body, "copyright", longest=4_000),
        source=document.source,
        sha256=document.sha256,
        intro=_intro(body),
        items={key: _wording(question, key) for key, question in questions.items()},
        options=options,
        notes=tuple(notes),
    )


def _wording(question: Json, key: str) -> str:
    wording = text(question, "text")
    if not wording:
        raise DisagreementError(f"{key} has no text")
    return wording


def _intro(body: Json) -> str:
    """The text of the groups and displays that stand around the questions, once each."""
    texts: dict[str, None] = {}
    pending = list(objects(body, "item"))
    while pending:
        item = pending.pop(0)
        if text(item, "type") in {"group", "display"}:
            texts[text(item, "text")] = None
            pending = [*objects(item, "item"), *pending]
    return " ".join(entry for entry in texts if entry)


def _language(body: Json) -> str:
    language = text(body, "language") or UNDETERMINED
    if not LANGUAGE.fullmatch(language):
        raise DisagreementError(f"its language {language!r} is no language code")
    return language


def _check_unique(wordings: Sequence[Wording]) -> None:
    seen: dict[tuple[str, str], Wording] = {}
    for wording in wordings:
        first = seen.setdefault((wording.instrument, wording.language), wording)
        if first is not wording:
            raise WordingError(
                f"{first.source} and {wording.source} are both {wording.title} in the same "
                "language; import the one you mean by itself."
            )
