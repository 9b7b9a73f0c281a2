from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from rapport.kernel.scope import Scoped
from rapport.kernel.unchanging import Unchanging
from rapport.people.models import Client, Member, Relationship, Session, Track


class NoteTemplate(Scoped):
    """A practice's own sections for a note. A note keeps the sections that it was begun with."""

    name = models.CharField(max_length=80)
    track = models.CharField(max_length=16, choices=Track)
    sections = models.JSONField()
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)


class Note(Scoped):
    """One note: of one client's chart, or with no client of the relationship's own.

    A draft holds what was typed in ``texts``; once signed, ``current`` is the text that counts.
    ``window`` is where the draft was last saved from; ``facts`` is what was known when it began.
    """

    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    template = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    sections = models.JSONField()
    facts = models.JSONField()
    texts = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    window = models.CharField(max_length=36, blank=True)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    current = models.OneToOneField(
        "records.Signing", on_delete=models.PROTECT, related_name="+", null=True
    )
    cosigner = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    to_cosign = models.BooleanField(default=False)

    class Meta(Scoped.Meta):
        indexes = [
            models.Index(F("relationship"), F("begun_at").desc(), name="notes_of_relationship"),
            models.Index(F("author"), F("begun_at").desc(), name="notes_of_author"),
            models.Index(
                fields=["author", "saved_at"], condition=Q(signed_at=None), name="note_drafts"
            ),
            models.Index(
                fields=["cosigner", "signed_at"],
                condition=Q(to_cosign=True),
                name="notes_to_cosign",
            ),
            models.Index(
                fields=["session"], condition=Q(session__isnull=False), name="notes_of_session"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None, current=None)
                | Q(signed_at__isnull=False, current__isnull=False),
                name="signed_note_has_its_text",
            ),
            models.CheckConstraint(
                condition=Q(to_cosign=False) | Q(cosigner__isnull=False, signed_at__isnull=False),
                name="cosigned_by_somebody",
            ),
        ]


class DraftVersion(Scoped):
    """A draft as it was saved once.

    ``aside`` ones were typed in a second window over an older text; they wait to be compared.
    ``revision`` is then the text that they were typed over.
    """

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()
    window = models.CharField(max_length=36)
    texts = models.JSONField()
    aside = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["note", "window"], condition=Q(aside=True), name="one_aside_a_window"
            ),
            models.UniqueConstraint(
                fields=["note", "revision"], condition=Q(aside=False), name="one_text_a_revision"
            ),
        ]


class SigningKind(models.TextChoices):
    NOTE = "note", "Signed"
    ADDENDUM = "addendum", "Addendum"
    AMENDMENT = "amendment", "Amended"
    CO_SIGNATURE = "co_signature", "Co-signed"


class Signing(Unchanging):
    """Something signed, the next in its note's chain; the digest covers it and the one before.

    A note and an amendment hold the whole text in ``sections``; an addendum, and a co-signature
    that says something, hold ``words``.
    """

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=SigningKind)
    sections = models.JSONField(default=list)
    words = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta(Unchanging.Meta):
        constraints = [
            models.UniqueConstraint(fields=["note", "number"], name="one_chain_of_signings")
        ]


class PsychotherapyNote(Scoped):
    """The author's alone: a sealed text, apart from the record and with a key of its own."""

    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sealed = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(Scoped.Meta):
        indexes = [
            models.Index(
                F("author"),
                F("relationship"),
                F("written_at").desc(),
                name="psychotherapy_notes",
            )
        ]
