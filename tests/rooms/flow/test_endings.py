"""What follows when a relationship ends."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail

from rapport.alerts.actions import raise_risk
from rapport.alerts.models import Alert
from rapport.alliance.models import Standing
from rapport.alliance.queries import today_for
from rapport.kernel import clock, outbox
from rapport.kernel.models import OutboxMessage
from rapport.measures.models import CheckIn
from rapport.measures.queries import waiting_for
from rapport.people.actions import (
    end_relationship,
    hand_over,
    hold_session,
    reopen_relationship,
)
from rapport.scheduling import actions as scheduling
from rapport.scheduling.models import Appointment
from tests.doors.visitors import rated_sessions
from tests.people import World, actor
from tests.rooms.flow.test_reactions import deliver


def _end(world: World) -> None:
    now = clock.now()
    end_relationship(
        world.alice_and_ben, ending="planned", ended_on=now.date(), by=actor(world.alice), at=now
    )


def test_an_ending_is_seen_in_lists_and_settles_what_was_suggested(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    ratings = [(6.0, 6.0)] * 4 + [(1.0, 6.0)]
    rated_sessions(world.alice_and_ben, world.ben, ratings, now=now)
    deliver()
    assert Alert.objects.get(kind="suggestion").settled_at is None
    _end(world)
    deliver()
    assert Standing.objects.get().ended
    assert Alert.objects.get(kind="suggestion").settled_at is not None


def test_nobody_is_asked_ahead_of_a_meeting_that_an_ending_overtook(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    scheduling.book(
        world.alice_and_ben,
        starts_at=now + timedelta(hours=2),
        duration_min=50,
        place="room",
        by=actor(world.alice),
        at=now,
    )
    _end(world)
    deliver()
    assert not CheckIn.objects.exists()


def test_what_was_planned_and_asked_ends_with_the_work(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    _book(world, now + timedelta(hours=2))
    deliver()
    assert CheckIn.objects.get().closed_at is None
    _end(world)
    deliver()
    assert CheckIn.objects.get().closed_at is not None
    assert Appointment.objects.get().state == "cancelled"
    reopen_relationship(world.alice_and_ben, by=actor(world.alice), at=now)
    deliver()
    _book(world, now + timedelta(hours=3))
    deliver()
    again = CheckIn.objects.get()
    assert (again.closed_at, again.link_version) == (None, 2)


def test_the_week_check_of_a_cancelled_meeting_is_closed(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    first = _book(world, now + timedelta(hours=2))
    deliver()
    scheduling.cancel(first, by=actor(world.alice), at=now)
    deliver()
    assert CheckIn.objects.get().closed_at is not None
    page = today_for(actor(world.alice), day=now.date(), at=now)
    assert not page.missing


def test_another_meeting_keeps_its_week_check_open(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    _book(world, now + timedelta(hours=2))
    later = _book(world, now + timedelta(hours=5))
    deliver()
    scheduling.cancel(later, by=actor(world.alice), at=now)
    deliver()
    assert CheckIn.objects.get().closed_at is None


@pytest.mark.parametrize("new_first", [True, False])
def test_a_meeting_moved_by_hours_keeps_its_week_check(in_practice: World, new_first: bool) -> None:
    world, now = in_practice, clock.now()
    first, moved_to = _book(world, now + timedelta(hours=2)), now + timedelta(hours=5)
    deliver()
    if new_first:
        _book(world, moved_to)
        deliver()
    scheduling.cancel(first, by=actor(world.alice), at=now)
    deliver()
    if not new_first:
        _book(world, moved_to)
        deliver()
    week = CheckIn.objects.get()
    assert (week.closed_at, week.expires_at) == (None, moved_to + timedelta(hours=2))


def test_a_meeting_days_ahead_is_not_asked_about_yet(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    first = _book(world, now + timedelta(hours=2))
    deliver()
    _book(world, now + timedelta(days=5))
    scheduling.cancel(first, by=actor(world.alice), at=now)
    deliver()
    assert CheckIn.objects.get().closed_at is not None


def test_nobody_is_asked_about_a_session_that_an_ending_overtook(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    hold_session(world.alice_and_ben, held_at=now, duration_min=50, by=actor(world.alice), at=now)
    _end(world)
    deliver()
    assert not CheckIn.objects.exists()


def test_open_alerts_go_with_a_relationship_that_is_handed_over(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    rated_sessions(world.alice_and_ben, world.ben, [(6.0, 6.0), (6.0, None)], now=now)
    _risk(world)
    deliver()
    mail.outbox.clear()
    hand_over(world.alice_and_ben, to=world.dana, by=actor(world.omar), at=now)
    deliver()
    assert Alert.objects.get(kind="risk").owner_id == world.dana.id
    assert [to for sent in mail.outbox for to in sent.to] == [world.dana.user.email]
    assert Standing.objects.get().therapist_id == world.dana.id
    assert not waiting_for(world.alice.id, at=now)


def test_a_mail_fault_loses_no_word_of_a_risk_handed_over(
    in_practice: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = in_practice
    _risk(world)
    deliver()
    mail.outbox.clear()
    hand_over(world.alice_and_ben, to=world.dana, by=actor(world.omar), at=clock.now())
    with monkeypatch.context() as broken:
        broken.setattr("rapport.alerts.tasks.send_mail", _refused)
        outbox.deliver_due()
    assert Alert.objects.get().owner_id == world.dana.id
    (left,) = OutboxMessage.objects.filter(event="RelationshipHandedOver")
    OutboxMessage.objects.filter(id=left.id).update(due_at=clock.now(), fault="")
    deliver()
    assert [to for sent in mail.outbox for to in sent.to] == [world.dana.user.email]


def _refused(*_: object) -> None:
    raise OSError


def _risk(world: World) -> Alert:
    return raise_risk(
        world.alice_and_ben,
        client=world.ben,
        session=None,
        source_id=uuid4(),
        rule="risk:high",
        sentence="A risk answer",
        evidence={},
        by=actor(world.alice),
        at=clock.now(),
    )


def _book(world: World, starts_at: datetime) -> Appointment:
    return scheduling.book(
        world.alice_and_ben,
        starts_at=starts_at,
        duration_min=50,
        place="room",
        by=actor(world.alice),
        at=clock.now(),
    )
