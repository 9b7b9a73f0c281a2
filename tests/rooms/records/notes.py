"""Notes of Alice's for the tests: drafted, signed."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from rapport.alliance.queries import note_facts
from rapport.people.models import Client, Relationship, Session
from rapport.records import actions, queries
from rapport.records.models import Note
from tests.people import NOW, actor

WINDOW, OTHER = "window-one", "window-two"


def drafted(
    relationship: Relationship,
    client: Client | None,
    *,
    session: Session | None = None,
    template: str = "soap",
    at: datetime = NOW,
) -> Note:
    """A note just begun by the relationship's therapist."""
    offered = {one.key: one for one in queries.templates_for(relationship.track)}
    return actions.begin_note(
        relationship,
        template=offered[template],
        client=client,
        session=session,
        facts=note_facts(relationship, client=client, session=session, at=at),
        by=actor(relationship.therapist),
        at=at,
    )


def typed(note: Note, at: datetime = NOW, **texts: str) -> actions.Saved:
    """Something saved from a window of its own that has the latest text."""
    note.refresh_from_db()
    return actions.save_draft(note, texts=texts, revision=note.revision, window=str(uuid4()), at=at)


def signed(
    relationship: Relationship,
    client: Client | None,
    *,
    session: Session | None = None,
    cosigner: object = None,
    at: datetime = NOW,
    **texts: str,
) -> Note:
    """A signed note of the relationship's therapist."""
    note = drafted(relationship, client, session=session, at=at)
    typed(note, at, **(texts or {"subjective": "She slept through."}))
    actions.sign_note(
        note,
        cosigner_id=getattr(cosigner, "id", None),
        by=actor(relationship.therapist),
        at=at,
    )
    return Note.objects.select_related("current", "relationship").get(id=note.id)
