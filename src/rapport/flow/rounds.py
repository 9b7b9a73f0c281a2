"""What the clock alone starts; the relay calls it every second."""

from __future__ import annotations

from rapport.alerts.tasks import escalate_overdue
from rapport.measures.tasks import close_expired


def each_round() -> None:
    """Pass on risks that nobody acknowledged; close check-ins whose time ran out."""
    escalate_overdue()
    close_expired()
