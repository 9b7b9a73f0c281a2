"""Which templates a note can be begun with."""

from __future__ import annotations

from rapport.kernel.actor import Actor
from rapport.people.models import Relationship, RelationshipKind, Track
from rapport.records import access
from rapport.records.models import NoteTemplate
from rapport.records.note_templates import Template, section_of, shipped

LATELY = 10


def templates_for(track: str) -> tuple[Template, ...]:
    """What a note on this side of the wall can be begun with: what ships, then the practice's."""
    own = NoteTemplate.objects.filter(track=track, retired_at=None).order_by("name", "id")
    ready = [one for one in shipped() if track in one.tracks]
    return (*ready, *(_template(row) for row in own))


def own_templates(*, by: Actor) -> tuple[Template, ...]:
    """The practice's own templates, for whoever may make them."""
    return tuple(_template(row) for row in access.templates(by=by).order_by("name", "id"))


def usual_template(relationship: Relationship, *, by: Actor) -> str:
    """What this member began such a session's note with of late; else what fits it."""
    side = relationship.track, relationship.kind
    for note in access.last_written(by=by, limit=LATELY):
        if note.session_id and (note.relationship.track, note.relationship.kind) == side:
            return note.template
    if relationship.track == Track.COACHING:
        return "coaching"
    return "soap" if relationship.kind == RelationshipKind.INDIVIDUAL else "group"


def _template(row: NoteTemplate) -> Template:
    return Template(
        key=str(row.id),
        name=row.name,
        about="",
        tracks=(row.track,),
        sections=tuple(section_of(one) for one in row.sections),
    )
