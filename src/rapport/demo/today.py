"""Today in the synthetic practice, played through the actions that the doors call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Protocol

from rapport.alerts import actions as alerts
from rapport.alerts.models import Alert
from rapport.demo import words
from rapport.demo.casting import Part
from rapport.demo.courses import Answers
from rapport.goals import actions as goals
from rapport.kernel import outbox
from rapport.kernel.actor import Actor
from rapport.measures import actions as measures
from rapport.measures.models import CheckIn
from rapport.people import access
from rapport.people.models import Client, Relationship
from rapport.people.queries import last_session_number
from rapport.scheduling import actions as scheduling
from rapport.scheduling.models import Appointment

RISK_ANSWER = 2.0


class _Placed(Protocol):
    @property
    def part(self) -> Part: ...
    @property
    def relationship(self) -> Relationship: ...
    @property
    def clients(self) -> tuple[Client, ...]: ...


class Today:
    """Books what is to come, holds this morning's session, and lets some clients answer."""

    def __init__(self, placed: Sequence[_Placed], *, at: datetime) -> None:
        self.placed, self.at = placed, at
        self.story = {one.part.story.key: one for one in placed if one.part.story}

    def play(self) -> None:
        """Play the day up to now; what each step sets off is delivered in between."""
        booked = {one.relationship.id: self._book(one) for one in self.placed if one.part.next}
        morning = self.story["strengthening"]
        self._before(morning)
        scheduling.hold(booked[morning.relationship.id], by=self._therapist(morning), at=self.at)
        deliver()
        self._after(morning)
        self._answer("decline", words.HARD_WEEKS[4], {"distress": 5.0, "functioning": 1.0})
        self._answer("risk", words.HARD_WEEKS[5], {"risk": RISK_ANSWER, "functioning": 0.0})
        self._promise()
        deliver()

    def judge(self) -> None:
        """Mira has said of two suggestions what they were worth; one waits for her."""
        one = self.story["couple"]
        for client, because in zip(one.clients, ("", words.NOT_USEFUL), strict=True):
            alert = Alert.objects.get(relationship=one.relationship, client=client)
            alerts.answer(
                alert, useful=not because, because=because, by=self._therapist(one), at=self.at
            )

    def _book(self, one: _Placed) -> Appointment:
        assert one.part.next is not None
        place = "video" if one.part.next.hour >= 15 else "room"
        return scheduling.book(
            one.relationship,
            starts_at=one.part.next,
            duration_min=50,
            place=place,
            by=self._therapist(one),
            at=self.at,
        )

    def _before(self, one: _Placed) -> None:
        """The Week Check that was answered the evening before."""
        assert one.part.next is not None
        evening = one.part.next - timedelta(hours=14)
        number = last_session_number(one.relationship) + 1
        (check_in,) = measures.ask_before(
            one.relationship,
            session_number=number,
            expires_at=one.part.next + timedelta(hours=2),
            at=evening,
        )
        week = one.part.courses[0].week[-1]
        self._submit(check_in, one, week or {}, words.GOOD_WEEKS[2], evening)

    def _after(self, one: _Placed) -> None:
        """The client has said how the session was; the therapist has not: it is sealed."""
        check_in = CheckIn.objects.get(
            relationship=one.relationship,
            instrument="relationship_check_client",
            submitted_at=None,
            closed_at=None,
        )
        self._submit(check_in, one, one.part.courses[0].client[-1] or {}, "", self.at)

    def _answer(self, key: str, said: str, otherwise: Answers) -> None:
        """A Week Check that came in before today's meeting, with what is new in it."""
        one = self.story[key]
        check_in = CheckIn.objects.get(
            relationship=one.relationship,
            instrument="week_check",
            submitted_at=None,
            closed_at=None,
        )
        week = one.part.courses[0].week[-1] or {}
        self._submit(check_in, one, week | otherwise, said, self.at)

    def _submit(
        self, check_in: CheckIn, one: _Placed, answers: Answers, said: str, at: datetime
    ) -> None:
        client = one.clients[0]
        by = Actor("client", client.id, client.practice_id)
        measures.submit_check_in(check_in, answers=answers, words=said, by=by, at=at)

    def _promise(self) -> None:
        promises = cycle(words.PROMISES)
        for key in ("rupture", "decline", "triad"):
            one = self.story[key]
            goals.make_promise(
                one.relationship,
                client=one.clients[0],
                words=next(promises),
                by=self._therapist(one),
                at=self.at,
            )

    @staticmethod
    def _therapist(one: _Placed) -> Actor:
        return access.actor_for(one.relationship.therapist)


def deliver() -> None:
    """Let everything published so far take its effect."""
    while outbox.deliver_due():
        continue
