"""Answers are kept as they come, sent once, scored exactly or not at all."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from rapport.alerts.models import Alert
from rapport.kernel import scope
from rapport.kernel.models import AuditEntry, OutboxMessage
from rapport.measures import actions, checks
from rapport.measures.models import CheckIn, Score
from tests.people import NOW, World, build_world, client_actor
from tests.rooms.measures.asked import CALM, after, all_items, send, week_check


def keep(check_in: CheckIn, item: str, value: float) -> actions.Saved:
    by = client_actor(check_in.client)
    return actions.save_answer(check_in, item=item, value=value, by=by, at=NOW)


def test_scores_are_recorded_with_their_check_in_and_version(in_practice: World) -> None:
    sent = send(week_check(in_practice), CALM)
    found = {score.scale: score.value for score in Score.objects.all()}
    assert found["distress_total"] == 2 + 2 + 2 + 2
    assert found["wellbeing"] == 4
    assert {score.check_in_id for score in sent.scores} == {sent.check_in.id}
    assert {(score.version, score.instrument_version) for score in sent.scores} == {(1, "1")}
    assert not sent.risk


def test_what_was_kept_is_sent_with_the_rest(in_practice: World) -> None:
    check_in = week_check(in_practice)
    keep(check_in, "distress", 6)
    sent = send(check_in, {key: value for key, value in CALM.items() if key != "distress"})
    assert sent.check_in.answers["distress"] == 6


def test_an_unanswered_item_makes_the_scale_not_scorable_and_never_zero(in_practice: World) -> None:
    check_in = week_check(in_practice)
    send(check_in, {"distress": 2, "risk": 0})
    score = Score.objects.get(scale="distress_total")
    assert score.value is None
    assert "3 of 4 items missing" in score.reason


def test_sending_twice_is_a_conflict_and_stores_nothing_twice(in_practice: World) -> None:
    check_in = week_check(in_practice)
    send(check_in, CALM)
    before = Score.objects.count(), AuditEntry.objects.count(), OutboxMessage.objects.count()
    with pytest.raises(checks.AlreadyAnswered):
        send(check_in, CALM | {"distress": 6})
    after_it = Score.objects.count(), AuditEntry.objects.count(), OutboxMessage.objects.count()
    assert after_it == before
    assert CheckIn.objects.get().answers["distress"] == 2


def test_keeping_an_answer_after_sending_is_a_conflict(in_practice: World) -> None:
    check_in = week_check(in_practice)
    send(check_in, CALM)
    with pytest.raises(checks.AlreadyAnswered):
        keep(check_in, "distress", 6)


@pytest.mark.django_db(transaction=True)
def test_of_two_sendings_at_once_one_stands() -> None:
    world = build_world()
    with scope.practice(world.practice.id):
        check_in = week_check(world)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        try:
            with scope.practice(world.practice.id):
                send(check_in, CALM)
            outcomes.append("sent")
        except checks.AlreadyAnswered:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "sent"]
    with scope.practice(world.practice.id):
        assert Score.objects.count() == 3


def test_too_late_is_a_conflict(in_practice: World) -> None:
    check_in = week_check(in_practice)
    with pytest.raises(checks.TooLate):
        send(check_in, CALM, at=check_in.expires_at)
    send(check_in, CALM, at=check_in.expires_at - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("item", "value"),
    [("distress", 7), ("distress", -1), ("distress", 2.5), ("distress", float("nan")), ("sex", 1)],
)
def test_an_answer_that_is_not_offered_is_refused(
    in_practice: World, item: str, value: float
) -> None:
    check_in = week_check(in_practice)
    with pytest.raises(checks.WrongAnswer) as refused:
        keep(check_in, item, value)
    assert item in refused.value.fields
    assert CheckIn.objects.get().answers == {}


def test_nothing_at_all_cannot_be_sent(in_practice: World) -> None:
    with pytest.raises(checks.NotAnswered):
        send(week_check(in_practice), {}, words="only words")


def test_a_member_cannot_unseal_with_half_a_rating(in_practice: World) -> None:
    asked = after(in_practice.alice_and_ben)
    with pytest.raises(checks.NotAnswered) as refused:
        send(asked["therapist"], {"goal": 5})
    assert set(refused.value.fields) == set(all_items(1)) - {"goal"}


def test_words_are_kept_without_control_characters_and_not_beyond_measure(
    in_practice: World,
) -> None:
    check_in = week_check(in_practice)
    sent = send(check_in, CALM, words="  my sister\x00\r\nagain\u202e ")
    assert sent.check_in.words == "my sister\nagain"
    with pytest.raises(checks.WordsTooLong):
        checks.check_words("x" * 2001)


def test_a_risk_answer_alerts_at_once_though_the_form_is_never_sent(in_practice: World) -> None:
    saved = keep(week_check(in_practice), "risk", 1)
    assert saved.risk
    alert = Alert.objects.get()
    assert alert.owner_id == in_practice.alice.id
    assert alert.acknowledge_by is not None
    assert alert.evidence["answer"] == 1
    assert alert.evidence["question"] == "risk"


def test_the_same_risk_answer_does_not_alert_again_when_it_is_sent(in_practice: World) -> None:
    check_in = week_check(in_practice)
    keep(check_in, "risk", 2)
    keep(check_in, "risk", 1)
    assert send(check_in, CALM | {"risk": 1}).risk
    assert Alert.objects.count() == 1


def test_a_graver_answer_is_an_alert_of_its_own(in_practice: World) -> None:
    check_in = week_check(in_practice)
    keep(check_in, "risk", 1)
    keep(check_in, "risk", 4)
    severities = {alert.evidence["severity"] for alert in Alert.objects.all()}
    assert severities == {"present", "high"}


def test_taking_a_risk_answer_back_does_not_take_the_alert_back(in_practice: World) -> None:
    check_in = week_check(in_practice)
    keep(check_in, "risk", 3)
    keep(check_in, "risk", 0)
    assert not send(check_in, CALM).risk
    assert Alert.objects.count() == 1


def test_a_risk_question_left_out_is_shown_to_somebody(in_practice: World) -> None:
    sent = send(week_check(in_practice), {"distress": 2})
    assert not sent.risk
    assert Alert.objects.get().evidence["severity"] == "unanswered"


def test_other_answers_are_no_risk(in_practice: World) -> None:
    check_in = week_check(in_practice)
    assert not keep(check_in, "distress", 6).risk
    assert Alert.objects.count() == 0


def test_an_alert_and_the_answer_that_raised_it_stand_or_fall_together(
    in_practice: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_in = week_check(in_practice)
    monkeypatch.setattr(actions.answering, "_scored", _fail)
    with pytest.raises(ZeroDivisionError):
        send(check_in, CALM | {"risk": 4})
    assert Alert.objects.count() == 0
    assert Score.objects.count() == 0
    assert CheckIn.objects.get().submitted_at is None


def test_a_score_from_an_import_gets_a_new_version(in_practice: World) -> None:
    check_in = week_check(in_practice)
    Score.objects.create(
        practice=in_practice.practice,
        relationship=in_practice.alice_and_ben,
        client=in_practice.ben,
        session_number=1,
        rater="client",
        measure="week_check",
        scale="distress_total",
        value=20,
        source="old.csv",
        at=NOW,
    )
    send(check_in, CALM)
    versions = Score.objects.filter(scale="distress_total").order_by("version")
    assert [(score.version, score.value) for score in versions] == [(1, 20), (2, 8)]


def _fail(*_args: object, **_more: object) -> None:
    raise ZeroDivisionError
