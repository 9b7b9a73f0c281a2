"""What changes who is in a practice, who works with whom, and which meetings were held."""

from rapport.people.actions.clients import add_client, change_contact
from rapport.people.actions.members import (
    HasLeft,
    LastAdmin,
    add_member,
    come_back,
    end_supervision,
    leave,
    supervise,
)
from rapport.people.actions.practices import open_practice, write_crisis_help
from rapport.people.actions.relationships import (
    REOPEN_WITHIN,
    AlreadyEnded,
    EndedTooLongAgo,
    NotEnded,
    can_reopen,
    end_relationship,
    hand_over,
    reopen_relationship,
    start_relationship,
)
from rapport.people.actions.sessions import hold_session

__all__ = [
    "REOPEN_WITHIN",
    "AlreadyEnded",
    "EndedTooLongAgo",
    "HasLeft",
    "LastAdmin",
    "NotEnded",
    "add_client",
    "add_member",
    "can_reopen",
    "change_contact",
    "come_back",
    "end_relationship",
    "end_supervision",
    "hand_over",
    "hold_session",
    "leave",
    "open_practice",
    "reopen_relationship",
    "start_relationship",
    "supervise",
    "write_crisis_help",
]
