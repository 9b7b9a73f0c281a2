from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.alerts.actions import acknowledge, raise_risk
from rapport.alliance.queries import (
    RadarFilters,
    brief_for,
    clients_page,
    radar,
    relationship_view,
    today_for,
)
from rapport.goals.actions import close_goal, focus_on, make_promise, rate_goal, set_goal
from rapport.kernel.models import AuditEntry
from rapport.measures import actions as measures
from rapport.people.models import Client
from rapport.scheduling.models import Appointment
from rapport.science import instruments
from tests.people import NOW, World, actor, client_actor, relate
from tests.rooms.alliance.story import assess, both, meet, steady


def crowd(world: World, size: int) -> None:
    """Clients of Alice's with two sessions each, and an appointment today."""
    for number in range(size):
        client = Client.objects.create(
            practice=world.practice,
            given_name=f"Person {number:02}",
            family_name="Invented",
            created_at=NOW,
        )
        relationship = relate(world.alice, client)
        steady(relationship, 2)
        assess(relationship)
        Appointment.objects.create(
            practice=world.practice,
            relationship=relationship,
            starts_at=NOW + timedelta(minutes=10 * number),
        )


def count(look: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        look()
    return len(queries)


def todays(world: World) -> Callable[[], object]:
    return lambda: today_for(actor(world.alice), day=NOW.date(), at=NOW)


def radars(world: World) -> Callable[[], object]:
    return lambda: radar(actor(world.sam), page=1, filters=RadarFilters(), at=NOW)


def clients(world: World) -> Callable[[], object]:
    return lambda: clients_page(actor(world.alice), page=1, search="", ended=False, at=NOW)


@pytest.mark.parametrize(
    ("look", "budget"),
    [(todays, 16), (radars, 10), (clients, 13)],
    ids=["today", "radar", "clients"],
)
def test_a_list_takes_the_same_queries_for_one_as_for_thirty(
    in_practice: World,
    look: Callable[[World], Callable[[], object]],
    budget: int,
) -> None:
    crowd(in_practice, 1)
    look(in_practice)()
    few = count(look(in_practice))
    crowd(in_practice, 29)
    assert count(look(in_practice)) == few <= budget


def test_a_brief_takes_the_same_queries_after_one_session_as_after_ten(in_practice: World) -> None:
    world = in_practice

    def look() -> None:
        brief_for(world.alice_and_ben, client=world.ben, at=NOW)

    both(meet(world.alice_and_ben, 1), 6, 6)
    assess(world.alice_and_ben)
    few = count(look)
    for number in range(2, 11):
        both(meet(world.alice_and_ben, number), 6, 5)
    assess(world.alice_and_ben)
    assert count(look) == few <= 22


def test_today_shows_the_day_and_what_is_missing(in_practice: World) -> None:
    world = in_practice
    session = steady(world.alice_and_ben, 2)
    assess(world.alice_and_ben)
    Appointment.objects.create(
        practice=world.practice, relationship=world.alice_and_ben, starts_at=NOW, place="video"
    )
    measures.ask_after(world.alice_and_chloe, session_number=1, at=NOW)
    today = today_for(actor(world.alice), day=NOW.date(), at=NOW)
    (row,) = today.rows
    assert (row.names, row.session_number, row.place) == ("Ben Bright", 3, "video")
    (dyad,) = row.dyads
    assert [(mark.rater, mark.state) for mark in dyad.marks] == [
        ("client", "given"),
        ("therapist", "given"),
    ]
    assert [slot.state for slot in dyad.strip[:3]] == ["complete", "complete", "upcoming"]
    assert dyad.first_five
    assert session.number == 2
    missing = {(m.client_name, m.rater, m.mine) for m in today.missing}
    assert missing == {("Chloe Calder", "client", False), ("Chloe Calder", "therapist", True)}


def test_today_is_one_practitioners_own(in_practice: World) -> None:
    world = in_practice
    Appointment.objects.create(
        practice=world.practice, relationship=world.alice_and_ben, starts_at=NOW
    )
    for member in (world.dana, world.sam, world.omar):
        today = today_for(actor(member), day=NOW.date(), at=NOW)
        assert (today.rows, today.risks, today.missing) == ((), (), ())


def test_a_day_is_a_day_in_the_practices_zone(in_practice: World) -> None:
    world = in_practice
    late = NOW.replace(hour=23, minute=30)  # half past midnight in Zurich
    Appointment.objects.create(
        practice=world.practice, relationship=world.alice_and_ben, starts_at=late
    )
    alice = actor(world.alice)
    assert not today_for(alice, day=NOW.date(), at=NOW).rows
    assert today_for(alice, day=NOW.date() + timedelta(days=1), at=NOW).rows


def test_an_open_risk_comes_first_everywhere(in_practice: World) -> None:
    world = in_practice
    steady(world.alice_and_ben, 2)
    alert = raise_risk(
        world.alice_and_ben,
        client=world.ben,
        session=None,
        source_id=world.ben.id,
        rule="week_check.risk",
        sentence="Ask Ben today how safe he is.",
        evidence={},
        by=client_actor(world.ben),
        at=NOW,
    )
    assess(world.alice_and_ben)
    (row,) = radar(actor(world.sam), page=1, filters=RadarFilters(), at=NOW).rows
    assert (row.attention, row.risk_open, row.alert_id) == (90, True, alert.id)
    assert row.sentence == alert.sentence
    (line,) = today_for(actor(world.alice), day=NOW.date(), at=NOW).risks
    assert line.overdue(NOW + timedelta(hours=1))
    assert brief_for(world.alice_and_ben, client=world.ben, at=NOW).risks == (line,)
    acknowledge(alert, by=actor(world.alice), at=NOW)
    assess(world.alice_and_ben)
    assert radar(actor(world.sam), page=1, filters=RadarFilters(), at=NOW).rows[0].attention == 80


def test_the_brief_of_a_new_relationship_says_nothing_it_does_not_know(in_practice: World) -> None:
    brief = brief_for(in_practice.alice_and_ben, client=in_practice.ben, at=NOW)
    assert brief.session_number == 1
    assert (brief.computed, brief.suggestion, brief.goal, brief.headline) == (None, None, None, "")
    assert [mark.state for mark in brief.marks] == ["not_asked", "not_asked"]


def test_the_brief_holds_goal_promise_words_and_the_week(in_practice: World) -> None:
    world = in_practice
    alice = {"by": actor(world.alice), "at": NOW}
    session = steady(world.alice_and_ben, 2)
    goal = set_goal(world.alice_and_ben, client=world.ben, words="Sleep", area="rest", **alice)
    rate_goal(goal, session=session, rater="therapist", attainment=4, **alice)
    focus_on(goal, **alice)
    make_promise(world.alice_and_ben, client=world.ben, words="Send the exercise", **alice)
    (week,) = measures.ask_before(
        world.alice_and_ben, session_number=3, expires_at=NOW + timedelta(days=1), at=NOW
    )
    answers = {item.key: 0 for item in instruments.load("week_check").items}
    by = client_actor(world.ben)
    measures.submit_check_in(week, answers=answers, words="My sister rang", by=by, at=NOW)
    assess(world.alice_and_ben)
    brief = brief_for(world.alice_and_ben, client=world.ben, at=NOW)
    assert brief.goal is not None
    assert (brief.goal.words, brief.goal.therapist_attainment) == ("Sleep", 4)
    assert [promise.words for promise in brief.promises] == ["Send the exercise"]
    assert brief.words[0].words == "My sister rang"
    assert {score.scale for score in brief.coming} >= {"distress_total", "wellbeing"}
    assert brief.computed is not None
    assert (brief.computed.as_of, brief.computed.stale) == (2, False)
    meet(world.alice_and_ben, 3)
    later = brief_for(world.alice_and_ben, client=world.ben, at=NOW)
    assert later.computed is not None
    assert later.computed.stale
    assert later.coming == ()


def test_the_relationship_holds_both_curves_and_what_happened(in_practice: World) -> None:
    world = in_practice
    alice = {"by": actor(world.alice), "at": NOW}
    steady(world.alice_and_ben, 5)
    both(meet(world.alice_and_ben, 6), 2, 6)
    goal = set_goal(world.alice_and_ben, client=world.ben, words="Sleep", area="", **alice)
    close_goal(goal, **alice)
    assess(world.alice_and_ben)
    view = relationship_view(world.alice_and_ben, client=world.ben, at=NOW)
    curves = {(one.scale, one.rater): one for one in view.series}
    assert [p.value for p in curves["alliance", "client"].points] == [6, 6, 6, 6, 6, 2]
    assert [p.value for p in curves["alliance", "therapist"].points] == [6] * 6
    assert (curves["bond", "client"].minimum, curves["bond", "client"].maximum) == (1, 7)
    assert {event.kind for event in view.events} >= {"rupture", "goal_set", "goal_closed"}
    assert view.suggestion is not None
    assert view.suggestion.alert_id is not None
    assert len(view.suggestion.things_to_try) == 3
    assert view.assessment is not None
    assert view.assessment.as_of == 6


def test_the_radar_is_the_supervisors_and_pages(in_practice: World) -> None:
    world = in_practice
    crowd(world, 53)
    sam = actor(world.sam)
    first = radar(sam, page=1, filters=RadarFilters(), at=NOW)
    second = radar(sam, page=2, filters=RadarFilters(), at=NOW)
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (53, 2, 50, 3)
    assert not {row.client_id for row in first.rows} & {row.client_id for row in second.rows}
    assert radar(sam, page=9, filters=RadarFilters(), at=NOW).rows == ()
    stranger = RadarFilters(therapist_id=world.dana.id)
    assert radar(sam, page=1, filters=stranger, at=NOW).total == 0
    for member in (world.alice, world.dana, world.omar):
        assert radar(actor(member), page=1, filters=RadarFilters(), at=NOW).total == 0


def test_the_radar_filters(in_practice: World) -> None:
    world = in_practice
    crowd(world, 2)
    steady(world.alice_and_ben, 5)
    both(meet(world.alice_and_ben, 6), 2, 6)
    assess(world.alice_and_ben)

    def names(**filters: bool) -> list[str]:
        page = radar(actor(world.sam), page=1, filters=RadarFilters(**filters), at=NOW)
        return [row.client_name for row in page.rows]

    assert names()[0] == "Ben Bright"
    assert names(needs_attention=True) == ["Ben Bright"]
    assert "Ben Bright" not in names(first_five=True)
    world.alice_and_ben.ended_on = NOW.date()
    world.alice_and_ben.save()
    assess(world.alice_and_ben)
    assert "Ben Bright" not in names()
    assert names(ended=True) == ["Ben Bright"]


def test_clients_are_found_by_any_part_of_their_names(in_practice: World) -> None:
    world = in_practice
    crowd(world, 3)

    def found(search: str) -> list[str]:
        page = clients_page(actor(world.alice), page=1, search=search, ended=False, at=NOW)
        return [row.client_name for row in page.rows]

    assert found("chlo cald") == ["Chloe Calder"]
    assert found("invented") == ["Person 00 Invented", "Person 01 Invented", "Person 02 Invented"]
    assert found("100%") == []
    assert len(found("")) == 5


def test_showing_a_list_is_written_to_the_log(in_practice: World) -> None:
    world = in_practice
    crowd(world, 2)
    before = AuditEntry.objects.count()
    radars(world)()
    entry = AuditEntry.objects.latest("number")
    assert AuditEntry.objects.count() == before + 1
    assert (entry.verb, len(entry.subject_ids)) == ("list", 2)
