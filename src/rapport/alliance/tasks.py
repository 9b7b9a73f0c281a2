"""What the relay does for the alliance: assess again what something has happened to."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from rapport.alerts.events import AlertAcknowledged, AlertEscalated, AlertRaised, AlertSettled
from rapport.alerts.models import Alert
from rapport.alliance import actions
from rapport.goals.events import GoalChanged
from rapport.kernel import clock
from rapport.kernel.actor import system
from rapport.measures.events import CheckInClosed, CheckInScored, ScoresImported
from rapport.people.events import (
    RelationshipEnded,
    RelationshipHandedOver,
    RelationshipReopened,
    SessionHeld,
)
from rapport.people.models import Participant


def reassess(event: CheckInScored | CheckInClosed | ScoresImported | GoalChanged) -> None:
    """Assess the one dyad that an event names."""
    _reassess(event.relationship_id, event.client_id)


def reassess_relationship(
    event: SessionHeld | RelationshipEnded | RelationshipReopened | RelationshipHandedOver,
) -> None:
    """Assess every dyad of a relationship."""
    places = Participant.objects.filter(relationship_id=event.relationship_id)
    for client_id in places.order_by("id").values_list("client_id", flat=True):
        _reassess(event.relationship_id, client_id)


def reassess_alerted(
    event: AlertRaised | AlertEscalated | AlertAcknowledged | AlertSettled,
) -> None:
    """Let lists show at once what an alert has come to."""
    alert = Alert.objects.get(id=event.alert_id)
    _reassess(alert.relationship_id, alert.client_id)


def reassess_everybody() -> Iterator[tuple[int, int]]:
    """Assess every dyad that still works together; yields how many of how many are done."""
    places = Participant.objects.filter(relationship__ended_on=None).order_by("id")
    dyads = list(places.values_list("relationship_id", "client_id"))
    for done, dyad in enumerate(dyads, start=1):
        _reassess(*dyad)
        yield done, len(dyads)


def _reassess(relationship_id: UUID, client_id: UUID) -> None:
    place = Participant.objects.select_related("relationship__practice", "client").get(
        relationship_id=relationship_id, client_id=client_id
    )
    actions.reassess(
        place.relationship, client=place.client, by=system(place.practice_id), at=clock.now()
    )
