from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from rapport.kernel.ids import new_id
from rapport.kernel.scope import Scoped


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **more: Any) -> User:
        user = self.model(email=self.normalize_email(email), **more)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """Somebody who can sign in. What they may do hangs on their membership of a practice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []


class Practice(models.Model):
    """One practice: the wall that no query crosses."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64, default="UTC")
    country = models.CharField(max_length=2, default="US")
    crisis_help = models.TextField(
        default="If you are in danger now, call your local emergency number."
    )
    synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class Role(models.TextChoices):
    THERAPIST = "therapist", "Therapist"
    COACH = "coach", "Coach"
    SUPERVISOR = "supervisor", "Supervisor"
    ADMIN = "admin", "Practice admin"
    RESEARCHER = "researcher", "Researcher"
    INTERPRETER = "interpreter", "Interpreter"


class Member(Scoped):
    """A person's place in a practice, with the roles they hold there.

    Without a user they cannot sign in: a therapist known only from imported sessions.
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=200)
    reference = models.CharField(max_length=64, blank=True)
    roles = models.JSONField(default=list)
    left_on = models.DateField(null=True, blank=True)


class Supervision(Scoped):
    """Who supervises whom; the supervisor sees the caseload of the supervisee."""

    supervisor = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="supervises")
    supervisee = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="supervised_by")

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["supervisor", "supervisee"], name="one_supervision_of_each"
            ),
            models.CheckConstraint(
                condition=~Q(supervisor=models.F("supervisee")), name="nobody_supervises_self"
            ),
        ]


class Client(Scoped):
    """A person who comes for therapy or coaching."""

    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=16, default="en")
    created_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["practice", "family_name", "given_name"])]

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class RelationshipKind(models.TextChoices):
    INDIVIDUAL = "individual", "Individual"
    COUPLE = "couple", "Couple"
    FAMILY = "family", "Family"


class Track(models.TextChoices):
    THERAPY = "therapy", "Therapy"
    COACHING = "coaching", "Coaching"


class Relationship(Scoped):
    """Client(s), a therapist or coach, and perhaps an interpreter, working together."""

    reference = models.CharField(max_length=64, blank=True)
    kind = models.CharField(
        max_length=16, choices=RelationshipKind, default=RelationshipKind.INDIVIDUAL
    )
    track = models.CharField(max_length=16, choices=Track, default=Track.THERAPY)
    therapist = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    interpreter = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ending = models.CharField(
        max_length=16,
        blank=True,
        choices=[("planned", "Planned ending"), ("dropout", "Ended without a plan")],
    )

    class Meta(Scoped.Meta):
        indexes = [models.Index(fields=["practice", "therapist", "ended_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "reference"],
                condition=~Q(reference=""),
                name="one_relationship_of_each_reference",
            )
        ]


class Participant(Scoped):
    """A client's place in a relationship. Each client and the therapist form a dyad.

    Raising ``link_version`` voids every progress link sent for this place.
    """

    relationship = models.ForeignKey(
        Relationship, on_delete=models.CASCADE, related_name="participants"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="participations")
    link_version = models.PositiveSmallIntegerField(default=1)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "client"], name="one_place_for_each_client"
            )
        ]


class Session(Scoped):
    """A meeting held, numbered within its relationship from 1."""

    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="sessions"
    )
    number = models.PositiveIntegerField()
    held_at = models.DateTimeField()
    duration_min = models.PositiveSmallIntegerField(default=50)
    missed_before = models.PositiveSmallIntegerField(default=0)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "number"], name="one_session_of_each_number"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="sessions_count_from_one"),
        ]
