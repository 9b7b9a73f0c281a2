"""Notes of the synthetic practice: signed, amended, co-signed, late, a draft, and a private one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from rapport.alliance.queries import note_facts
from rapport.demo import note_words
from rapport.demo.note_words import Texts
from rapport.people import access
from rapport.people.models import Client, Member, Relationship, Session
from rapport.records import actions
from rapport.records.models import Note, Signing
from rapport.records.queries import templates_for
from rapport.records.texts import standing

SOON = timedelta(minutes=70)
DAYS_LATER = timedelta(days=5)


class _Placed(Protocol):
    @property
    def relationship(self) -> Relationship: ...
    @property
    def clients(self) -> tuple[Client, ...]: ...


class Notes:
    """Writes the notes of the stories through the actions that the doors call."""

    def __init__(self, story: Mapping[str, _Placed], supervisor: Member, *, at: datetime) -> None:
        self.story, self.supervisor, self.at = story, supervisor, at

    def write(self) -> None:
        for key, told in note_words.SESSIONS.items():
            for number, texts in told.items():
                self._signed(key, number, texts)
        self._rupture()
        self._couple()
        self._late()
        self._draft()
        self._private()

    def _rupture(self) -> None:
        """Signed, co-signed, amended since: it waits for the supervisor with what changed."""
        note = self._signed("rupture", 7, note_words.RUPTURE, cosigned=True)
        at = note.signed_at + timedelta(days=1) if note.signed_at else self.at
        supervisor = access.actor_for(self.supervisor)
        actions.co_sign(note, words=note_words.CO_SIGNED, number=1, by=supervisor, at=at)
        self._amend(note, note_words.RUPTURE_AMENDED, at + timedelta(hours=2))
        self._signed("decline", 11, note_words.DECLINE, cosigned=True)

    def _amend(self, note: Note, texts: Texts, at: datetime) -> Signing:
        by = access.actor_for(note.relationship.therapist)
        now = standing(note)
        amended = {k: now[k].replace(note_words.RUPTURE[k], words) for k, words in texts.items()}
        reason = note_words.REASON
        return actions.amend_note(note, texts=amended, reason=reason, number=2, by=by, at=at)

    def _couple(self) -> None:
        """One note in the chart of both, one in each of their own."""
        one = self.story["couple"]
        for client, texts in zip((None, *one.clients), note_words.COUPLE, strict=True):
            template = "soap" if client else "group"
            self._signed("couple", 7, texts, template=template, client=client)

    def _late(self) -> None:
        note = self._signed("dropout", 3, note_words.DROPOUT, after=DAYS_LATER)
        by = access.actor_for(note.relationship.therapist)
        actions.add_addendum(note, words=note_words.ADDENDUM, by=by, at=self.at)

    def _draft(self) -> None:
        """Begun today about last week, while an alert is open."""
        one = self.story["risk"]
        held_at = Session.objects.get(relationship=one.relationship, number=7).held_at
        after, client = self.at - held_at, one.clients[0]
        self._typed("risk", 7, note_words.DRAFT, template="soap", client=client, after=after)

    def _private(self) -> None:
        relationship = self.story["rupture"].relationship
        by = access.actor_for(relationship.therapist)
        actions.write_psychotherapy_note(
            relationship, words=note_words.PRIVATE, by=by, at=self.at - timedelta(days=6)
        )

    def _signed(
        self,
        key: str,
        number: int,
        texts: Texts,
        *,
        template: str = "",
        client: Client | None = None,
        cosigned: bool = False,
        after: timedelta = SOON,
    ) -> Note:
        own = client or (None if template == "group" else self.story[key].clients[0])
        note, at = self._typed(key, number, texts, template=template, client=own, after=after)
        by = access.actor_for(note.relationship.therapist)
        asked = self.supervisor.id if cosigned else None
        actions.sign_note(note, cosigner_id=asked, by=by, at=at + timedelta(minutes=2))
        return Note.objects.select_related("relationship__therapist", "current").get(id=note.id)

    def _typed(
        self,
        key: str,
        number: int,
        texts: Texts,
        *,
        template: str,
        client: Client | None,
        after: timedelta,
    ) -> tuple[Note, datetime]:
        """Begun with what was known, the words put under what stands there."""
        relationship = self.story[key].relationship
        session = Session.objects.get(relationship=relationship, number=number)
        at = session.held_at + after
        offered = {one.key: one for one in templates_for(relationship.track)}
        usual = "coaching" if relationship.track == "coaching" else "soap"
        note = actions.begin_note(
            relationship,
            template=offered[template or usual],
            client=client,
            session=session,
            facts=note_facts(relationship, client=client, session=session, at=at),
            by=access.actor_for(relationship.therapist),
            at=at,
        )
        both = {k: f"{note.texts.get(k, '')}\n{words}".strip() for k, words in texts.items()}
        actions.save_draft(note, texts=both, revision=0, window="", at=at)
        note.refresh_from_db()
        return note, at
