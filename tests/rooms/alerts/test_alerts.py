from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction

from rapport.alerts import access, actions, queries, tasks
from rapport.alerts.events import AlertEscalated, AlertRaised
from rapport.alerts.models import Alert, AlertStep
from rapport.kernel import scope
from rapport.kernel.errors import NotFound
from rapport.kernel.models import AuditEntry
from rapport.kernel.unchanging import FactKeptError
from rapport.people.models import Client, Relationship, Session, Supervision
from tests.people import NOW, World, actor, client_actor, hold

LATE = NOW + timedelta(hours=2)


def risk(world: World, **more: object) -> Alert:
    cause = {"source_id": uuid4(), "rule": "week_check.risk", "evidence": {"risk": 5}} | more
    return actions.raise_risk(
        world.alice_and_ben,
        client=world.ben,
        session=None,
        sentence="Ask Ben today how safe he is.",
        by=client_actor(world.ben),
        at=NOW,
        **cause,
    )


def suggestion(world: World, session: Session, rule: str = "rupture_client") -> Alert:
    return actions.raise_suggestion(
        world.alice_and_ben,
        client=world.ben,
        session=session,
        source_id=uuid4(),
        rule=rule,
        sentence="Ask about the last session.",
        evidence={},
        by=actor(world.alice),
        at=NOW,
    )


def steps(alert: Alert) -> list[str]:
    return list(AlertStep.objects.filter(alert=alert).order_by("id").values_list("what", flat=True))


def test_a_risk_has_the_therapist_as_owner_and_a_clock(in_practice: World) -> None:
    alert = risk(in_practice)
    assert alert.owner_id == in_practice.alice.id
    assert alert.acknowledge_by == NOW + timedelta(minutes=30)
    assert steps(alert) == ["raised"]


def test_the_same_cause_raises_one_alert(in_practice: World) -> None:
    cause = uuid4()
    assert risk(in_practice, source_id=cause).id == risk(in_practice, source_id=cause).id
    assert Alert.objects.count() == AlertStep.objects.count() == 1


def test_acknowledging_stops_the_clock_once(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    actions.acknowledge(alert, by=actor(world.alice), at=NOW)
    actions.acknowledge(alert, by=actor(world.alice), at=LATE)
    alert.refresh_from_db()
    assert alert.acknowledged_at == NOW
    assert steps(alert) == ["raised", "acknowledged"]
    assert actions.escalate_overdue(world.practice.id, at=LATE) == 0


def test_a_risk_is_settled_with_a_word_on_what_was_done(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    with pytest.raises(actions.ReasonMissing):
        actions.settle(alert, by=actor(world.alice), at=NOW, because="  ")
    actions.settle(alert, by=actor(world.alice), at=NOW, because="We spoke on the phone.")
    assert AlertStep.objects.get(what="settled").because == "We spoke on the phone."
    assert queries.open_alerts(by=actor(world.alice), at=NOW) == ()


def test_a_late_risk_goes_to_the_supervisor_once(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    assert actions.escalate_overdue(world.practice.id, at=NOW + timedelta(minutes=29)) == 0
    assert actions.escalate_overdue(world.practice.id, at=LATE) == 1
    assert actions.escalate_overdue(world.practice.id, at=LATE) == 0
    assert AlertStep.objects.get(what="escalated").to_id == world.sam.id
    assert [row.id for row in queries.open_alerts(by=actor(world.sam), at=NOW)] == [alert.id]


def test_without_a_supervisor_it_goes_to_the_office_which_reads_nothing_clinical(
    in_practice: World,
) -> None:
    world, alert = in_practice, risk(in_practice)
    Supervision.objects.all().delete()
    actions.escalate_overdue(world.practice.id, at=LATE)
    assert AlertStep.objects.get(what="escalated").to_id == world.omar.id
    with pytest.raises(NotFound):
        access.one(alert.id, by=actor(world.omar), at=LATE)
    assert queries.open_alerts(by=actor(world.omar), at=NOW) == ()
    (line,) = queries.overdue_for_office(by=actor(world.omar), at=LATE)
    assert (line.owner_name, line.raised_at) == ("Alice Arden", NOW)
    assert queries.overdue_for_office(by=actor(world.alice), at=LATE) == ()


def test_the_clock_is_watched_in_every_practice(world: World) -> None:
    with scope.practice(world.practice.id):
        alert = risk(world)
    tasks.escalate_overdue()
    with scope.practice(world.practice.id):
        alert.refresh_from_db()
    assert alert.escalated_at is not None


def test_only_its_owner_obtains_an_alert(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    assert access.one(alert.id, by=actor(world.alice), at=NOW).id == alert.id
    for member in (world.dana, world.sam, world.omar, world.rae, world.ines, world.charlie):
        with pytest.raises(NotFound):
            access.one(alert.id, by=actor(member), at=NOW)
    verbs = AuditEntry.objects.filter(subject_ids=[str(alert.id)]).values_list("verb", flat=True)
    assert list(verbs).count("refused") == 6
    assert "read" in verbs


def test_evidence_is_kept_as_it_was(in_practice: World) -> None:
    alert = risk(in_practice)
    alert.evidence = {"risk": 0}
    with pytest.raises(FactKeptError, match="evidence"), transaction.atomic():
        alert.save()
    with pytest.raises(FactKeptError, match="evidence"), transaction.atomic():
        alert.save(update_fields=["evidence"])
    with pytest.raises(FactKeptError, match="evidence"), transaction.atomic():
        Alert.objects.filter(id=alert.id).update(evidence={})
    with pytest.raises(FactKeptError, match="evidence"), transaction.atomic():
        Alert.objects.bulk_update([alert], ["evidence"])
    with pytest.raises(FactKeptError):
        Alert.objects.all().delete()
    with pytest.raises(FactKeptError):
        AlertStep.objects.update(because="another reason")
    alert.refresh_from_db()
    assert alert.evidence == {"risk": 5}


def test_a_dyad_has_one_suggestion_a_session(in_practice: World) -> None:
    session = hold(in_practice.alice_and_ben, 1)
    first = suggestion(in_practice, session)
    assert suggestion(in_practice, session, "outcome_off_course").id == first.id
    assert Alert.objects.count() == 1


def test_not_useful_needs_a_reason_and_settles(in_practice: World) -> None:
    world = in_practice
    alert = suggestion(world, hold(world.alice_and_ben, 1))
    with pytest.raises(actions.ReasonMissing):
        actions.answer(alert, useful=False, because="", by=actor(world.alice), at=NOW)
    actions.answer(alert, useful=False, because="Already known", by=actor(world.alice), at=NOW)
    alert.refresh_from_db()
    assert alert.settled_at == NOW


def test_a_risk_is_not_called_useful(in_practice: World) -> None:
    with pytest.raises(actions.NotASuggestion):
        actions.answer(
            risk(in_practice), useful=True, because="", by=actor(in_practice.alice), at=NOW
        )


def test_hit_rates_count_the_last_answer_of_each(in_practice: World) -> None:
    world = in_practice
    alice = actor(world.alice)
    one, two, _three = (
        suggestion(world, hold(world.alice_and_ben, number)) for number in (1, 2, 3)
    )
    actions.answer(one, useful=True, because="", by=alice, at=NOW)
    actions.answer(one, useful=False, because="On reflection", by=alice, at=LATE)
    actions.answer(two, useful=True, because="", by=alice, at=NOW)
    (rate,) = queries.hit_rates(by=alice)
    assert (rate.rule, rate.raised) == ("rupture_client", 3)
    assert (rate.useful, rate.not_useful, rate.unanswered) == (1, 1, 1)
    assert queries.hit_rates(by=actor(world.sam)) == (rate,)
    assert queries.hit_rates(by=actor(world.dana)) == ()


def test_the_mail_names_nobody_and_nothing(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    tasks.notify_owner(AlertRaised(world.practice.id, alert.id))
    actions.escalate_overdue(world.practice.id, at=LATE)
    tasks.notify_owner(AlertEscalated(world.practice.id, alert.id))
    assert [letter.to for letter in mail.outbox] == [
        ["alice@lindenhof.example"],
        ["sam@lindenhof.example"],
    ]
    for letter in mail.outbox:
        text = f"{letter.subject} {letter.body}"
        assert not any(word in text for word in ("Ben", "Bright", "risk", "safe", str(alert.id)))


def test_a_suggestion_sends_no_mail(in_practice: World) -> None:
    alert = suggestion(in_practice, hold(in_practice.alice_and_ben, 1))
    tasks.notify_owner(AlertRaised(in_practice.practice.id, alert.id))
    assert mail.outbox == []


def test_the_page_tells_what_was_done(in_practice: World) -> None:
    world, alert = in_practice, risk(in_practice)
    actions.acknowledge(alert, by=actor(world.alice), at=NOW)
    page = queries.page_of(alert)
    assert page.evidence == {"risk": 5}
    assert [(step.what, step.by_name, step.to_name) for step in page.steps] == [
        ("raised", "", "Alice Arden"),
        ("acknowledged", "Alice Arden", ""),
    ]
    assert page.alert.client_name == "Ben Bright"


def test_a_list_of_alerts_takes_one_query_and_an_entry_in_the_log(
    in_practice: World, django_assert_num_queries: object
) -> None:
    world = in_practice
    relationships: list[tuple[Relationship, Client]] = [(world.alice_and_ben, world.ben)]
    for number in range(1, 31):
        suggestion(world, hold(relationships[0][0], number))
    queries.open_alerts(by=actor(world.alice), at=NOW)  # the chain has begun
    with django_assert_num_queries(6):  # type: ignore[operator]
        assert len(queries.open_alerts(by=actor(world.alice), at=NOW)) == 30


def test_the_gravest_answer_speaks_for_a_check_in_and_stands_first(in_practice: World) -> None:
    alice, ben, chloe = actor(in_practice.alice), uuid4(), uuid4()
    for source, severity in ((chloe, "unanswered"), (ben, "present"), (ben, "high")):
        risk(in_practice, source_id=source, rule=severity, evidence={"severity": severity})
    shown = queries.open_alerts(by=alice, at=NOW)
    assert [row.severity for row in shown] == ["high", "unanswered"]
    actions.acknowledge(access.one(shown[0].id, by=alice, at=NOW), by=alice, at=NOW)
    left = Alert.objects.filter(acknowledged_at=None)
    assert [row.rule for row in left] == ["unanswered"]


def test_a_milder_answer_does_not_speak_for_a_graver_one(in_practice: World) -> None:
    alice, source = actor(in_practice.alice), uuid4()
    mild, grave = (
        risk(in_practice, source_id=source, rule=severity, evidence={"severity": severity})
        for severity in ("present", "high")
    )
    actions.settle(mild, by=alice, at=NOW, because="We spoke.")
    grave.refresh_from_db()
    assert grave.settled_at is None
