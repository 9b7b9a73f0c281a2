from __future__ import annotations

from django.db import models
from django.db.models import Q

from rapport.kernel.unchanging import Unchanging
from rapport.people.models import Client, Member, Relationship


class Purpose(models.TextChoices):
    RECORD = "record", "Record sessions"
    ANALYSE = "analyse", "Analyse recordings"
    TRANSCRIBE = "transcribe", "Transcribe recordings"
    RESEARCH = "research", "Use answers for research"
    SUPERVISION = "supervision", "Discuss in supervision"
    MESSAGES = "messages", "Send links by e-mail or text"


class ConsentEntry(Unchanging):
    """One person's word on one purpose at one time. The latest entry counts."""

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    purpose = models.CharField(max_length=16, choices=Purpose)
    given = models.BooleanField()
    text_version = models.CharField(max_length=32)
    text_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta(Unchanging.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(client__isnull=False) ^ Q(member__isnull=False),
                name="consent_is_one_persons",
            )
        ]
        indexes = [models.Index(fields=["relationship", "purpose", "at"])]
