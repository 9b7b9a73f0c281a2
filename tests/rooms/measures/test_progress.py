"""A client's own course holds what they answered and nothing that anybody else did."""

from __future__ import annotations

from rapport.measures import actions
from rapport.measures.progress import OwnCourse, own_courses
from rapport.people.access import place_of
from tests.people import NOW, World, hold
from tests.rooms.measures.asked import CALM, after, all_items, send


def week(world: World, number: int, distress: int) -> None:
    (check_in,) = actions.ask_before(
        world.alice_and_ben,
        session_number=number,
        expires_at=NOW.replace(hour=23),
        at=NOW,
    )
    send(check_in, CALM | {"distress": distress})


def courses(world: World) -> tuple[OwnCourse, ...]:
    return own_courses(place_of(world.ben.id, world.alice_and_ben))


def test_there_is_nothing_before_the_first_answer(in_practice: World) -> None:
    assert courses(in_practice) == ()


def test_one_course_a_measure_the_broadest_scale_first(in_practice: World) -> None:
    week(in_practice, 1, 3)
    (course,) = courses(in_practice)
    assert course.scale.key == ("week_check", "distress_total")
    assert course.latest is not None
    assert (course.latest.session, course.latest.value) == (1, 9)


def test_the_band_of_a_session_comes_from_earlier_answers(in_practice: World) -> None:
    for number, distress in enumerate([5, 4, 4, 3, 3, 2], start=1):
        week(in_practice, number, distress)
        hold(in_practice.alice_and_ben, number)
    before = {point.session: (point.low, point.high) for point in courses(in_practice)[0].points}
    week(in_practice, 7, 6)
    hold(in_practice.alice_and_ben, 7)
    after_it = {point.session: (point.low, point.high) for point in courses(in_practice)[0].points}
    assert all(after_it[session] == before[session] for session in range(1, 7))
    assert before[6][0] is not None


def test_what_the_therapist_rated_is_not_in_it(in_practice: World) -> None:
    week(in_practice, 1, 3)
    hold(in_practice.alice_and_ben, 1)
    before = courses(in_practice)
    asked = after(in_practice.alice_and_ben)
    send(asked["therapist"], all_items(1))
    send(asked["client"], all_items(7))
    assert courses(in_practice) == before


def test_a_missing_answer_is_a_gap(in_practice: World) -> None:
    week(in_practice, 1, 3)
    hold(in_practice.alice_and_ben, 1)
    hold(in_practice.alice_and_ben, 2)
    points = {point.session: point.value for point in courses(in_practice)[0].points}
    assert points[2] is None
