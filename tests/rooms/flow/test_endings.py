"""What follows when a relationship ends."""

from datetime import timedelta

from rapport.alerts.models import Alert
from rapport.alliance.models import Standing
from rapport.kernel import clock
from rapport.measures.models import CheckIn
from rapport.people.actions import end_relationship
from rapport.scheduling import actions as scheduling
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
