"""Make a practice's own note template, and put one out of use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Refusal
from rapport.people.models import Track
from rapport.records import access
from rapport.records.facts import PREFILLS
from rapport.records.models import NoteTemplate
from rapport.records.note_templates import Section

MOST_SECTIONS = 12
LONGEST_NAME = 80


class BadTemplate(Refusal):
    """A template needs a name, a side, and at least one section."""

    code = "bad_template"


@transaction.atomic
def make_template(
    name: str, *, track: str, sections: Sequence[Section], by: Actor, at: datetime
) -> NoteTemplate:
    """Add a template of the practice's own."""
    access.check_may_make_templates(by=by)
    _check(name, track, sections)
    template = NoteTemplate.objects.create(
        practice_id=by.practice_id,
        name=" ".join(name.split()),
        track=track,
        sections=[asdict(section) for section in sections],
        made_by_id=by.person_id,
        made_at=at,
    )
    audit.record("make", "note_template", [template.id], by=by, at=at)
    return template


@transaction.atomic
def retire_template(template: NoteTemplate, *, by: Actor, at: datetime) -> None:
    """Offer a template no longer; notes keep the sections they were begun with."""
    NoteTemplate.objects.filter(id=template.id, retired_at=None).update(retired_at=at)
    audit.record("retire", "note_template", [template.id], by=by, at=at)


def _check(name: str, track: str, sections: Sequence[Section]) -> None:
    wrong = {}
    if not name.strip() or len(name) > LONGEST_NAME:
        wrong["name"] = f"A name of at most {LONGEST_NAME} characters."
    if track not in Track.values:
        wrong["track"] = "Choose one of the two."
    if not 1 <= len(sections) <= MOST_SECTIONS:
        wrong["label-1"] = f"Name one to {MOST_SECTIONS} sections."
    for number, section in enumerate(sections, 1):
        if len(section.label) > LONGEST_NAME or set(section.prefill) - set(PREFILLS):
            wrong[f"label-{number}"] = f"A heading of at most {LONGEST_NAME} characters."
    if wrong:
        raise BadTemplate("The template is not complete yet.", fields=wrong)
