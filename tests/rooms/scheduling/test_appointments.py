from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from rapport.kernel.errors import NotFound
from rapport.kernel.models import OutboxMessage
from rapport.people.models import Relationship, Session
from rapport.scheduling import access, actions, queries
from rapport.scheduling.models import Appointment
from tests.people import NOW, World, actor

WEEK = timedelta(weeks=1)


def book(
    world: World,
    starts_at: datetime = NOW + WEEK,
    relationship: Relationship | None = None,
    *,
    duration_min: int = 50,
    place: str = "room",
) -> Appointment:
    return actions.book(
        relationship or world.alice_and_ben,
        starts_at=starts_at,
        duration_min=duration_min,
        place=place,
        by=actor(world.alice),
        at=NOW,
    )


def test_the_check_in_before_is_asked_a_day_ahead(in_practice: World) -> None:
    appointment = book(in_practice)
    message = OutboxMessage.objects.get(event="AppointmentBooked")
    assert message.payload["appointment_id"] == str(appointment.id)
    assert message.due_at == NOW + WEEK - timedelta(hours=24)


def test_booked_for_today_it_is_asked_at_once(in_practice: World) -> None:
    book(in_practice, NOW + timedelta(hours=3))
    assert OutboxMessage.objects.get(event="AppointmentBooked").due_at == NOW


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_at": NOW - timedelta(days=2)}, "starts_at"),
        ({"duration_min": 0}, "duration_min"),
        ({"duration_min": 601}, "duration_min"),
        ({"place": "the moon"}, "place"),
    ],
)
def test_what_cannot_be_is_refused(
    in_practice: World, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(actions.BadAppointment) as refused:
        book(in_practice, **wrong)  # type: ignore[arg-type]
    assert field in refused.value.fields
    assert not Appointment.objects.exists()


def test_a_therapist_is_in_one_place_at_a_time(in_practice: World) -> None:
    world = in_practice
    first = book(world)
    for offset in (-49, 0, 49):
        with pytest.raises(actions.Overlapping):
            book(world, NOW + WEEK + timedelta(minutes=offset), world.alice_and_chloe)
    book(world, NOW + WEEK + timedelta(minutes=50), world.alice_and_chloe)
    actions.cancel(first, by=actor(world.alice), at=NOW)
    book(world)


def test_an_ended_relationship_takes_no_appointment(in_practice: World) -> None:
    in_practice.alice_and_ben.ended_on = date(2026, 3, 1)
    with pytest.raises(actions.BadAppointment, match="ended on 01 March 2026"):
        book(in_practice)


def test_held_it_becomes_the_next_session_and_counts_what_was_missed(in_practice: World) -> None:
    world = in_practice
    by = actor(world.alice)
    appointments = [book(world, NOW + n * WEEK) for n in range(5)]
    later = NOW + 5 * WEEK
    first = actions.hold(appointments[0], by=by, at=later)
    actions.miss(appointments[1], by=by, at=later)
    actions.miss(appointments[2], by=by, at=later)
    second = actions.hold(appointments[3], by=by, at=later)
    third = actions.hold(appointments[4], by=by, at=later)
    assert [(s.number, s.missed_before) for s in (first, second, third)] == [(1, 0), (2, 2), (3, 0)]
    assert second.held_at == NOW + 3 * WEEK
    row = queries.of_id(appointments[3].id)
    assert row is not None
    assert (row.state, row.session_number) == ("held", 2)
    assert queries.missed_since(world.alice_and_ben, last_held_at=first.held_at) == (2, 2)
    assert queries.missed_since(world.alice_and_ben, last_held_at=third.held_at) == (2, 0)


def test_what_became_of_it_is_said_once(in_practice: World) -> None:
    by, appointment = actor(in_practice.alice), book(in_practice, NOW)
    actions.hold(appointment, by=by, at=NOW)
    for deed in (actions.hold, actions.miss, actions.cancel):
        with pytest.raises(actions.NotPlanned, match="held"):
            deed(appointment, by=by, at=NOW)
    assert Session.objects.count() == 1


def test_nobody_misses_what_has_not_begun(in_practice: World) -> None:
    with pytest.raises(actions.NotYet):
        actions.miss(book(in_practice), by=actor(in_practice.alice), at=NOW)


def test_who_obtains_an_appointment(in_practice: World) -> None:
    world, appointment = in_practice, book(in_practice)
    assert access.own(appointment.id, by=actor(world.alice), at=NOW).id == appointment.id
    assert access.administrative(appointment.id, by=actor(world.omar), at=NOW).id == appointment.id
    for member in (world.dana, world.sam, world.omar, world.rae, world.ines, world.charlie):
        with pytest.raises(NotFound):
            access.own(appointment.id, by=actor(member), at=NOW)
    for member in (world.alice, world.dana, world.sam):
        with pytest.raises(NotFound):
            access.administrative(appointment.id, by=actor(member), at=NOW)
    with pytest.raises(NotFound):
        access.own(uuid4(), by=actor(world.alice), at=NOW)


def test_the_offices_days_and_the_next_of_each(in_practice: World) -> None:
    world = in_practice
    book(world)
    book(world, NOW + 2 * WEEK)
    book(world, NOW + WEEK + timedelta(hours=2), world.alice_and_chloe)
    zone = ZoneInfo("Europe/Zurich")
    day = (NOW + WEEK).date()
    rows = queries.office_days(day, days=1, zone=zone, by=actor(world.omar))
    assert [row.therapist_name for row in rows] == ["Alice Arden", "Alice Arden"]
    assert queries.office_days(day, days=1, zone=zone, by=actor(world.alice)) == ()
    ids = [world.alice_and_ben.id, world.alice_and_chloe.id]
    assert queries.next_of(ids, at=NOW) == {
        world.alice_and_ben.id: NOW + WEEK,
        world.alice_and_chloe.id: NOW + WEEK + timedelta(hours=2),
    }
    upcoming = queries.next_for(world.alice_and_ben, at=NOW)
    assert upcoming is not None
    assert upcoming.starts_at == NOW + WEEK
