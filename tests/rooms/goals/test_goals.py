import pytest

from rapport.goals import access, actions, queries
from rapport.goals.models import Goal, GoalRating
from rapport.kernel.errors import NotFound
from rapport.kernel.models import OutboxMessage
from rapport.kernel.unchanging import FactKeptError
from rapport.people.access import place_of
from tests.people import NOW, World, actor, client_actor, hold


def sleep(world: World, words: str = "Sleep through the night") -> Goal:
    return actions.set_goal(
        world.alice_and_ben,
        client=world.ben,
        words=words,
        area="rest",
        by=actor(world.alice),
        at=NOW,
    )


def test_a_goal_is_set_as_of_the_last_session(in_practice: World) -> None:
    assert sleep(in_practice).set_at_session == 1
    hold(in_practice.alice_and_ben, 1)
    hold(in_practice.alice_and_ben, 2)
    assert sleep(in_practice).set_at_session == 2


@pytest.mark.parametrize("words", ["", "   ", "x" * 301])
def test_a_goal_needs_words_and_not_too_many(in_practice: World, words: str) -> None:
    with pytest.raises(actions.WordsMissing) as refused:
        sleep(in_practice, words)
    assert "words" in refused.value.fields


def test_a_goal_is_set_for_a_client_of_the_relationship(in_practice: World) -> None:
    world = in_practice
    with pytest.raises(NotFound):
        actions.set_goal(
            world.alice_and_ben,
            client=world.chloe,
            words="Sleep",
            area="",
            by=actor(world.alice),
            at=NOW,
        )


def test_the_latest_word_on_a_session_counts_and_the_first_is_kept(in_practice: World) -> None:
    world, goal = in_practice, sleep(in_practice)
    session = hold(world.alice_and_ben, 1)
    for attainment in (3, 7):
        actions.rate_goal(
            goal,
            session=session,
            rater="client",
            attainment=attainment,
            by=client_actor(world.ben),
            at=NOW,
        )
    _goals, (rating,) = queries.goal_facts(world.alice_and_ben, client_id=world.ben.id)
    assert (rating.session, rating.rater, rating.attainment) == (1, "client", 7.0)
    assert GoalRating.objects.count() == 2
    with pytest.raises(FactKeptError):
        GoalRating.objects.update(attainment=10)
    (row,) = queries.goals_of(world.alice_and_ben, client_id=world.ben.id)
    assert (row.client_attainment, row.therapist_attainment) == (7, None)


@pytest.mark.parametrize(("rater", "attainment"), [("client", 11), ("client", -1), ("sam", 5)])
def test_what_is_no_attainment_is_refused(in_practice: World, rater: str, attainment: int) -> None:
    world, goal = in_practice, sleep(in_practice)
    with pytest.raises(actions.NotAttainment):
        actions.rate_goal(
            goal,
            session=hold(world.alice_and_ben, 1),
            rater=rater,
            attainment=attainment,
            by=actor(world.alice),
            at=NOW,
        )
    assert not GoalRating.objects.exists()


def test_a_goal_is_not_rated_at_another_relationships_session(in_practice: World) -> None:
    world, goal = in_practice, sleep(in_practice)
    with pytest.raises(actions.NotAttainment):
        actions.rate_goal(
            goal,
            session=hold(world.alice_and_chloe, 1),
            rater="therapist",
            attainment=5,
            by=actor(world.alice),
            at=NOW,
        )


def test_one_goal_is_in_focus(in_practice: World) -> None:
    world = in_practice
    first, second = sleep(world), sleep(world, "See friends")
    actions.focus_on(first, by=actor(world.alice), at=NOW)
    actions.focus_on(second, by=actor(world.alice), at=NOW)
    rows = queries.goals_of(world.alice_and_ben, client_id=world.ben.id)
    assert [(row.words, row.in_focus) for row in rows] == [
        ("See friends", True),
        ("Sleep through the night", False),
    ]


def test_a_closed_goal_stays_closed(in_practice: World) -> None:
    world, goal = in_practice, sleep(in_practice)
    hold(world.alice_and_ben, 1)
    actions.close_goal(goal, by=actor(world.alice), at=NOW)
    assert Goal.objects.get().closed_at_session == 1
    with pytest.raises(actions.GoalClosed):
        actions.focus_on(goal, by=actor(world.alice), at=NOW)


def test_every_change_is_told(in_practice: World) -> None:
    world, goal = in_practice, sleep(in_practice)
    actions.focus_on(goal, by=actor(world.alice), at=NOW)
    told = OutboxMessage.objects.filter(event="GoalChanged")
    assert [row.payload["client_id"] for row in told] == [str(world.ben.id)] * 2


def test_a_promise_is_open_until_it_is_settled(in_practice: World) -> None:
    world = in_practice
    alice = {"by": actor(world.alice), "at": NOW}
    promise = actions.make_promise(
        world.alice_and_ben, client=world.ben, words="Send the exercise", **alice
    )
    (row,) = queries.promises_of(world.alice_and_ben, client_id=world.ben.id)
    assert (row.words, row.kept) == ("Send the exercise", None)
    actions.settle_promise(promise, kept=True, **alice)
    assert queries.promises_of(world.alice_and_ben, client_id=world.ben.id) == ()


def test_goals_and_promises_are_the_therapists_and_the_clients_own(in_practice: World) -> None:
    world, goal = in_practice, sleep(in_practice)
    alice = {"by": actor(world.alice), "at": NOW}
    promise = actions.make_promise(world.alice_and_ben, client=world.ben, words="Call", **alice)
    assert access.own_goal(goal.id, **alice).id == goal.id
    assert access.own_promise(promise.id, **alice).id == promise.id
    for member in (world.dana, world.sam, world.omar, world.rae, world.charlie):
        with pytest.raises(NotFound):
            access.own_goal(goal.id, by=actor(member), at=NOW)
        with pytest.raises(NotFound):
            access.own_promise(promise.id, by=actor(member), at=NOW)
    ben = place_of(world.ben.id, world.alice_and_ben)
    chloe = place_of(world.chloe.id, world.alice_and_chloe)
    as_ben = {"by": client_actor(world.ben), "at": NOW}
    assert access.goal_of_place(goal.id, place=ben, **as_ben).id == goal.id
    with pytest.raises(NotFound):
        access.goal_of_place(goal.id, place=chloe, by=client_actor(world.chloe), at=NOW)
