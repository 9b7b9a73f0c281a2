from __future__ import annotations

from django.db import models
from django.db.models import Q

from rapport.kernel.scope import Scoped
from rapport.kernel.unchanging import Unchanging
from rapport.people.models import Client, Member, Relationship


class Wording(Scoped):
    """A measure's wording as this practice imported it, with the terms it came under."""

    instrument = models.CharField(max_length=64)
    language = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    intro = models.TextField(blank=True)
    copyright = models.TextField()
    items = models.JSONField()
    options = models.JSONField()
    source = models.CharField(max_length=300)
    source_sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "instrument", "language"], name="one_wording_a_language"
            )
        ]


class Moment(models.TextChoices):
    BEFORE = "before", "Before the session"
    AFTER = "after", "After the session"


class Assignment(Unchanging):
    """A measure that clients are asked beside the standard check-ins, until somebody ends it.

    ``client`` is empty where every client of the relationship is asked, each for themselves. It
    is due at session ``from_session`` and at each ``every``-th after it, up to ``until_session``
    where there is one. What was assigned stays as it was: to change it, end it and assign anew.
    """

    unchanging = frozenset(
        {
            "relationship",
            "client",
            "instrument",
            "moment",
            "every",
            "from_session",
            "until_session",
            "assigned_by",
            "assigned_at",
        }
    )

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    instrument = models.CharField(max_length=64)
    moment = models.CharField(max_length=8, choices=Moment)
    every = models.PositiveSmallIntegerField()
    from_session = models.PositiveIntegerField()
    until_session = models.PositiveIntegerField(null=True)
    assigned_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    ended_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(Unchanging.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "client", "instrument"],
                condition=Q(ended_at=None, client__isnull=False),
                name="one_open_assignment_a_client",
            ),
            models.UniqueConstraint(
                fields=["relationship", "instrument"],
                condition=Q(ended_at=None, client=None),
                name="one_open_assignment_for_all",
            ),
            models.CheckConstraint(condition=Q(every__gte=1), name="asked_now_and_then"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="ended_by_somebody",
            ),
        ]


class CheckIn(Scoped):
    """One person's answers for one session: asked, filled in as they go, sent once.

    ``client`` names the dyad (for a couple there is one for each partner); ``member`` is set
    when a therapist or interpreter answers. A link is bound to ``instrument`` and
    ``link_version``; raising the version voids every earlier link. ``closed_at`` is set once
    nobody can answer any more and nobody has.
    """

    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    session_number = models.PositiveIntegerField()
    moment = models.CharField(max_length=8, choices=Moment)
    rater = models.CharField(
        max_length=16,
        choices=[
            ("client", "Client"),
            ("therapist", "Therapist"),
            ("interpreter", "Interpreter"),
        ],
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    instrument = models.CharField(max_length=64)
    answers = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    link_version = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "client", "session_number", "rater", "instrument"],
                name="one_check_in_of_each",
            ),
            models.CheckConstraint(
                condition=Q(rater="client", member__isnull=True)
                | (~Q(rater="client") & Q(member__isnull=False)),
                name="members_answer_as_members",
            ),
        ]
        indexes = [
            models.Index(fields=["relationship", "session_number"]),
            models.Index(
                fields=["expires_at"],
                condition=Q(submitted_at=None, closed_at=None),
                name="check_ins_to_close",
            ),
            models.Index(
                fields=["relationship"],
                condition=Q(submitted_at=None, closed_at=None),
                name="check_ins_open",
            ),
            models.Index(
                fields=["member"],
                condition=Q(submitted_at=None, closed_at=None),
                name="check_ins_to_answer",
            ),
        ]


class TalkAbout(Scoped):
    """What a client wants to talk about at the next session, in their own words."""

    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    session_number = models.PositiveIntegerField()
    words = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "client", "session_number", "words"],
                name="one_wish_of_each",
            )
        ]


class Score(Scoped):
    """One scale's value for one rater at one session. A correction is a new row with a reason.

    ``value`` is null when the answers could not be scored; ``reason`` says why.
    """

    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    session_number = models.PositiveIntegerField()
    rater = models.CharField(max_length=16)
    measure = models.CharField(max_length=64)
    scale = models.CharField(max_length=64)
    value = models.FloatField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    check_in = models.ForeignKey(
        CheckIn, on_delete=models.PROTECT, related_name="scores", null=True, db_index=False
    )
    source = models.CharField(max_length=100, blank=True)
    instrument_version = models.CharField(max_length=32, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "relationship",
                    "client",
                    "session_number",
                    "rater",
                    "measure",
                    "scale",
                    "version",
                ],
                name="one_score_of_each_version",
            )
        ]


class ExternalScale(Scoped):
    """A scale of a measure that Rapport does not know, as an import's mapping declared it."""

    measure = models.CharField(max_length=64)
    scale = models.CharField(max_length=64)
    label = models.CharField(max_length=120)
    construct = models.CharField(max_length=64)
    role = models.CharField(max_length=16)
    higher_is_better = models.BooleanField()
    minimum = models.FloatField(null=True)
    maximum = models.FloatField(null=True)
    reliability = models.FloatField(null=True)
    source_sd = models.FloatField(null=True)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "measure", "scale"], name="one_external_scale_of_each"
            )
        ]
