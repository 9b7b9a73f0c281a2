from datetime import timedelta

import pytest

from rapport.alerts.models import Alert, AlertStep
from rapport.alliance.history import facts_of
from rapport.alliance.models import Assessment, Standing
from rapport.goals.actions import set_goal
from rapport.kernel.unchanging import FactKeptError
from rapport.science.history import input_hash
from rapport.science.relationship import ENGINE_VERSION
from tests.people import NOW, World, actor, relate
from tests.rooms.alliance.story import assess, both, just_after, meet, rate, steady


def test_an_assessment_keeps_its_engine_version_and_input_hash(in_practice: World) -> None:
    world = in_practice
    both(meet(world.alice_and_ben, 1), 6, 5)
    stored = assess(world.alice_and_ben)
    facts = facts_of(world.alice_and_ben, client=world.ben, at=NOW)
    assert (stored.as_of, stored.engine_version) == (1, ENGINE_VERSION)
    assert stored.input_hash == input_hash(facts.history, 1)
    assert stored.result["as_of"] == 1


def test_the_same_facts_give_the_same_row(in_practice: World) -> None:
    world = in_practice
    both(meet(world.alice_and_ben, 1), 6, 5)
    first = assess(world.alice_and_ben)
    again = assess(world.alice_and_ben, at=NOW + timedelta(hours=1))
    assert again.id == first.id
    assert Assessment.objects.count() == Standing.objects.count() == 1


def test_a_goal_changes_the_assessment_but_not_the_one_before(in_practice: World) -> None:
    world = in_practice
    both(meet(world.alice_and_ben, 1), 6, 5)
    first = assess(world.alice_and_ben)
    before = first.result
    set_goal(
        world.alice_and_ben, client=world.ben, words="Sleep", area="", by=actor(world.alice), at=NOW
    )
    second = assess(world.alice_and_ben)
    assert second.id != first.id
    assert Assessment.objects.get(id=first.id).result == before
    assert Standing.objects.get().assessment_id == second.id


def test_a_stored_assessment_cannot_be_changed(in_practice: World) -> None:
    world = in_practice
    both(meet(world.alice_and_ben, 1), 6, 5)
    stored = assess(world.alice_and_ben)
    stored.result = {}
    with pytest.raises(FactKeptError):
        stored.save()
    with pytest.raises(FactKeptError):
        Assessment.objects.update(result={})


def test_a_clear_fall_raises_one_alert_and_the_next_session_settles_it(in_practice: World) -> None:
    world = in_practice
    steady(world.alice_and_ben, 5)
    both(meet(world.alice_and_ben, 6), 2, 6)
    stored = assess(world.alice_and_ben)
    assess(world.alice_and_ben)
    alert = Alert.objects.get()
    assert (alert.kind, alert.rule) == ("suggestion", "rupture_client")
    assert alert.owner_id == world.alice.id
    assert alert.evidence["input_hash"] == stored.input_hash
    assert alert.evidence["suggestion"]["false_alarm_rate"]["basis"]
    assert Standing.objects.get().alert_id == alert.id

    both(meet(world.alice_and_ben, 7), 6, 6)
    assess(world.alice_and_ben)
    alert.refresh_from_db()
    assert alert.settled_at == NOW
    assert AlertStep.objects.get(alert=alert, what="settled").by_id is None
    assert Standing.objects.get().alert_id is None


def test_a_suggestion_that_was_answered_is_not_raised_again(in_practice: World) -> None:
    from rapport.alerts.actions import answer

    world = in_practice
    steady(world.alice_and_ben, 5)
    both(meet(world.alice_and_ben, 6), 2, 6)
    assess(world.alice_and_ben)
    alert = Alert.objects.get()
    answer(alert, useful=False, because="She was ill", by=actor(world.alice), at=NOW)
    assess(world.alice_and_ben)
    assert Alert.objects.count() == 1
    assert Alert.objects.get().settled_at is not None


def test_an_ended_relationship_raises_no_alert(in_practice: World) -> None:
    world = in_practice
    steady(world.alice_and_ben, 5)
    both(meet(world.alice_and_ben, 6), 2, 6)
    world.alice_and_ben.ended_on = NOW.date()
    world.alice_and_ben.save()
    assess(world.alice_and_ben)
    assert not Alert.objects.exists()
    assert Standing.objects.get().ended


def test_sealed_ratings_are_not_fed_to_the_engine(in_practice: World) -> None:
    world = in_practice
    session = steady(world.alice_and_ben, 2)
    before = assess(world.alice_and_ben, at=just_after(session))
    third = meet(world.alice_and_ben, 3)
    open_hash = assess(world.alice_and_ben, at=just_after(third)).input_hash
    rate(third, "client", 1)
    sealed = assess(world.alice_and_ben, at=just_after(third))
    assert sealed.input_hash == open_hash != before.input_hash
    assert assess(world.alice_and_ben, at=NOW).input_hash != open_hash  # the time ran out


def test_each_client_of_a_couple_is_assessed_apart(in_practice: World) -> None:
    from rapport.alliance.tasks import reassess_relationship
    from rapport.people.events import SessionHeld

    world = in_practice
    couple = relate(world.alice, world.ben, world.chloe)
    session = meet(couple, 1)
    for client, value in ((world.ben, 6), (world.chloe, 2)):
        rate(session, "client", value, client)
        rate(session, "therapist", 5, client)
    reassess_relationship(SessionHeld(couple.practice_id, couple.id, session.id))
    found = {row.client_id: row.assessment.result for row in Standing.objects.all()}
    assert set(found) == {world.ben.id, world.chloe.id}
    assert found[world.ben.id]["levels"] != found[world.chloe.id]["levels"]
