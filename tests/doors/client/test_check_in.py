"""The check-in, by link, without a script and without a cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser

from rapport.agreements.actions import give_consent
from rapport.alerts.models import Alert
from rapport.kernel import clock, scope
from rapport.kernel.models import AuditEntry
from rapport.measures import forms, links
from rapport.measures.actions import close_called_off
from rapport.measures.models import CheckIn, Score
from tests.doors.client.conftest import WEEK, Phone
from tests.people import World, actor

Pick = Callable[[CheckIn], Phone]
Stored = Callable[[CheckIn], CheckIn]


def test_one_question_a_screen_in_eight_taps_or_fewer(
    today: dict[str, CheckIn], phone: Pick, stored: Stored
) -> None:
    page, asked = phone(today["client"]).open(), list[str]()
    for at in range(1, 8):
        assert page.status == 200
        assert f"{at} of 8" in page.page
        asked.append(page.question())
        name = re.search(r'class="answer" name="(\w+)"', page.page)
        assert name is not None
        page.tap(name[1], 6)
    assert len(set(asked)) == 7
    assert "8 of 8" in page.page
    page.tap("send", 1, words="The end was good.")
    assert "Thank you" in page.page
    assert page.taps <= 8
    row = stored(today["client"])
    assert row.submitted_at is not None
    assert row.words == "The end was good."


def test_the_week_check_takes_six_taps(week: CheckIn, phone: Pick, stored: Stored) -> None:
    page = phone(week).open()
    for item, value in WEEK.items():
        page.tap(item, value)
    page.tap("send", 1)
    assert page.taps == 6
    assert stored(week).answers == WEEK


def test_no_name_and_no_earlier_score_on_any_screen(
    week: CheckIn, today: dict[str, CheckIn], phone: Pick
) -> None:
    names = ["Ben", "Bright", "Chloe", "Calder", "Alice", "Arden", "Ines", "Ibarra"]
    for check_in in (week, today["client"]):
        page = phone(check_in)
        seen = "".join(page.open(query).page for query in ("", "?q=2", "?q=6", "?q=8", "?q=help"))
        for name in names:
            assert not re.search(rf"\b{name}\b", seen), name
        assert "@" not in seen


def test_every_answer_is_kept_at_once_and_the_form_resumes(
    week: CheckIn, phone: Pick, stored: Stored
) -> None:
    phone(week).open().tap("distress", 3)
    assert stored(week).answers == {"distress": 3}
    assert "2 of 6" in phone(week).open().page


def test_back_is_always_possible_and_shows_what_was_chosen(week: CheckIn, phone: Pick) -> None:
    page = phone(week).open().tap("distress", 3)
    assert "?q=1" in page.page
    page.open("?q=1")
    assert re.search(r'name="distress" value="3" aria-pressed="true"', page.page)
    page.tap("distress", 4)
    assert "2 of 6" in page.page


def test_a_question_can_be_left_out_and_the_scale_is_then_not_scorable(
    world: World, week: CheckIn, phone: Pick
) -> None:
    page = phone(week).open()
    for item, value in WEEK.items():
        if item != "functioning":
            page.tap(item, value)
    assert "1 question is not answered" in page.open("?q=6").page
    page.tap("send", 1)
    with scope.practice(world.practice.id):
        score = Score.objects.get(scale="distress_total")
    assert score.value is None
    assert "not scorable" in score.reason


def test_a_risk_answer_brings_help_and_an_alert_at_once(
    world: World, week: CheckIn, phone: Pick
) -> None:
    page = phone(week).open().tap("risk", 1)
    assert "crisis-loud" in page.page
    assert world.practice.crisis_help in page.page
    with scope.practice(world.practice.id):
        assert Alert.objects.count() == 1
    assert "crisis-loud" in page.open("?q=2").page
    page.tap("distress", 2)
    page.tap("send", 1)
    assert "crisis-loud" in page.page
    with scope.practice(world.practice.id):
        assert Alert.objects.count() == 1


def test_a_risk_answer_sent_by_the_script_leads_to_help(week: CheckIn, phone: Pick) -> None:
    page = phone(week)
    assert page.send_json(distress=2).status_code == 204
    reply = page.send_json(risk=4)
    assert reply.json() == {"go": f"{page.address}?q=help"}


def test_without_a_risk_help_is_quiet(week: CheckIn, phone: Pick) -> None:
    page = phone(week).open()
    for item, value in WEEK.items():
        page.tap(item, value)
    page.tap("send", 1)
    assert "crisis-quiet" in page.page
    assert "crisis-loud" not in page.page


def test_the_screen_holds_the_help_that_an_urgent_answer_reveals_offline(
    week: CheckIn, phone: Pick
) -> None:
    page = phone(week).open("?q=5")
    assert "data-urgent-help" in page.page
    assert len(re.findall(r"data-urgent ", page.page + " ")) == 4


def test_a_link_works_once(week: CheckIn, phone: Pick, stored: Stored) -> None:
    page = phone(week).open()
    for item, value in WEEK.items():
        page.tap(item, value)
    page.tap("send", 1)
    page.open()
    assert (page.status, "Already answered" in page.page) == (200, True)
    assert "data-check-in" not in page.page
    first = stored(week)
    page.tap("distress", 6)
    assert page.status == 409
    page.tap("send", 1, words="again")
    assert page.status == 409
    second = stored(week)
    assert (second.answers, second.words, second.submitted_at) == (
        first.answers,
        first.words,
        first.submitted_at,
    )
    assert page.send_json(distress=6).json() == {"go": f"{page.address}?q=done"}


def test_every_link_that_is_not_good_gets_the_same_page(
    world: World, week: CheckIn, today: dict[str, CheckIn], phone: Pick
) -> None:
    good = phone(week).address
    with scope.practice(world.practice.id):
        CheckIn.objects.filter(id=today["client"].id).update(
            expires_at=clock.now() - timedelta(seconds=1)
        )
        today["client"].refresh_from_db()
    expired = phone(today["client"]).address
    never_made = "/c/" + "A" * 43
    forged = good[:-3] + ("AAA" if not good.endswith("AAA") else "BBB")
    replies = [Browser().get(one) for one in (expired, never_made, forged, "/c/x", "/p/x.y")]
    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.content for reply in replies}) == 1
    told = replies[0].content.decode()
    assert world.practice.name not in told
    with scope.practice(world.practice.id):
        refused = AuditEntry.objects.filter(verb="refused", subject_kind="check_in")
        assert refused.count() == 2  # the two that name a row of this practice


def test_a_flood_is_slowed_and_locks_nobody_out(week: CheckIn, phone: Pick) -> None:
    statuses = [Browser().get(f"/c/{'A' * 42}{n}").status_code for n in range(10)] + [
        Browser().get("/c/x").status_code for _ in range(25)
    ]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert phone(week).open().status == 200


def test_opening_a_link_is_logged_and_changes_nothing(
    world: World, week: CheckIn, phone: Pick, stored: Stored
) -> None:
    before = stored(week)
    phone(week).open()
    assert stored(week).answers == before.answers
    assert stored(week).submitted_at is None
    with scope.practice(world.practice.id):
        opened = AuditEntry.objects.get(verb="open", subject_kind="check_in")
    assert (opened.actor_kind, opened.actor_id) == ("client", world.ben.id)


@pytest.mark.parametrize(
    "fields",
    [
        {"distress": "7"},
        {"distress": "-1"},
        {"distress": "2.5"},
        {"distress": "nan"},
        {"distress": "1e400"},
        {"distress": "<script>"},
        {"distress": ""},
        {"distress": "9" * 5000},
        {"goal": "3"},
        {"risk\x00": "1"},
        {},
    ],
)
def test_hostile_answers_are_refused_calmly(
    week: CheckIn, phone: Pick, stored: Stored, fields: dict[str, str]
) -> None:
    page = phone(week)
    reply = Browser().post(page.address, fields)
    assert reply.status_code == 422
    assert "That is not one of the answers" in reply.content.decode()
    assert "<script>" not in reply.content.decode()
    assert stored(week).answers == {}


def test_a_body_too_large_is_refused(week: CheckIn, phone: Pick, stored: Stored) -> None:
    page = phone(week)
    reply = Browser().post(page.address, {"words": "x" * (1024 * 1024 + 1), "send": "1"})
    assert reply.status_code == 400
    assert stored(week).submitted_at is None


def test_words_too_long_come_back_as_they_were_typed(
    week: CheckIn, phone: Pick, stored: Stored
) -> None:
    page = phone(week).open().tap("distress", 1)
    page.tap("send", 1, words="lengthy " * 300)
    assert page.status == 422
    assert "lengthy lengthy" in page.page
    assert "2000" in page.page
    assert stored(week).submitted_at is None


def test_words_are_kept_as_they_are_typed(week: CheckIn, phone: Pick, stored: Stored) -> None:
    page = phone(week)
    assert page.send_json(words="half a thou").status_code == 204
    assert stored(week).words == "half a thou"
    assert "half a thou" in page.open("?q=6").page


def test_nothing_at_all_cannot_be_sent(week: CheckIn, phone: Pick, stored: Stored) -> None:
    page = phone(week).open("?q=6").tap("send", 1)
    assert page.status == 422
    assert "at least one question" in page.page
    assert stored(week).submitted_at is None


def test_their_own_page_is_sent_to_the_address_on_file_and_never_shows_it(
    world: World, week: CheckIn, phone: Pick
) -> None:
    with scope.practice(world.practice.id):
        give_consent(
            world.alice_and_ben,
            client=world.ben,
            purpose="messages",
            text="You may send me links.",
            by=actor(world.alice),
            at=clock.now(),
        )
    page = phone(week).open().tap("distress", 2)
    page.tap("send", 1)
    assert "E-mail me my progress" in page.page
    page.tap("progress", 1)
    page.tap("progress", 1)
    assert "data-mailed" in page.page
    assert "@" not in page.page
    (message,) = mail.outbox
    link = re.search(r"http://\S+(/p/\S+)", message.body)
    assert link is not None
    assert Browser().get(link[1]).status_code == 200


def test_without_consent_nothing_can_be_mailed(week: CheckIn, phone: Pick) -> None:
    page = phone(week).open().tap("distress", 2)
    page.tap("send", 1)
    assert "E-mail me" not in page.page
    page.tap("progress", 1)
    assert page.status == 422
    assert mail.outbox == []


def test_wording_that_is_gone_is_said_calmly(world: World, week: CheckIn, phone: Pick) -> None:
    with scope.practice(world.practice.id):
        CheckIn.objects.filter(id=week.id).update(instrument="phq9")
        week.refresh_from_db()
        with pytest.raises(forms.WordingMissing):
            forms.form_for(week)
    assert phone(week).open().status == 422


def test_pages_need_no_script_and_no_style_of_their_own(week: CheckIn, phone: Pick) -> None:
    page = phone(week).open().page
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=", page)


def test_a_coach_is_called_a_coach(world: World, week: CheckIn, phone: Pick) -> None:
    world.alice_and_ben.track = "coaching"
    with scope.practice(world.practice.id):
        world.alice_and_ben.save()
    page = phone(week).open().tap("distress", 2)
    page.tap("send", 1)
    assert "your coach" in page.page
    assert "therapist" not in page.page


def test_the_link_of_the_message_is_the_address_of_the_form(week: CheckIn, phone: Pick) -> None:
    assert links.check_in_link(week).endswith(phone(week).address)


def test_a_check_in_closed_with_its_appointment_says_so_kindly(
    world: World, week: CheckIn, phone: Callable[[CheckIn], Phone]
) -> None:
    with scope.practice(world.practice.id):
        close_called_off(world.alice_and_ben.id, until=week.expires_at, at=clock.now())
    page = phone(week).open()
    assert page.status == 200
    assert "There is nothing to answer now" in page.page
    assert "was called off" in page.page
    assert phone(week).tap("distress", 1).status == 200
    with scope.practice(world.practice.id):
        assert CheckIn.objects.get().answers == {}
