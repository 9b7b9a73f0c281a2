from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from rapport.kernel.scope import Scoped
from rapport.kernel.unchanging import Unchanging
from rapport.people.models import Client, Member, Relationship, Session


class Goal(Scoped):
    """What a client wants to be different, in their own words."""

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)
    area = models.CharField(max_length=60, blank=True)
    set_at_session = models.PositiveIntegerField(default=1)
    closed_at_session = models.PositiveIntegerField(null=True, blank=True)
    in_focus = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["relationship", "client"])]


class GoalRating(Unchanging):
    """Attainment of one goal as one side sees it after one session: 0 to 10."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    rater = models.CharField(
        max_length=16, choices=[("client", "Client"), ("therapist", "Therapist")]
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    attainment = models.PositiveSmallIntegerField(validators=[MaxValueValidator(10)])
    at = models.DateTimeField()

    class Meta(Unchanging.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(attainment__gte=0, attainment__lte=10), name="attainment_0_to_10"
            )
        ]
        indexes = [models.Index(fields=["goal", "session", "rater", "at"])]


class Promise(Scoped):
    """Something the therapist said they would do; ``kept`` is empty while it is open."""

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)
    made_at_session = models.PositiveIntegerField()
    kept = models.BooleanField(null=True)
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["relationship", "client"])]
