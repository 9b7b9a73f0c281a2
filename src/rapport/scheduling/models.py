from __future__ import annotations

from django.db import models
from django.db.models import Q

from rapport.kernel.scope import Scoped
from rapport.people.models import Relationship, Session


class AppointmentState(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    MISSED = "missed", "Missed"
    CANCELLED = "cancelled", "Cancelled"


class Appointment(Scoped):
    """A meeting planned. Held, it has its session; missed, it counts towards the next one."""

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    duration_min = models.PositiveSmallIntegerField(default=50)
    place = models.CharField(
        max_length=16,
        choices=[("room", "In the room"), ("video", "By video"), ("phone", "By phone")],
        default="room",
    )
    state = models.CharField(
        max_length=16, choices=AppointmentState, default=AppointmentState.PLANNED
    )
    session = models.OneToOneField(
        Session, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta(Scoped.Meta):
        indexes = [
            models.Index(fields=["practice", "starts_at"]),
            models.Index(fields=["relationship", "starts_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="held", session__isnull=False)
                | (~Q(state="held") & Q(session__isnull=True)),
                name="held_has_its_session",
            )
        ]
