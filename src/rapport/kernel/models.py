from django.db import models

from rapport.kernel.ids import new_id


class AuditHead(models.Model):
    """The last link of one practice's audit chain, sealed; locked while the next one is made."""

    practice_id = models.UUIDField(primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    seal = models.CharField(max_length=64, default="")


class AuditEntry(models.Model):
    """One disclosure or deed. Never changed, never removed; the chain shows it if it was."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice_id = models.UUIDField()
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_ids = models.JSONField(default=list)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice_id", "number"], name="one_audit_chain")
        ]


class OutboxMessage(models.Model):
    """One event on its way to one reaction. The row is gone once the reaction is done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice_id = models.UUIDField()
    event = models.CharField(max_length=128)
    reaction = models.CharField(max_length=128)
    payload = models.JSONField()
    published_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    gave_up_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(gave_up_at=None), name="outbox_due")
        ]
