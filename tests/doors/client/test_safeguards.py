"""What must hold when something fails, or when somebody reaches beyond their seat."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core import mail

from rapport.agreements.actions import give_consent
from rapport.alerts.models import Alert, AlertStep
from rapport.kernel import clock, scope
from rapport.measures import actions, links
from rapport.measures.models import CheckIn
from tests.doors.client.conftest import Phone
from tests.doors.visitors import answers, visit
from tests.people import World, actor


@pytest.fixture
def no_alert_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_fields: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(AlertStep.objects, "create", fail)


@pytest.mark.usefixtures("no_alert_can_be_written")
def test_a_risk_answer_that_cannot_alert_is_not_kept_and_still_shows_help(
    world: World,
    week: CheckIn,
    phone: Callable[[CheckIn], Phone],
    stored: Callable[[CheckIn], CheckIn],
) -> None:
    screen = phone(week).tap("risk", 3)
    assert screen.status == 500
    assert "emergency number" in screen.page
    assert "was not kept" in screen.page
    assert stored(week).answers == {}
    with scope.practice(world.practice.id):
        assert not Alert.objects.exists()


def test_no_page_of_a_link_tells_its_address_to_another(world: World, week: CheckIn) -> None:
    browser = visit(None)
    with scope.practice(world.practice.id):
        place = world.alice_and_ben.participants.get()
    for path in (
        f"/c/{links.check_in_token(week)}",
        f"/p/{links.progress_token(place, at=clock.now())}",
        "/c/forged",
    ):
        assert browser.get(path).headers["Referrer-Policy"] == "no-referrer"


def test_an_interpreter_cannot_have_a_clients_page_sent(
    world: World, today: dict[str, CheckIn]
) -> None:
    mine = today["interpreter"]
    with scope.practice(world.practice.id):
        give_consent(
            world.alice_and_chloe,
            purpose="messages",
            text="Messages are fine.",
            client=world.chloe,
            by=actor(world.alice),
            at=clock.now(),
        )
        form: dict[str, float] = answers(5)
        actions.submit_check_in(
            mine, answers=_fitting(mine, form), words="", by=actor(world.ines), at=clock.now()
        )
    browser, address = visit(world.ines), _address(mine.id)
    assert browser.post(address, {"progress": "1"}).status_code == 409
    assert mail.outbox == []


def _fitting(check_in: CheckIn, form: dict[str, float]) -> dict[str, float]:
    from rapport.science import instruments

    return {item.key: form.get(item.key, 5) for item in instruments.load(check_in.instrument).items}


def _address(check_in: UUID) -> str:
    return f"/interpreter/check-ins/{check_in}"
