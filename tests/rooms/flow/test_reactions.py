"""The whole chain, run by the relay: from an appointment to a brief."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from rapport.alerts.models import Alert
from rapport.alliance.models import Assessment, Standing
from rapport.alliance.queries import brief_for
from rapport.alliance.tasks import reassess
from rapport.flow.rounds import each_round
from rapport.goals.actions import set_goal
from rapport.kernel import clock, outbox, scope
from rapport.kernel.models import OutboxMessage
from rapport.measures import actions as measures
from rapport.measures.events import ScoresImported
from rapport.measures.links import check_in_token, is_token_of
from rapport.measures.models import CheckIn
from rapport.people.actions import change_contact
from rapport.scheduling import actions as scheduling
from rapport.science import instruments
from tests.people import World, actor, client_actor
from tests.rooms.alliance.story import meet, rate
from tests.rooms.measures.asked import agree_to_messages, week_check


def deliver() -> None:
    while outbox.deliver_due():
        continue
    faults = OutboxMessage.objects.exclude(fault="").values_list("reaction", "fault")
    assert list(faults) == []


def test_from_appointment_to_brief(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    by = actor(world.alice)
    appointment = scheduling.book(
        world.alice_and_ben, starts_at=now, duration_min=50, place="room", by=by, at=now
    )
    deliver()
    week = CheckIn.objects.get(moment="before")
    assert (week.session_number, week.client_id) == (1, world.ben.id)
    session = scheduling.hold(appointment, by=by, at=now)
    deliver()
    assert {row.rater for row in CheckIn.objects.filter(moment="after")} == {"client", "therapist"}
    rate(session, "client", 6, at=now)
    deliver()
    assert "open" in str(Standing.objects.get().strip)
    rate(session, "therapist", 3, at=now)
    deliver()
    brief = brief_for(world.alice_and_ben, client=world.ben, at=now)
    assert brief.headline == "Your client rated goals higher than you did, for the first time."
    assert not OutboxMessage.objects.filter(due_at__lte=clock.now()).exists()


def test_a_risk_answer_reaches_lists_and_mail(in_practice: World) -> None:
    world, now = in_practice, clock.now()
    (week,) = measures.ask_before(
        world.alice_and_ben, session_number=1, expires_at=now + timedelta(days=1), at=now
    )
    items = instruments.load("week_check").items
    answers = {item.key: 0.0 for item in items} | {"risk": _worst(week)}
    measures.submit_check_in(week, answers=answers, words="", by=client_actor(world.ben), at=now)
    alert = Alert.objects.get()
    assert alert.kind == "risk"
    deliver()
    assert Standing.objects.get().attention == 90
    assert [letter.to for letter in mail.outbox] == [["alice@lindenhof.example"]]


def _worst(check_in: CheckIn) -> float:
    from rapport.science import safety

    form = instruments.load(check_in.instrument)
    item = next(item for item in form.items if item.key == "risk")
    return next(
        value
        for value in (item.maximum, item.minimum)
        if any(flag.answered for flag in safety.screen(form, {"risk": value}))
    )


def test_a_goal_is_taken_up_by_the_next_assessment(in_practice: World) -> None:
    world = in_practice
    meet(world.alice_and_ben, 1)
    set_goal(
        world.alice_and_ben,
        client=world.ben,
        words="Sleep",
        area="",
        by=actor(world.alice),
        at=clock.now(),
    )
    deliver()
    assert Assessment.objects.latest("computed_at").result["goals"]["goals"][0]["words"] == "Sleep"


def test_a_round_closes_what_is_late_and_reveals_it(in_practice: World) -> None:
    world = in_practice
    session = meet(world.alice_and_ben, 1)  # long ago: its check-ins have run out
    rate(session, "client", 6)
    each_round()
    deliver()
    levels = Standing.objects.get().assessment.result["levels"]
    assert {level["rater"] for level in levels} == {"client"}


def test_every_reaction_can_run_twice(in_practice: World) -> None:
    world = in_practice
    session = meet(world.alice_and_ben, 1)
    rate(session, "client", 6)
    rate(session, "therapist", 6)
    waiting = list(OutboxMessage.objects.all())
    deliver()
    before = (Assessment.objects.count(), CheckIn.objects.count(), Alert.objects.count())
    OutboxMessage.objects.bulk_create(waiting)
    deliver()
    assert (Assessment.objects.count(), CheckIn.objects.count(), Alert.objects.count()) == before


def test_a_link_that_went_to_an_old_address_is_void_and_sent_anew(in_practice: World) -> None:
    world, now, by = in_practice, clock.now(), actor(in_practice.alice)
    agree_to_messages(world, world.ben, world.alice_and_ben)
    check_in = week_check(world, at=now)
    deliver()
    token = check_in_token(CheckIn.objects.get(id=check_in.id))
    change_contact(world.ben, email="ben@new.example", phone="", by=by, at=now)
    deliver()
    row = CheckIn.objects.get(id=check_in.id)
    assert not is_token_of(row, token)
    assert [letter.to for letter in mail.outbox] == [["ben@client.example"], ["ben@new.example"]]
    assert check_in_token(row) in mail.outbox[-1].body


def test_a_new_address_sends_nothing_that_was_not_sent_before(in_practice: World) -> None:
    world, now, by = in_practice, clock.now(), actor(in_practice.alice)
    week_check(world, at=now)
    deliver()
    change_contact(world.ben, email="ben@new.example", phone="", by=by, at=now)
    deliver()
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_dyad_leave_one_assessment(world: World) -> None:
    with scope.practice(world.practice.id):
        session = meet(world.alice_and_ben, 1)
        rate(session, "client", 6)
        rate(session, "therapist", 6)
    event = ScoresImported(world.practice.id, world.alice_and_ben.id, world.ben.id)
    start, faults = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait()
            with scope.practice(world.practice.id):
                reassess(event)
        except Exception as error:  # noqa: BLE001  (whatever it is, the test reports it)
            faults.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    with scope.practice(world.practice.id):
        assert Assessment.objects.count() == Standing.objects.count() == 1
