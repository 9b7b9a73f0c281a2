"""Nobody but its author reads a sealed rating, or anything written beside it."""

from __future__ import annotations

from datetime import timedelta

from rapport.measures import actions
from rapport.measures.models import CheckIn, Score
from rapport.measures.queries import (
    Dyad,
    check_in_states,
    client_words,
    own_ratings,
    own_words,
    revealed_ratings,
    scales_in_use,
    waiting_for,
)
from tests.people import NOW, World, hold
from tests.rooms.measures.asked import CALM, after, all_items, send, week_check

LATER = NOW + timedelta(days=4)


def ben(world: World) -> Dyad:
    return Dyad(world.alice_and_ben.id, world.ben.id)


def chloe(world: World) -> Dyad:
    return Dyad(world.alice_and_chloe.id, world.chloe.id)


def test_the_client_first(in_practice: World) -> None:
    asked = after(in_practice.alice_and_ben)
    send(asked["client"], all_items(6), words="It was hard to say.")
    assert revealed_ratings(ben(in_practice), at=NOW) == ()
    assert client_words(ben(in_practice), at=NOW) == ()
    send(asked["therapist"], all_items(4))
    raters = {rating.rater for rating in revealed_ratings(ben(in_practice), at=NOW)}
    assert raters == {"client", "therapist"}
    assert [said.words for said in client_words(ben(in_practice), at=NOW)] == [
        "It was hard to say."
    ]


def test_the_therapist_first(in_practice: World) -> None:
    asked = after(in_practice.alice_and_ben)
    send(asked["therapist"], all_items(4))
    assert revealed_ratings(ben(in_practice), at=NOW) == ()
    send(asked["client"], all_items(6))
    assert len(revealed_ratings(ben(in_practice), at=NOW)) == 2 * 8


def test_the_interpreter_does_not_unseal_and_stays_sealed(in_practice: World) -> None:
    asked = after(in_practice.alice_and_chloe)
    send(asked["interpreter"], all_items(3))
    send(asked["client"], all_items(6))
    assert revealed_ratings(chloe(in_practice), at=NOW) == ()
    send(asked["therapist"], all_items(4))
    raters = {rating.rater for rating in revealed_ratings(chloe(in_practice), at=NOW)}
    assert raters == {"client", "therapist", "interpreter"}


def test_when_the_other_side_can_no_longer_answer_it_is_opened(in_practice: World) -> None:
    asked = after(in_practice.alice_and_ben)
    send(asked["client"], all_items(6))
    end = asked["therapist"].expires_at
    assert revealed_ratings(ben(in_practice), at=end - timedelta(seconds=1)) == ()
    assert len(revealed_ratings(ben(in_practice), at=end)) == 8


def test_one_sealed_session_does_not_hide_the_ones_before(in_practice: World) -> None:
    for number in (1, 2):
        asked = after(in_practice.alice_and_ben, number=number)
        send(asked["client"], all_items(6))
        if number == 1:
            send(asked["therapist"], all_items(4))
    sessions = {rating.session for rating in revealed_ratings(ben(in_practice), at=NOW)}
    assert sessions == {1}


def test_one_sided_measures_are_not_sealed(in_practice: World) -> None:
    check_in = week_check(in_practice)
    after(in_practice.alice_and_ben)
    send(check_in, CALM, words="The move.")
    found = {rating.scale for rating in revealed_ratings(ben(in_practice), at=NOW)}
    assert found == {"distress_total", "wellbeing", "life_satisfaction"}
    assert client_words(ben(in_practice), at=NOW)[0].words == "The move."


def test_imported_scores_are_not_sealed(in_practice: World) -> None:
    asked = after(in_practice.alice_and_ben)
    Score.objects.create(
        practice=in_practice.practice,
        relationship=in_practice.alice_and_ben,
        client=in_practice.ben,
        session_number=1,
        rater="client",
        measure="relationship_check",
        scale="goal",
        value=3,
        source="old.csv",
        at=NOW,
    )
    assert asked["client"].submitted_at is None
    assert len(revealed_ratings(ben(in_practice), at=NOW)) == 1


def test_authors_see_their_own(in_practice: World) -> None:
    asked = after(in_practice.alice_and_ben)
    send(asked["client"], all_items(6), words="Mine.")
    send(after(in_practice.alice_and_ben)["therapist"], all_items(2))
    assert {rating.rater for rating in own_ratings(ben(in_practice))} == {"client"}
    assert {rating.value for rating in own_ratings(ben(in_practice))} == {6}
    assert own_words(ben(in_practice))[0].words == "Mine."


def test_the_latest_version_of_a_score_counts(in_practice: World) -> None:
    send(week_check(in_practice), CALM)
    first = Score.objects.get(scale="wellbeing")
    first.pk, first.version, first.value = None, 2, 1.0
    Score.objects.bulk_create([first])
    found = {rating.scale: rating.value for rating in revealed_ratings(ben(in_practice), at=NOW)}
    assert found["wellbeing"] == 1.0


def test_scales_in_use_are_those_of_the_ratings(in_practice: World) -> None:
    send(week_check(in_practice), CALM)
    scales = scales_in_use(revealed_ratings(ben(in_practice), at=NOW))
    assert scales["week_check", "distress_total"].higher_is_better is False
    assert len(scales) == 3


def test_states_say_who_answered_and_never_what(in_practice: World) -> None:
    asked = after(in_practice.alice_and_ben)
    send(asked["client"], all_items(6))
    key = (in_practice.alice_and_ben.id, 1)
    now = {found.rater: found.state for found in check_in_states([key], at=NOW)[key]}
    assert now == {"client": "given", "therapist": "waiting"}
    later = {found.rater: found.state for found in check_in_states([key], at=LATER)[key]}
    assert later == {"client": "given", "therapist": "missed"}


def test_what_waits_for_a_member_is_their_own_and_still_open(in_practice: World) -> None:
    hold(in_practice.alice_and_chloe, 1)
    asked = after(in_practice.alice_and_chloe)
    waiting = waiting_for(in_practice.ines.id, at=NOW)
    assert [found.id for found in waiting] == [asked["interpreter"].id]
    assert waiting_for(in_practice.dana.id, at=NOW) == ()
    assert waiting_for(in_practice.ines.id, at=LATER) == ()


def test_a_closed_check_in_is_announced_once(in_practice: World) -> None:
    check_in = after(in_practice.alice_and_ben)["client"]
    assert not actions.close(check_in, at=NOW)
    assert actions.close(check_in, at=LATER)
    assert not actions.close(check_in, at=LATER)
    assert CheckIn.objects.get(id=check_in.id).closed_at == LATER
