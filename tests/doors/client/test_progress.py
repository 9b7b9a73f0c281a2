"""My progress and goals: the client's own, by a link of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser

from rapport.agreements.models import ConsentEntry
from rapport.goals.actions import set_goal
from rapport.goals.models import Goal, GoalRating
from rapport.kernel import clock, scope
from rapport.kernel.models import AuditEntry
from rapport.measures import actions, links
from rapport.measures.delivery import NoConsentToMessages, channel_for
from rapport.measures.models import CheckIn, TalkAbout
from rapport.people.access import place_of
from rapport.people.models import Participant
from tests.doors.client.conftest import WEEK
from tests.people import World, actor, hold
from tests.rooms.measures.asked import after, agree_to_messages, all_items, send


@pytest.fixture
def place(world: World) -> Participant:
    with scope.practice(world.practice.id):
        return place_of(world.ben.id, world.alice_and_ben)


@pytest.fixture
def address(place: Participant) -> str:
    return f"/p/{links.progress_token(place, at=clock.now())}"


@pytest.fixture
def goal(world: World) -> Goal:
    with scope.practice(world.practice.id):
        return set_goal(
            world.alice_and_ben,
            client=world.ben,
            words="Sleep through the night",
            area="sleep",
            by=actor(world.alice),
            at=clock.now(),
        )


def page(address: str) -> str:
    reply = Browser().get(address)
    assert reply.status_code == 200
    return reply.content.decode()


def answered(world: World, number: int, **more: int) -> CheckIn:
    at = clock.now()
    (check_in,) = actions.ask_before(
        world.alice_and_ben, session_number=number, expires_at=at + timedelta(hours=1), at=at
    )
    words = f"Words of week {number}"
    return send(check_in, WEEK | more, words=words, at=at).check_in


def test_an_empty_page_teaches_what_will_be_there(address: str) -> None:
    shown = page(address)
    assert "Your course will appear here" in shown
    assert "No goals yet" in shown


def test_their_curve_their_goals_their_words(world: World, address: str, goal: Goal) -> None:
    with scope.practice(world.practice.id):
        for number in (1, 2, 3):
            answered(world, number, distress=number)
            hold(world.alice_and_ben, number)
    shown = page(address)
    assert "Distress: 9 at session 3, on a scale from 0 to 24" in shown
    assert "<svg" in shown
    assert "Unvalidated" in shown
    assert "Sleep through the night" in shown
    assert "Words of week 2" in shown


def test_nothing_that_the_therapist_rated_is_on_it(world: World, address: str, goal: Goal) -> None:
    with scope.practice(world.practice.id):
        answered(world, 1)
        hold(world.alice_and_ben, 1)
    before = page(address)
    with scope.practice(world.practice.id):
        asked = after(world.alice_and_ben, at=clock.now())
        send(asked["therapist"], all_items(1), at=clock.now())
        session = world.alice_and_ben.sessions.get()
        GoalRating.objects.create(
            practice=world.practice,
            goal=goal,
            session=session,
            rater="therapist",
            member=world.alice,
            attainment=9,
            at=clock.now(),
        )
    assert page(address) == before


def test_no_name_and_no_address_of_anybody(world: World, address: str, goal: Goal) -> None:
    shown = page(address)
    for name in ("Ben", "Bright", "Alice", "Arden", "@"):
        assert name not in shown


def test_a_goal_is_rated(world: World, address: str, goal: Goal) -> None:
    with scope.practice(world.practice.id):
        hold(world.alice_and_ben, 1)
    reply = Browser(enforce_csrf_checks=True).post(
        f"{address}/goals/{goal.id}", {"attainment": "7"}
    )
    assert reply.status_code == 303
    assert "You last said 7 of 10" in page(address)
    with scope.practice(world.practice.id):
        rating = GoalRating.objects.get()
    assert (rating.rater, rating.attainment, rating.member_id) == ("client", 7, None)


@pytest.mark.parametrize("value", ["11", "-1", "", "7.5", "seven", "²"])
def test_a_rating_out_of_range_is_refused(
    world: World, address: str, goal: Goal, value: str
) -> None:
    with scope.practice(world.practice.id):
        hold(world.alice_and_ben, 1)
    reply = Browser().post(f"{address}/goals/{goal.id}", {"attainment": value})
    assert reply.status_code == 422
    with scope.practice(world.practice.id):
        assert not GoalRating.objects.exists()


def test_another_clients_goal_is_not_there(world: World, address: str) -> None:
    with scope.practice(world.practice.id):
        hold(world.alice_and_ben, 1)
        theirs = set_goal(
            world.alice_and_chloe,
            client=world.chloe,
            words="Drive again",
            area="",
            by=actor(world.alice),
            at=clock.now(),
        )
    reply = Browser().post(f"{address}/goals/{theirs.id}", {"attainment": "7"})
    assert reply.status_code == 404
    with scope.practice(world.practice.id):
        assert not GoalRating.objects.exists()


def test_talk_about_this_next_time_in_one_tap(world: World, address: str, goal: Goal) -> None:
    for _ in range(2):
        reply = Browser(enforce_csrf_checks=True).post(
            f"{address}/talk", {"words": "Sleep through the night"}
        )
        assert reply.status_code == 303
    with scope.practice(world.practice.id):
        wish = TalkAbout.objects.get()
    assert (wish.words, wish.session_number) == ("Sleep through the night", 1)
    assert "data-wishes" in page(address)


def test_what_was_typed_stays_when_it_is_too_long(address: str) -> None:
    reply = Browser().post(f"{address}/talk", {"words": "long " * 200})
    assert reply.status_code == 422
    assert "long long long" in reply.content.decode()


def test_looking_changes_nothing_and_is_logged(world: World, address: str) -> None:
    page(address)
    with scope.practice(world.practice.id):
        read = AuditEntry.objects.get(verb="read", subject_kind="progress")
        assert (read.actor_kind, read.actor_id) == ("client", world.ben.id)
        assert not TalkAbout.objects.exists()


def test_a_link_that_ran_out_or_is_void_says_nothing(
    world: World, place: Participant, address: str
) -> None:
    old = links.progress_token(place, at=clock.now() - links.PROGRESS_LASTS)
    with scope.practice(world.practice.id):
        Participant.objects.filter(id=place.id).update(link_version=2)
    replies = [Browser().get(one) for one in (f"/p/{old}", address, "/p/a.b", "/p/x")]
    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.content for reply in replies}) == 1


def test_a_check_ins_link_does_not_open_it(world: World, week: CheckIn) -> None:
    token = links.check_in_token(week)
    end = f"{int((clock.now() + timedelta(days=1)).timestamp()):x}"
    assert Browser().get(f"/p/{token}").status_code == 404
    assert Browser().get(f"/p/{end}.{token}").status_code == 404


def test_the_therapist_can_send_it(world: World, place: Participant) -> None:
    with scope.practice(world.practice.id):
        agree_to_messages(world, world.ben, world.alice_and_ben)
        actions.send_progress(place, by=actor(world.alice), at=clock.now())
    assert "/p/" in mail.outbox[0].body


def test_the_client_stops_the_messages_themselves(world: World, address: str) -> None:
    with scope.practice(world.practice.id):
        assert "Stop these messages" not in Browser().get(address).content.decode()
        agree_to_messages(world, world.ben, world.alice_and_ben)
        assert "Stop these messages" in Browser().get(address).content.decode()
        page = Browser().post(f"{address}/stop", follow=True).content.decode()
        assert "No more messages are sent to you" in page
        assert "Stop these messages" not in page
        entry = ConsentEntry.objects.order_by("at", "id").last()
        assert entry is not None
        assert (entry.given, entry.client_id, entry.recorded_by_id) == (False, world.ben.id, None)
        with pytest.raises(NoConsentToMessages):
            channel_for(world.alice_and_ben, world.ben, at=clock.now())
