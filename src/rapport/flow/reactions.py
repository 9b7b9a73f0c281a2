"""Event -> reactions. Each reaction is idempotent: it may run again after a fault."""

from __future__ import annotations

from typing import Any

from rapport.alerts import tasks as alerts
from rapport.alerts.events import AlertAcknowledged, AlertEscalated, AlertRaised, AlertSettled
from rapport.alliance import tasks as alliance
from rapport.goals.events import GoalChanged
from rapport.kernel.outbox import Reaction
from rapport.measures import tasks as measures
from rapport.measures.events import CheckInAsked, CheckInClosed, CheckInScored, ScoresImported
from rapport.people import tasks as people
from rapport.people.events import (
    AccessTaken,
    ContactChanged,
    RelationshipEnded,
    RelationshipHandedOver,
    RelationshipReopened,
    SessionHeld,
)
from rapport.scheduling import tasks as scheduling
from rapport.scheduling.events import AppointmentBooked, AppointmentCancelled

REACTIONS: dict[type[Any], tuple[Reaction, ...]] = {
    AppointmentBooked: (measures.ask_before_session,),
    SessionHeld: (measures.ask_after_session, alliance.reassess_relationship),
    AppointmentCancelled: (measures.close_called_off,),
    RelationshipEnded: (
        scheduling.cancel_ahead,
        measures.close_ended,
        alliance.reassess_relationship,
    ),
    RelationshipReopened: (alliance.reassess_relationship,),
    RelationshipHandedOver: (
        alerts.hand_over,
        alerts.notify_taken_over,
        measures.close_handed_over,
        alliance.reassess_relationship,
    ),
    AccessTaken: (people.notify_of_access,),
    ContactChanged: (measures.send_anew,),
    CheckInAsked: (measures.send_link,),
    CheckInScored: (alliance.reassess,),
    CheckInClosed: (alliance.reassess,),
    ScoresImported: (alliance.reassess,),
    GoalChanged: (alliance.reassess,),
    AlertRaised: (alerts.notify_owner, alliance.reassess_alerted),
    AlertEscalated: (alerts.notify_owner, alliance.reassess_alerted),
    AlertAcknowledged: (alliance.reassess_alerted,),
    AlertSettled: (alliance.reassess_alerted,),
}
