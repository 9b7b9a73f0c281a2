"""In what order a caseload is read: 0 to 100, from facts that already stand.

=====  ==========================================================================
100    a risk that nobody acknowledged in time, and that was passed on
90     a risk that nobody has acknowledged yet
80     a risk in somebody's hands, not settled
70     a question about risk that was passed over, not settled
60     an open suggestion that was raised as an alert
40     a prompt within the first five sessions
20     a prompt later on
10     the first five sessions, with nothing to ask about
0      everything else
=====  ==========================================================================

It is an order to read in, not a measure of anybody: screens never show the number.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapport.alerts.queries import AlertRow
from rapport.science.assessment import Assessment


def attention(said: Assessment, open_alerts: Iterable[AlertRow]) -> int:
    """Where a dyad stands in the order."""
    worst = max((_alert(alert) for alert in open_alerts), default=0)
    return max(worst, _engine(said))


def _alert(alert: AlertRow) -> int:
    if alert.kind != "risk":
        return 60
    if alert.severity == "unanswered":
        return 70
    if alert.acknowledged_at is not None:
        return 80
    return 90 if alert.escalated_at is None else 100


def _engine(said: Assessment) -> int:
    if said.suggestion is None:
        return 10 if said.first_five.active and said.as_of else 0
    return 40 if said.first_five.active else 20
