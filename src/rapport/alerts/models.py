from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from rapport.kernel.unchanging import Unchanging
from rapport.people.models import Client, Member, Relationship, Session


class AlertKind(models.TextChoices):
    RISK = "risk", "Risk"
    SUGGESTION = "suggestion", "Something to ask about"
    PROMPT = "prompt", "A prompt on the brief, which waits for nobody"


SUGGESTED = (AlertKind.SUGGESTION, AlertKind.PROMPT)


class Alert(Unchanging):
    """One thing that somebody should look at. Its evidence never changes."""

    kind = models.CharField(max_length=16, choices=AlertKind)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+", null=True)
    source_id = models.UUIDField()
    rule = models.CharField(max_length=64)
    sentence = models.TextField()
    evidence = models.JSONField()
    raised_at = models.DateTimeField()
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    acknowledge_by = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    unchanging: ClassVar[frozenset[str]] = frozenset(
        {
            "kind",
            "relationship",
            "client",
            "session",
            "source_id",
            "rule",
            "sentence",
            "evidence",
            "raised_at",
        }
    )

    class Meta(Unchanging.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "client", "session"],
                condition=Q(kind="suggestion"),
                name="one_suggestion_a_session",
            ),
            models.UniqueConstraint(
                fields=["relationship", "client", "session", "rule"],
                condition=Q(kind="prompt"),
                name="one_prompt_of_each_rule_a_session",
            ),
            models.UniqueConstraint(fields=["source_id", "rule"], name="one_alert_of_each_cause"),
        ]
        indexes = [
            models.Index(
                fields=["practice", "owner", "kind"],
                condition=Q(settled_at=None) & ~Q(kind="prompt"),
                name="open_alerts",
            ),
            models.Index(
                fields=["acknowledge_by"],
                condition=Q(acknowledged_at=None, settled_at=None, escalated_at=None),
                name="alert_clocks",
            ),
            models.Index(fields=["relationship", "client"]),
        ]


class AlertStep(Unchanging):
    """What was done about an alert, by whom and when: appended, never changed."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(
        max_length=16,
        choices=[
            ("raised", "Raised"),
            ("acknowledged", "Acknowledged"),
            ("escalated", "Escalated"),
            ("useful", "Useful"),
            ("not_useful", "Not useful"),
            ("settled", "Settled"),
        ],
    )
    because = models.TextField(blank=True)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    to = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
