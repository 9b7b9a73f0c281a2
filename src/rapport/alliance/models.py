from __future__ import annotations

from django.db import models

from rapport.alerts.models import Alert
from rapport.kernel.scope import Scoped
from rapport.kernel.unchanging import Unchanging
from rapport.people.models import Client, Member, Relationship


class Assessment(Unchanging):
    """What the engine said of one dyad as of one session: kept with version and input hash."""

    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    as_of = models.PositiveIntegerField()
    engine_version = models.CharField(max_length=32)
    input_hash = models.CharField(max_length=64)
    result = models.JSONField()
    computed_at = models.DateTimeField()

    class Meta(Unchanging.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "client", "as_of", "engine_version", "input_hash"],
                name="one_assessment_of_each_input",
            )
        ]
        indexes = [models.Index(fields=["relationship", "client", "-computed_at"])]


class Standing(Scoped):
    """Where a dyad stands now: one row, so that lists and the radar never compute."""

    relationship = models.ForeignKey(Relationship, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    therapist = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    as_of = models.PositiveIntegerField()
    attention = models.PositiveSmallIntegerField(default=0)
    sentence = models.TextField(blank=True)
    gap = models.TextField(blank=True)
    strip = models.JSONField(default=list)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+", null=True)
    ended = models.BooleanField(default=False)
    computed_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "client"], name="one_standing_for_each_dyad"
            )
        ]
        indexes = [
            models.Index(  # the radar counts and sorts from it alone
                fields=["practice", "ended", "-attention", "relationship", "client", "therapist"],
                name="radar_order",
            ),
            models.Index(
                fields=["therapist", "ended", "-attention", "relationship"], name="caseload_order"
            ),
        ]


class LearntModel(Unchanging):
    """What one refit found of one question, in use or not; the newest of each question counts.

    ``measure``, ``scale`` and ``rater`` name the line that is expected or predicted from.
    ``kept_why`` says why the assumptions stay in use instead; it is empty for a model in use.
    """

    kind = models.CharField(
        max_length=16,
        choices=[("expected_course", "Expected course"), ("dropout", "Dropout")],
    )
    measure = models.CharField(max_length=64)
    scale = models.CharField(max_length=64)
    rater = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    data_hash = models.CharField(max_length=64)
    clients = models.PositiveIntegerField()
    ratings = models.PositiveIntegerField()
    parameters = models.JSONField(null=True)
    judgement = models.JSONField(null=True)
    kept_why = models.TextField(blank=True)
    learnt_at = models.DateTimeField()

    class Meta(Unchanging.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "measure", "scale", "rater", "version"],
                name="one_model_of_each_version",
            )
        ]


class Stage(models.TextChoices):
    COMMITMENT = "commitment", "Commitment"
    PROCESS = "process", "Process"
    CHANGE = "change", "Change"
    TERMINATION = "termination", "Termination"


class StageStep(Unchanging):
    """A clinician confirmed that a relationship is in a stage, and said on what evidence."""

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=16, choices=Stage)
    evidence = models.JSONField(default=list)
    words = models.TextField(blank=True)
    at_session = models.PositiveIntegerField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Unchanging.Meta):
        indexes = [models.Index(fields=["relationship", "-at"])]
