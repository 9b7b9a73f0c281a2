"""Measures assigned beside the standard check-ins: to whom, when due, and how they are sent."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail

from rapport.alerts.models import Alert
from rapport.kernel import clock
from rapport.kernel.errors import NotFound
from rapport.kernel.unchanging import FactKeptError
from rapport.measures import access, actions, forms, links, rounds, tasks
from rapport.measures.actions import Rhythm
from rapport.measures.actions.assigning import AlreadyAssigned, AssignmentEnded, NotAssignable
from rapport.measures.assignments import assignments_of, measure_cards
from rapport.measures.events import CheckInAsked
from rapport.measures.models import Assignment, CheckIn, Score
from rapport.people.models import Client, Relationship
from tests.people import NOW, World, actor, client_actor, hold, relate
from tests.rooms.measures.asked import CALM, after, agree_to_messages, send
from tests.rooms.measures.test_questionnaire import form as heron_form

EACH = Rhythm("before")
UNTIL = NOW + timedelta(hours=20)
RESTLESS = {"falling_asleep": 5, "waking": 4, "rested": 1, "days": 3}


@pytest.fixture
def herons(in_practice: World, tmp_path: Path) -> None:
    """The practice has wording for the PHQ-9's key; it asks about herons."""
    path = tmp_path / "heron.json"
    path.write_text(json.dumps(heron_form()), encoding="utf-8")
    actions.import_wording(path, by=actor(in_practice.omar), at=NOW)


def assign(
    world: World,
    instrument: str = "sleep_check",
    *,
    client: Client | None = None,
    relationship: Relationship | None = None,
    rhythm: Rhythm = EACH,
) -> Assignment:
    return actions.assign_measure(
        relationship or world.alice_and_ben,
        client=client,
        instrument=instrument,
        rhythm=rhythm,
        by=actor(world.alice),
        at=NOW,
    )


def asked_before(relationship: Relationship, number: int = 1) -> list[str]:
    asked = actions.ask_before(relationship, session_number=number, expires_at=UNTIL, at=NOW)
    return [row.instrument for row in asked]


def test_what_is_assigned_is_asked_along_with_the_standard(in_practice: World) -> None:
    assign(in_practice)
    assert asked_before(in_practice.alice_and_ben) == ["week_check", "sleep_check"]
    assert asked_before(in_practice.alice_and_ben) == ["week_check", "sleep_check"]
    assert CheckIn.objects.count() == 2
    assert {row.expires_at for row in CheckIn.objects.all()} == {UNTIL}


def test_every_other_session_from_one_to_another(in_practice: World) -> None:
    assign(in_practice, rhythm=Rhythm("before", every=2, from_session=2, until_session=5))
    asked = {
        number for number in range(1, 9)
        if "sleep_check" in asked_before(in_practice.alice_and_ben, number)
    }  # fmt: skip
    assert asked == {2, 4}


def test_after_the_session_it_is_asked_of_the_client_alone(in_practice: World) -> None:
    hold(in_practice.alice_and_chloe, 1)
    assign(in_practice, relationship=in_practice.alice_and_chloe, rhythm=Rhythm("after"))
    hold(in_practice.alice_and_chloe, 2)
    asked = actions.ask_after(in_practice.alice_and_chloe, session_number=2, at=NOW)
    assert [(row.rater, row.instrument) for row in asked[3:]] == [("client", "sleep_check")]
    assert [row.rater for row in asked[:3]] == ["client", "therapist", "interpreter"]


def test_each_partner_is_asked_for_themselves(in_practice: World) -> None:
    couple = relate(in_practice.alice, in_practice.ben, in_practice.chloe)
    assign(in_practice, relationship=couple)
    asked_before(couple)
    theirs = CheckIn.objects.filter(instrument="sleep_check")
    assert {row.client_id for row in theirs} == {in_practice.ben.id, in_practice.chloe.id}
    send(theirs.get(client=in_practice.ben), RESTLESS)
    assert [row.client_id for row in Score.objects.all()] == [in_practice.ben.id]


def test_one_partner_alone_may_be_asked(in_practice: World) -> None:
    couple = relate(in_practice.alice, in_practice.ben, in_practice.chloe)
    assign(in_practice, relationship=couple, client=in_practice.chloe)
    asked_before(couple)
    assert CheckIn.objects.get(instrument="sleep_check").client_id == in_practice.chloe.id
    assert assignments_of(couple, client_id=in_practice.ben.id) == ()
    assign(in_practice, relationship=couple, client=in_practice.ben)
    with pytest.raises(AlreadyAssigned):
        assign(in_practice, relationship=couple)


def test_a_round_that_is_out_takes_the_new_measure_along(in_practice: World) -> None:
    asked_before(in_practice.alice_and_ben)
    assign(in_practice)
    sleep = CheckIn.objects.get(instrument="sleep_check")
    assert (sleep.session_number, sleep.expires_at) == (1, UNTIL)


def test_a_measure_that_is_not_due_yet_waits(in_practice: World) -> None:
    asked_before(in_practice.alice_and_ben)
    assign(in_practice, rhythm=Rhythm("before", from_session=3))
    assert not CheckIn.objects.filter(instrument="sleep_check").exists()


def test_what_has_ended_is_asked_no_more_and_what_was_assigned_stays(in_practice: World) -> None:
    by = actor(in_practice.alice)
    assignment = assign(in_practice)
    actions.end_assignment(assignment, by=by, at=NOW)
    assert asked_before(in_practice.alice_and_ben) == ["week_check"]
    with pytest.raises(AssignmentEnded):
        actions.end_assignment(assignment, by=by, at=NOW)
    (row,) = assignments_of(in_practice.alice_and_ben, client_id=in_practice.ben.id)
    assert (row.ended_at, row.ended_by) == (NOW, "Alice Arden")
    with pytest.raises(FactKeptError):
        Assignment.objects.update(every=3)
    with pytest.raises(FactKeptError):
        Assignment.objects.all().delete()
    assign(in_practice)


@pytest.mark.parametrize(
    ("instrument", "rhythm", "field"),
    [
        ("", Rhythm("before"), "instrument"),
        ("nothing", Rhythm("before"), "instrument"),
        ("week_check", Rhythm("before"), "instrument"),
        ("relationship_check_therapist", Rhythm("after"), "instrument"),
        ("sleep_check", Rhythm("now"), "moment"),
        ("sleep_check", Rhythm("before", every=0), "every"),
        ("sleep_check", Rhythm("before", every=53), "every"),
        ("sleep_check", Rhythm("before", from_session=1), "from_session"),
        ("sleep_check", Rhythm("before", from_session=99_999), "from_session"),
        ("sleep_check", Rhythm("before", from_session=4, until_session=3), "until_session"),
    ],
)
def test_what_cannot_be_assigned_says_which_field(
    in_practice: World, instrument: str, rhythm: Rhythm, field: str
) -> None:
    hold(in_practice.alice_and_ben, 1)
    with pytest.raises(NotAssignable) as refused:
        assign(in_practice, instrument, rhythm=rhythm)
    assert list(refused.value.fields) == [field]
    assert not Assignment.objects.exists()


def test_a_measure_without_wording_cannot_be_assigned(in_practice: World) -> None:
    with pytest.raises(forms.WordingMissing):
        assign(in_practice, "phq9")


def test_nothing_is_assigned_once_the_work_has_ended(in_practice: World) -> None:
    in_practice.alice_and_ben.ended_on = NOW.date()
    in_practice.alice_and_ben.save()
    with pytest.raises(NotAssignable):
        assign(in_practice)


def test_a_client_of_somebody_else_cannot_be_asked(in_practice: World) -> None:
    with pytest.raises(NotFound):
        assign(in_practice, client=in_practice.chloe)


def test_only_the_therapist_obtains_an_assignment(in_practice: World) -> None:
    assignment = assign(in_practice)
    assert access.own_assignment(assignment.id, by=actor(in_practice.alice), at=NOW)
    for other in (in_practice.dana, in_practice.sam, in_practice.omar, in_practice.ines):
        with pytest.raises(NotFound):
            access.own_assignment(assignment.id, by=actor(other), at=NOW)


def test_cards_say_what_can_be_asked_and_under_which_terms(
    in_practice: World, herons: None
) -> None:
    cards = {card.key: card for card in measure_cards()}
    assert "week_check" not in cards
    assert (cards["sleep_check"].available, cards["sleep_check"].validated) == (True, False)
    assert (cards["phq9"].available, cards["phq9"].validated) == (True, True)
    assert cards["phq9"].copyright == "Nobody's. Herons are free."
    assert not cards["gad7"].available


def test_item_nine_alerts_in_the_same_transaction_and_is_scored(
    in_practice: World, herons: None
) -> None:
    assign(in_practice, "phq9")
    asked_before(in_practice.alice_and_ben)
    herons_form = CheckIn.objects.get(instrument="phq9")
    by = client_actor(in_practice.ben)
    saved = actions.save_answer(herons_form, item="phq9_9", value=2, by=by, at=NOW)
    assert saved.risk
    assert Alert.objects.filter(kind="risk").exists()
    sent = send(herons_form, {f"phq9_{n}": 2 for n in range(1, 10)})
    assert sent.risk
    assert Score.objects.get(measure="phq9").value == 18


# one message for all that is asked together


def asked_now(world: World) -> list[CheckIn]:
    at = clock.now()
    return actions.ask_before(
        world.alice_and_ben, session_number=1, expires_at=at + timedelta(hours=20), at=at
    )


def deliver(check_ins: list[CheckIn]) -> None:
    for check_in in check_ins:
        tasks.send_link(CheckInAsked(check_in.practice_id, check_in.id))


def test_one_message_goes_out_with_the_standard_form_first(in_practice: World) -> None:
    agree_to_messages(in_practice, in_practice.ben, in_practice.alice_and_ben)
    assign(in_practice)
    week, sleep = asked_now(in_practice)
    deliver([sleep, week])  # in whatever order
    (message,) = mail.outbox
    assert links.check_in_link(week) in message.body
    assert "a few minutes" in message.body
    assert all(row.sent_at for row in CheckIn.objects.all())


def test_what_comes_later_goes_along_while_the_link_leads_to_it(in_practice: World) -> None:
    agree_to_messages(in_practice, in_practice.ben, in_practice.alice_and_ben)
    (week,) = asked_now(in_practice)
    deliver([week])
    assign_now(in_practice)
    deliver([CheckIn.objects.get(instrument="sleep_check")])
    assert len(mail.outbox) == 1
    assert CheckIn.objects.get(instrument="sleep_check").sent_at is not None


def test_what_comes_after_the_standard_was_answered_has_a_message_of_its_own(
    in_practice: World,
) -> None:
    agree_to_messages(in_practice, in_practice.ben, in_practice.alice_and_ben)
    (week,) = asked_now(in_practice)
    deliver([week])
    send(week, CALM, at=clock.now())
    assign_now(in_practice)
    sleep = CheckIn.objects.get(instrument="sleep_check")
    deliver([sleep])
    assert links.check_in_link(sleep) in mail.outbox[1].body


def test_the_next_form_is_offered_to_whoever_sent_the_one_before(in_practice: World) -> None:
    couple = relate(in_practice.alice, in_practice.ben, in_practice.chloe)
    assign(in_practice, relationship=couple)
    asked_before(couple)
    mine = CheckIn.objects.filter(client=in_practice.ben)
    week, sleep = mine.get(instrument="week_check"), mine.get(instrument="sleep_check")
    assert access.next_for(week, at=NOW) is None
    send(week, CALM)
    week.refresh_from_db()
    following = access.next_for(week, at=NOW)
    assert following is not None
    assert following.id == sleep.id
    send(sleep, RESTLESS)
    assert access.next_for(week, at=NOW) is None


def test_after_a_session_nothing_of_the_other_sides_is_offered(in_practice: World) -> None:
    asked = after(in_practice.alice_and_chloe)
    send(asked["client"], {"goal": 4})
    asked["client"].refresh_from_db()
    assert rounds.next_in_round(asked["client"], at=NOW) is None


def test_sending_again_voids_every_link_of_the_round(in_practice: World) -> None:
    agree_to_messages(in_practice, in_practice.ben, in_practice.alice_and_ben)
    assign(in_practice)
    week, sleep = asked_now(in_practice)
    by, at = actor(in_practice.alice), clock.now()
    actions.invite(week, by=by, at=at)
    send(week, CALM, at=at)
    old = [links.check_in_token(CheckIn.objects.get(id=row.id)) for row in (week, sleep)]
    actions.invite(sleep, by=by, at=at)
    for token in old:
        with pytest.raises(NotFound):
            access.check_in_by_link(token, at=at)


def test_a_handed_over_tablet_begins_with_what_is_still_open(in_practice: World) -> None:
    assign(in_practice)
    week = actions.ask_now(
        in_practice.alice_and_ben, client=in_practice.ben, moment="before", at=NOW
    )
    assert week.instrument == "week_check"
    send(week, CALM)
    then = actions.ask_now(
        in_practice.alice_and_ben, client=in_practice.ben, moment="before", at=NOW
    )
    assert then.instrument == "sleep_check"


def assign_now(world: World) -> None:
    actions.assign_measure(
        world.alice_and_ben,
        client=None,
        instrument="sleep_check",
        rhythm=Rhythm("before"),
        by=actor(world.alice),
        at=clock.now(),
    )
