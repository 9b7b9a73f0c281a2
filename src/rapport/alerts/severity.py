"""How grave a risk answer is: in what order risks are read, and which one speaks for a check-in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapport.alerts.models import Alert

MILDEST_FIRST = ("unanswered", "present", "high")


def severity_of(alert: Alert) -> str:
    """What the answer amounts to; "" where a suggestion, or whoever raised it, does not say."""
    return str(alert.evidence.get("severity", ""))


def gravity(severity: str) -> int:
    """Where a severity stands: a question passed over below every answer."""
    return MILDEST_FIRST.index(severity) if severity in MILDEST_FIRST else 1


def worst_first(alerts: Iterable[Alert]) -> list[Alert]:
    """Risks before suggestions, the gravest answer first, then by age; one risk a check-in."""
    ordered = sorted(
        alerts, key=lambda a: (a.kind != "risk", -gravity(severity_of(a)), a.raised_at, a.id)
    )
    causes = {alert.source_id: alert for alert in reversed(ordered) if alert.kind == "risk"}
    return [a for a in ordered if a.kind != "risk" or causes[a.source_id] is a]
