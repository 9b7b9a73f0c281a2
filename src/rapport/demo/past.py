"""The past of the synthetic practice: sessions, check-ins, scores and goals, written in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

import numpy as np
from django.db import models

from rapport.demo import words
from rapport.demo.courses import Answers, Course, nights
from rapport.goals.models import Goal, GoalRating
from rapport.measures.models import Assignment, CheckIn, Moment, Score
from rapport.people.models import Client, Member, Relationship, Session
from rapport.scheduling.models import Appointment, AppointmentState
from rapport.science import instruments, scoring

WEEK_CHECK, SLEEP_CHECK = "week_check", "sleep_check"
WEEK = timedelta(days=7)
EXPIRES = timedelta(days=3)
ASKED_BEFORE = timedelta(hours=24)


class Past:
    """Collects the rows of many relationships, then writes each table once."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.sessions: list[Session] = []
        self.appointments: list[Appointment] = []
        self.assignments: list[Assignment] = []
        self.check_ins: list[CheckIn] = []
        self.scores: list[Score] = []
        self.goals: list[Goal] = []
        self.goal_ratings: list[GoalRating] = []
        self.goal_words = {"therapy": cycle(words.GOALS), "coaching": cycle(words.COACHING_GOALS)}
        self.week_words = {
            "good": cycle(words.GOOD_WEEKS),
            "hard": cycle(words.HARD_WEEKS),
            "coaching": cycle(words.COACHING_WEEKS),
        }

    def add(
        self,
        relationship: Relationship,
        clients: Sequence[Client],
        courses: Sequence[Course],
        last: datetime,
        *,
        sleeps: bool,
    ) -> None:
        """Everything of one relationship up to its session at ``last``.

        ``sleeps``: its clients are asked the Sleep Check from the second session on.
        """
        sessions = self._sessions(relationship, courses[0], last)
        for client, course in zip(clients, courses, strict=True):
            for number, session in enumerate(sessions):
                self._check_ins(session, client, course, number)
                if sleeps and number:
                    week = course.week[number]
                    self._check_in(session, client, SLEEP_CHECK, nights(week) if week else None)
            self._goals(sessions, client, course)
        if sleeps:
            self._assign(sessions[0])

    def write(self) -> None:
        """Parents first."""
        tables: tuple[Sequence[models.Model], ...] = (
            self.sessions,
            self.appointments,
            self.assignments,
            self.check_ins,
            self.scores,
            self.goals,
            self.goal_ratings,
        )
        for rows in tables:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=1000)

    def _assign(self, first: Session) -> None:
        self.assignments.append(
            Assignment(
                practice_id=first.practice_id,
                relationship=first.relationship,
                instrument=SLEEP_CHECK,
                moment=Moment.BEFORE,
                every=1,
                from_session=2,
                assigned_by=first.relationship.therapist,
                assigned_at=first.held_at + timedelta(hours=1),
            )
        )

    def _sessions(
        self, relationship: Relationship, course: Course, last: datetime
    ) -> list[Session]:
        """Weekly sessions back from the last, with the appointments that were missed between."""
        held_at, sessions = last, []
        for number in range(len(course), 0, -1):
            missed = course.missed_before[number - 1]
            session = Session(
                practice_id=relationship.practice_id,
                relationship=relationship,
                number=number,
                held_at=held_at,
                missed_before=missed,
            )
            sessions.append(session)
            self._appointment(relationship, held_at, AppointmentState.HELD, session)
            for week in range(1, missed + 1):
                self._appointment(relationship, held_at - WEEK * week, AppointmentState.MISSED)
            held_at -= WEEK * (missed + 1)
        sessions.reverse()
        self.sessions += sessions
        return sessions

    def _appointment(
        self,
        relationship: Relationship,
        starts_at: datetime,
        state: AppointmentState,
        session: Session | None = None,
    ) -> None:
        self.appointments.append(
            Appointment(
                practice_id=relationship.practice_id,
                relationship=relationship,
                starts_at=starts_at,
                state=state,
                session=session,
            )
        )

    def _check_ins(self, session: Session, client: Client, course: Course, index: int) -> None:
        relationship = session.relationship
        said = next(self.week_words[course.mood]) if self.rng.random() < 0.35 else ""
        self._check_in(session, client, WEEK_CHECK, course.week[index], said=said)
        self._check_in(session, client, "relationship_check_client", course.client[index])
        sides = {"therapist": relationship.therapist, "interpreter": relationship.interpreter}
        for rater, member in sides.items():
            if member is not None:
                form, answers = f"relationship_check_{rater}", course.therapist[index]
                self._check_in(session, client, form, answers, member=member)

    def _check_in(
        self,
        session: Session,
        client: Client,
        form: str,
        answers: Answers | None,
        *,
        member: Member | None = None,
        said: str = "",
    ) -> None:
        """A check-in that was sent, or whose time ran out."""
        rater = instruments.load(form).respondent
        before = form in {WEEK_CHECK, SLEEP_CHECK}
        asked_at = session.held_at - ASKED_BEFORE if before else session.held_at
        expires_at = session.held_at if before else session.held_at + EXPIRES
        given_at = asked_at + timedelta(minutes=55 + len(self.check_ins) % 90)
        check_in = CheckIn(
            practice_id=session.practice_id,
            relationship=session.relationship,
            client=client,
            session_number=session.number,
            moment=Moment.BEFORE if before else Moment.AFTER,
            rater=rater,
            member=member,
            instrument=form,
            answers=answers or {},
            words=said if answers else "",
            asked_at=asked_at,
            expires_at=expires_at,
            sent_at=asked_at if rater == "client" else None,
            submitted_at=given_at if answers else None,
            closed_at=None if answers else expires_at,
        )
        self.check_ins.append(check_in)
        if answers:
            self._scores(check_in, answers, given_at)

    def _scores(self, check_in: CheckIn, answers: Answers, at: datetime) -> None:
        instrument = instruments.load(check_in.instrument)
        scored = scoring.score(instrument, answers)
        self.scores += [
            Score(
                practice_id=check_in.practice_id,
                relationship=check_in.relationship,
                client=check_in.client,
                session_number=check_in.session_number,
                rater=check_in.rater,
                measure=instrument.family,
                scale=score.scale,
                value=score.value,
                reason=score.reason,
                check_in=check_in,
                instrument_version=scored.version,
                at=at,
            )
            for score in scored.scores
        ]

    def _goals(self, sessions: Sequence[Session], client: Client, course: Course) -> None:
        """One to three goals that move as the distress does, each at a pace of its own."""
        relationship = sessions[0].relationship
        for place in range(int(self.rng.integers(1, 4))):
            area, said = next(self.goal_words[relationship.track])
            goal = Goal(
                practice_id=relationship.practice_id,
                relationship=relationship,
                client=client,
                words=said,
                area=area,
                set_at_session=min(1 + place, len(sessions)),
                in_focus=place == 0,
                created_at=sessions[min(place, len(sessions) - 1)].held_at,
            )
            self.goals.append(goal)
            self._rate(goal, sessions, course, pace=1.6 - 0.5 * place)

    def _rate(
        self, goal: Goal, sessions: Sequence[Session], course: Course, *, pace: float
    ) -> None:
        start = next((week["distress"] for week in course.week if week), 3.0)
        now = start
        for index, session in enumerate(sessions):
            week = course.week[index]
            now = week["distress"] if week else now
            if session.number < goal.set_at_session or (index and not course.client[index]):
                continue
            reached = 2 + pace * (start - now) + 0.15 * index
            for rater, member in (("client", None), ("therapist", goal.relationship.therapist)):
                level = reached + self.rng.normal(0, 0.35)
                self.goal_ratings.append(
                    GoalRating(
                        practice_id=goal.practice_id,
                        goal=goal,
                        session=session,
                        rater=rater,
                        member=member,
                        attainment=int(np.clip(round(level), 0, 10)),
                        at=session.held_at + timedelta(hours=1),
                    )
                )
