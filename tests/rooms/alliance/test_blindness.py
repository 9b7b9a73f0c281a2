"""Nothing computed from a sealed rating is shown: no picture changes while one is sealed."""

from datetime import timedelta

from rapport.alliance.queries import (
    RadarFilters,
    brief_for,
    clients_page,
    radar,
    relationship_view,
    reveal_for,
    today_for,
)
from rapport.people.models import Session
from rapport.scheduling.models import Appointment
from tests.people import World, actor
from tests.rooms.alliance.story import assess, just_after, meet, rate, steady


def pictures(world: World, session: Session) -> tuple[object, ...]:
    """All that Alice and Sam can see, but for who has answered and when it was computed."""
    at = just_after(session)
    dyad = {"client": world.ben, "at": at}
    brief = brief_for(world.alice_and_ben, **dyad)
    view = relationship_view(world.alice_and_ben, **dyad)
    today = today_for(actor(world.alice), day=at.date(), at=at)
    page = radar(actor(world.sam), page=1, filters=RadarFilters(), at=at)
    own = clients_page(actor(world.alice), page=1, search="", ended=False, at=at)
    reveal = reveal_for(world.alice_and_ben, client=world.ben, session_number=session.number, at=at)
    return (
        (brief.headline, brief.gap, brief.question, brief.suggestion, brief.strip, brief.words),
        (view.series, view.events, view.assessment, view.gap, view.suggestion),
        [(row.sentence, row.strip, row.suggestion_id) for r in today.rows for row in r.dyads],
        [(row.attention, row.sentence, row.strip, row.alert_id) for row in page.rows],
        [(row.sentence, row.strip) for row in own.rows],
        (reveal.sentence, reveal.rows),
    )


def third_session(world: World) -> Session:
    steady(world.alice_and_ben, 2)
    session = meet(world.alice_and_ben, 3)
    Appointment.objects.create(
        practice=world.practice,
        relationship=world.alice_and_ben,
        starts_at=session.held_at,
        state="held",
        session=session,
    )
    assess(world.alice_and_ben, at=just_after(session))
    return session


def test_a_sealed_rating_changes_nothing_that_anybody_sees(in_practice: World) -> None:
    world = in_practice
    for rater in ("client", "therapist"):
        session = third_session(world) if rater == "client" else meet(world.alice_and_ben, 4)
        assess(world.alice_and_ben, at=just_after(session))
        before = pictures(world, session)
        rate(session, rater, 1)
        assess(world.alice_and_ben, at=just_after(session))
        assert pictures(world, session) == before


def test_once_both_have_rated_everything_shows(in_practice: World) -> None:
    world = in_practice
    session = third_session(world)
    before = pictures(world, session)
    rate(session, "client", 1)
    rate(session, "therapist", 6)
    assess(world.alice_and_ben, at=just_after(session))
    after = pictures(world, session)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_the_reveal_is_a_sentence_first(in_practice: World) -> None:
    world = in_practice
    session = third_session(world)
    rate(session, "client", 3)
    at = just_after(session)
    look = {"client": world.ben, "session_number": 3, "at": at}
    assert reveal_for(world.alice_and_ben, **look).sealed
    rate(session, "therapist", 6)
    reveal = reveal_for(world.alice_and_ben, **look)
    assert reveal.sentence == "Your client rated goals lower than you did, for the first time."
    goal = next(row for row in reveal.rows if row.construct == "goal")
    assert (goal.client_value, goal.therapist_value) == (3, 6)


def test_a_reveal_of_an_earlier_session_does_not_look_ahead(in_practice: World) -> None:
    world = in_practice
    third = third_session(world)
    rate(third, "client", 3)
    rate(third, "therapist", 6)
    at = just_after(third) + timedelta(days=30)
    look = {"client": world.ben, "session_number": 3, "at": at}
    before = reveal_for(world.alice_and_ben, **look)
    fourth = meet(world.alice_and_ben, 4)
    rate(fourth, "client", 1)
    rate(fourth, "therapist", 7)
    assert reveal_for(world.alice_and_ben, **look) == before
