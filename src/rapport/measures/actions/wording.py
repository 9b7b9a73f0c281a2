"""Take the wording of other people's measures into a practice, under its own licence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Refusal
from rapport.measures import questionnaire
from rapport.measures.models import Wording
from rapport.science import instruments


class WordingNotTaken(Refusal):
    """The file holds no wording that agrees with a measure's key; the message says why."""

    code = "wording_not_taken"


@dataclass(frozen=True, slots=True)
class ImportedWording:
    """One wording as it was taken in; ``warning`` is what its licence asks to be known."""

    instrument: str
    title: str
    language: str
    copyright: str
    warning: str
    notes: tuple[str, ...]
    replaced: bool


@transaction.atomic
def import_wording(
    path: Path, *, by: Actor, at: datetime
) -> tuple[tuple[ImportedWording, ...], tuple[questionnaire.Refused, ...]]:
    """Take every wording in a file, folder or package; returns them, and what was refused.

    A wording of the same measure and language takes the place of the one before.
    """
    try:
        reading = questionnaire.read(path)
    except questionnaire.WordingError as error:
        raise WordingNotTaken(str(error)) from None
    return tuple(_keep(found, by, at) for found in reading.wordings), reading.refusals


def _keep(found: questionnaire.Wording, by: Actor, at: datetime) -> ImportedWording:
    row, new = Wording.objects.update_or_create(
        practice_id=by.practice_id,
        instrument=found.instrument,
        language=found.language,
        defaults={
            "title": found.title,
            "intro": found.intro,
            "copyright": found.copyright,
            "items": dict(found.items),
            "options": {item: list(options) for item, options in found.options.items()},
            "source": found.source,
            "source_sha256": found.sha256,
            "imported_at": at,
        },
    )
    audit.record("import", "wording", [row.id], by=by, at=at)
    return ImportedWording(
        instrument=found.instrument,
        title=found.title,
        language=found.language,
        copyright=found.copyright,
        warning=instruments.load(found.instrument).licence_warning,
        notes=found.notes,
        replaced=not new,
    )
