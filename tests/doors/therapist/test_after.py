"""After the session: the rating before the reveal, then goals and the next appointment."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse

from rapport.goals.models import Goal, GoalRating
from rapport.kernel import clock
from rapport.measures.actions import submit_check_in
from rapport.measures.forms import form_of
from rapport.measures.models import CheckIn, Score
from rapport.people.models import Session
from rapport.scheduling.models import Appointment
from tests.doors.visitors import answers, appointment, rated_sessions
from tests.people import World, client_actor, relate

ADDRESS = "after_session"


@pytest.fixture
def met(world: World, alice: Browser, now: datetime) -> Appointment:
    """A session that has just ended and that nobody has said anything about."""
    return appointment(world.alice_and_ben, now - timedelta(minutes=50))


def send(browser: Browser, met: Appointment, client: object, given: dict[str, float]) -> object:
    url = reverse(ADDRESS, args=[met.id])
    typed = {key: f"{value:g}" for key, value in given.items()}
    return browser.post(url, {"client": str(client), **typed}, follow=True)


def test_seven_items_each_with_seven_taps(alice: Browser, met: Appointment) -> None:
    page = alice.get(reverse(ADDRESS, args=[met.id])).content.decode()
    assert page.count("data-rating-item") == 7
    assert page.count('type="radio"') == 49
    assert "Unvalidated" in page


def test_sending_the_rating_holds_the_session_and_asks_everybody(
    world: World, alice: Browser, met: Appointment
) -> None:
    send(alice, met, world.ben.id, answers(6))
    met.refresh_from_db()
    assert met.state == "held"
    asked = CheckIn.objects.filter(relationship=world.alice_and_ben, session_number=1)
    assert {row.rater: row.submitted_at is not None for row in asked} == {
        "client": False,
        "therapist": True,
    }


def test_an_open_item_changes_nothing_and_what_was_chosen_stays(
    world: World, alice: Browser, met: Appointment
) -> None:
    given = answers(6)
    del given["bond"]
    page = send(alice, met, world.ben.id, given)
    assert page.status_code == 422
    met.refresh_from_db()
    assert met.state == "planned"
    assert not Session.objects.filter(relationship=world.alice_and_ben).exists()
    text = page.content.decode()
    assert text.count(" checked") == 6
    assert 'href="#f-bond"' in text


@pytest.mark.parametrize("value", ["0", "8", "9e9", "nan", "", "six"])
def test_an_answer_that_is_not_on_offer_counts_as_open(
    world: World, alice: Browser, met: Appointment, value: str
) -> None:
    url = reverse(ADDRESS, args=[met.id])
    typed = dict.fromkeys(answers(5), "5") | {"goal": value, "client": str(world.ben.id)}
    assert alice.post(url, typed).status_code == 422
    assert not Score.objects.exists()


def test_the_clients_rating_is_shown_only_after_ones_own(
    world: World, alice: Browser, met: Appointment
) -> None:
    send(alice, met, world.ben.id, answers(6))
    sealed = alice.get(reverse(ADDRESS, args=[met.id])).content.decode()
    assert "m-client" not in sealed.split("<main", 1)[1]
    theirs = CheckIn.objects.get(rater="client", session_number=1)
    submit_check_in(
        theirs, answers=answers(3.0), words="", by=client_actor(world.ben), at=clock.now()
    )
    revealed = alice.get(reverse(ADDRESS, args=[met.id])).content.decode()
    assert "3.0" in revealed
    assert "6.0" in revealed


def test_a_rating_is_given_once(world: World, alice: Browser, met: Appointment) -> None:
    send(alice, met, world.ben.id, answers(6))
    again = alice.post(reverse(ADDRESS, args=[met.id]), {"client": str(world.ben.id), **answers(1)})
    assert again.status_code == 409
    assert set(Score.objects.filter(rater="therapist").values_list("value", flat=True)) == {6.0}


def test_a_couple_is_rated_one_after_the_other(world: World, alice: Browser, now: datetime) -> None:
    couple = relate(world.alice, world.ben, world.chloe)
    met = appointment(couple, now - timedelta(minutes=50))
    first = send(alice, met, world.ben.id, answers(6)).content.decode()
    assert "With Chloe Calder" in first
    second = send(alice, met, world.chloe.id, answers(5)).content.decode()
    assert "data-rating-item" not in second
    assert Score.objects.filter(rater="therapist", scale="goal").count() == 2


def test_goals_are_kept_where_the_slider_was_touched(
    world: World, alice: Browser, met: Appointment, now: datetime
) -> None:
    own = {"practice_id": world.practice.id, "relationship": world.alice_and_ben}
    touched, untouched = (
        Goal.objects.create(**own, client=world.ben, words=words, created_at=now)
        for words in ("Sleep through", "Say no once a week")
    )
    send(alice, met, world.ben.id, answers(6))
    url = reverse("after_goals", args=[met.id])
    page = alice.post(url, {f"goal-{touched.id}": "7"}, follow=True)
    assert page.status_code == 200
    rating = GoalRating.objects.get()
    assert (rating.goal_id, rating.attainment, rating.rater) == (touched.id, 7, "therapist")
    assert untouched.words in page.content.decode()


@pytest.mark.parametrize(("name", "value"), [("goal-x", "5"), ("goal-", "5")])
def test_a_goal_that_is_none_is_not_there(
    world: World, alice: Browser, met: Appointment, name: str, value: str
) -> None:
    send(alice, met, world.ben.id, answers(6))
    assert alice.post(reverse("after_goals", args=[met.id]), {name: value}).status_code == 404


def test_eleven_of_ten_is_refused(
    world: World, alice: Browser, met: Appointment, now: datetime
) -> None:
    own = {"practice_id": world.practice.id, "relationship": world.alice_and_ben}
    goal = Goal.objects.create(**own, client=world.ben, words="Sleep", created_at=now)
    send(alice, met, world.ben.id, answers(6))
    answer = alice.post(reverse("after_goals", args=[met.id]), {f"goal-{goal.id}": "11"})
    assert answer.status_code == 422
    assert not GoalRating.objects.exists()


def test_the_next_appointment_stands_a_week_later_at_the_same_time(
    world: World, alice: Browser, now: datetime
) -> None:
    met = appointment(world.alice_and_ben, now - timedelta(minutes=50), duration_min=40)
    page = send(alice, met, world.ben.id, answers(6)).content.decode()
    local = met.starts_at.astimezone(ZoneInfo(world.practice.timezone))
    assert f'value="{(local + timedelta(weeks=1)).date().isoformat()}"' in page
    assert f'value="{local:%H:%M}"' in page
    assert 'value="40"' in page


def test_what_is_still_to_come_cannot_be_rated(world: World, alice: Browser, now: datetime) -> None:
    later = appointment(world.alice_and_ben, now + timedelta(days=2))
    page = alice.get(reverse(ADDRESS, args=[later.id])).content.decode()
    assert "still to come" in page
    assert "data-rating-item" not in page
    refused = alice.post(
        reverse(ADDRESS, args=[later.id]), {"client": str(world.ben.id), **answers(6)}
    )
    assert refused.status_code == 422
    later.refresh_from_db()
    assert later.state == "planned"


def test_after_its_time_a_rating_stays_a_gap(world: World, alice: Browser, now: datetime) -> None:
    rated_sessions(world.alice_and_ben, world.ben, [(5, None)], now=now - timedelta(days=9))
    session = Session.objects.get(relationship=world.alice_and_ben)
    met = appointment(world.alice_and_ben, session.held_at, state="held", session=session)
    assert "data-rating-item" not in alice.get(reverse(ADDRESS, args=[met.id])).content.decode()


@pytest.mark.parametrize("became", ["missed", "cancelled"])
def test_what_did_not_take_place_is_not_rated(
    world: World, alice: Browser, now: datetime, became: str
) -> None:
    gone = appointment(world.alice_and_ben, now - timedelta(hours=1), state=became)
    page = alice.get(reverse(ADDRESS, args=[gone.id])).content.decode()
    assert f"was {became}" in page
    assert "data-rating-item" not in page


def test_keeping_no_goal_says_so(world: World, alice: Browser, met: Appointment) -> None:
    send(alice, met, world.ben.id, answers(6))
    url = reverse("after_goals", args=[met.id])
    page = alice.post(url, follow=True).content.decode()
    assert "Nothing was chosen yet" in page


def test_what_is_open_is_named(world: World, alice: Browser, met: Appointment) -> None:
    given = answers(6)
    del given["bond"]
    page = send(alice, met, world.ben.id, given).content.decode()
    question = form_of("relationship_check_therapist", language="en").questions[2]
    assert question.key == "bond"
    assert f'<a href="#f-bond">{question.words} ' in page


def test_while_it_is_sealed_the_link_and_the_tablet_are_at_hand(
    world: World, alice: Browser, met: Appointment
) -> None:
    send(alice, met, world.ben.id, answers(6))
    page = alice.get(reverse(ADDRESS, args=[met.id])).content.decode()
    theirs = CheckIn.objects.get(relationship=world.alice_and_ben, rater="client")
    assert reverse("check_in_send", args=[theirs.id]) in page
    assert "Hand over the tablet" in page


def test_equal_ratings_do_not_hide_one_another(
    world: World, alice: Browser, met: Appointment, now: datetime
) -> None:
    send(alice, met, world.ben.id, answers(6))
    theirs = CheckIn.objects.get(relationship=world.alice_and_ben, rater="client")
    by = client_actor(world.ben)
    submit_check_in(theirs, answers=answers(6), words="", by=by, at=now)
    page = alice.get(reverse(ADDRESS, args=[met.id])).content.decode()
    assert 'class="level level-head"' in page
    assert page.count("translate(-7 -2)") == page.count("translate(-7 12)") > 0
