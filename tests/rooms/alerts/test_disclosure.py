"""Who an alert reaches, who may read it, and that reading it is on record."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail

from rapport.agreements import actions as agreements
from rapport.agreements.ledger import ledger
from rapport.alerts import access, actions, queries, tasks
from rapport.alerts.events import AlertEscalated, AlertRaised
from rapport.alerts.models import AlertStep
from rapport.kernel.errors import NotFound
from rapport.kernel.models import AuditEntry
from rapport.people.actions import end_supervision, hand_over, leave
from rapport.people.events import RelationshipHandedOver
from tests.doors.visitors import visit
from tests.people import NOW, World, actor
from tests.rooms.alerts.test_alerts import risk


def test_a_list_of_alerts_is_on_record(in_practice: World) -> None:
    alert = risk(in_practice)
    queries.open_alerts(by=actor(in_practice.alice), at=NOW)
    entry = AuditEntry.objects.latest("number")
    assert (entry.verb, entry.subject_kind, entry.subject_ids) == ("list", "alert", [str(alert.id)])


def test_the_ledger_of_consents_is_on_record(in_practice: World) -> None:
    world = in_practice
    given = agreements.give_consent(
        world.alice_and_ben,
        purpose="messages",
        text="Yes.",
        client=world.ben,
        by=actor(world.alice),
        at=NOW,
    )
    ledger(by=actor(world.omar), at=NOW)
    entry = AuditEntry.objects.latest("number")
    assert (entry.verb, entry.subject_ids) == ("list", [str(given.id)])


def test_a_coach_sees_no_clinical_alert_of_their_own_past(in_practice: World) -> None:
    world = in_practice
    risk(world)
    world.alice.roles = ["coach"]
    assert not access.visible(by=actor(world.alice)).exists()


def test_it_passes_by_who_supervises_no_more(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    world.sam.roles = ["therapist"]
    world.sam.save()
    actions.escalate_overdue(world.practice.id, at=NOW + timedelta(hours=1))
    step = AlertStep.objects.get(alert=alert, what="escalated")
    assert step.to_id == world.omar.id


def test_who_has_left_gets_no_mail(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    world.alice.left_on = NOW.date()
    world.alice.save()
    tasks.notify_owner(AlertRaised(world.practice.id, alert.id))
    assert mail.outbox == []


def test_the_office_finds_what_its_mail_speaks_of(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    world.sam.left_on = NOW.date()
    world.sam.save()
    actions.escalate_overdue(world.practice.id, at=NOW + timedelta(hours=1))
    tasks.notify_owner(AlertEscalated(world.practice.id, alert.id))
    (letter,) = mail.outbox
    assert letter.to == ["omar@lindenhof.example"]
    link = next(word for word in letter.body.split() if word.startswith("http"))
    shown = visit(world.omar).get(urlsplit(link).path, follow=True)
    page = shown.content.decode()
    assert "Waiting too long" in page
    assert "Alice Arden" in page
    assert "Ben Bright" not in page
    assert alert.sentence not in page


def test_a_hand_over_takes_every_alert_along(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    actions.settle(alert, by=actor(world.alice), at=NOW, because="We spoke.")
    hand_over(world.alice_and_ben, to=world.dana, by=actor(world.omar), at=NOW)
    assert not access.visible(by=actor(world.alice)).exists()
    tasks.hand_over(
        RelationshipHandedOver(world.practice.id, world.alice_and_ben.id, world.alice.id)
    )
    assert not access.visible(by=actor(world.alice)).exists()
    assert [row.id for row in queries.settled_alerts(by=actor(world.dana), at=NOW)] == [alert.id]


def test_the_end_of_a_supervision_closes_what_was_passed_on(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    actions.escalate_overdue(world.practice.id, at=NOW + timedelta(hours=1))
    assert access.visible(by=actor(world.sam)).exists()
    end_supervision(world.alice, supervisor=world.sam, by=actor(world.omar), at=NOW)
    with pytest.raises(NotFound):
        access.one(alert.id, by=actor(world.sam), at=NOW)
    assert queries.open_alerts(by=actor(world.sam), at=NOW) == ()


def test_a_risk_of_whoever_has_left_waits_for_nobody(in_practice: World) -> None:
    world = in_practice
    leave(world.alice, left_on=NOW.date(), by=actor(world.omar), at=NOW)
    alert = risk(world)
    alert.refresh_from_db()
    assert (alert.escalated_at, alert.acknowledge_by) == (NOW, NOW)
    assert AlertStep.objects.get(alert=alert, what="escalated").to_id == world.sam.id
    assert queries.overdue_for_office(by=actor(world.omar), at=NOW)
    assert queries.told_next([alert]) == {}


def test_a_risk_open_when_its_owner_leaves_is_passed_on(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    assert queries.told_next([alert]) == {world.alice.id: "Sam Sorel"}
    leave(world.alice, left_on=NOW.date(), by=actor(world.omar), at=NOW)
    assert actions.escalate_overdue(world.practice.id, at=NOW) == 1
    assert actions.escalate_overdue(world.practice.id, at=NOW) == 0
    assert [row.id for row in queries.open_alerts(by=actor(world.sam), at=NOW)] == [alert.id]
