"""What the relay does about appointments."""

from __future__ import annotations

from rapport.kernel import clock
from rapport.kernel.actor import system
from rapport.people.events import RelationshipEnded
from rapport.people.models import Relationship
from rapport.scheduling import actions


def cancel_ahead(event: RelationshipEnded) -> None:
    """Call off whatever was still planned in a relationship that has ended."""
    relationship = Relationship.objects.get(id=event.relationship_id)
    if relationship.ended_on is not None:  # it may have been opened again meanwhile
        actions.cancel_ahead(relationship, by=system(event.practice_id), at=clock.now())
