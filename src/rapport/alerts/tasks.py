"""What the relay does about alerts: tell their owners, and watch the clocks."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from rapport.alerts import actions as alerts
from rapport.alerts.actions import escalate_overdue as escalate
from rapport.alerts.events import AlertEscalated, AlertRaised
from rapport.alerts.models import Alert, AlertKind, AlertStep
from rapport.kernel import clock, outbox, scope
from rapport.kernel.actor import system
from rapport.people.events import RelationshipHandedOver
from rapport.people.models import Relationship


@outbox.outward
def notify_owner(event: AlertRaised | AlertEscalated) -> None:
    """Mail whoever a risk has reached that something waits: no names, nothing about health.

    Suggestions wait on the brief, where they belong, and send no mail.
    """
    alert = Alert.objects.get(id=event.alert_id)
    if alert.kind != AlertKind.RISK or alert.settled_at is not None:
        return
    what = "raised" if isinstance(event, AlertRaised) else "escalated"
    reached = AlertStep.objects.filter(
        alert=alert, what=what, to__user__is_active=True, to__left_on=None
    )
    for address in reached.values_list("to__user__email", flat=True):
        _mail(address)


def hand_over(event: RelationshipHandedOver) -> None:
    """Give a relationship's alerts to whoever goes on with it."""
    relationship = Relationship.objects.get(id=event.relationship_id)
    alerts.hand_over(
        relationship.id,
        before_id=event.before_id,
        to_id=relationship.therapist_id,
        by=system(event.practice_id),
        at=clock.now(),
    )


@outbox.outward
def notify_taken_over(event: RelationshipHandedOver) -> None:
    """Mail whoever goes on with a relationship if a risk waits in it, whoever owns it just now."""
    relationship = Relationship.objects.select_related("therapist__user").get(
        id=event.relationship_id
    )
    waiting = Alert.objects.filter(relationship=relationship, kind=AlertKind.RISK, settled_at=None)
    user = relationship.therapist.user
    if user is not None and waiting.exists():
        _mail(user.email)


def escalate_overdue() -> None:
    """In every practice, pass on the risks that nobody acknowledged in time, or ever will."""
    at = clock.now()
    with scope.every_practice():
        late = set(alerts.overdue(at=at).values_list("practice_id", flat=True))
    for practice_id in late:
        with scope.practice(practice_id):
            escalate(practice_id, at=at)


def _mail(address: str) -> None:
    send_mail(
        _("Something waits for you in Rapport"),
        _("Something needs your attention now. Please sign in; it is on your first page:\n%(link)s")
        % {"link": f"{settings.CONFIG.base_url}/"},
        None,
        [address],
    )
