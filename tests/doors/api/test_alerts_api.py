from uuid import uuid4

import pytest

from rapport.alerts.actions import raise_risk
from rapport.kernel import clock, scope
from rapport.kernel.actor import system
from tests.doors.visitors import visit
from tests.people import World


@pytest.fixture
def alert_id(world: World) -> str:
    with scope.practice(world.practice.id):
        alert = raise_risk(
            world.alice_and_ben,
            client=world.ben,
            session=None,
            source_id=uuid4(),
            rule="risk:high",
            sentence="A risk answer",
            evidence={"answer": 3},
            by=system(world.practice.id),
            at=clock.now(),
        )
    return str(alert.id)


def test_an_alert_is_its_owners(world: World, alert_id: str) -> None:
    alice = visit(world.alice)
    (row,) = alice.get("/api/v1/alerts").json()
    assert row["id"] == alert_id
    assert alice.get(f"/api/v1/alerts/{alert_id}").json()["evidence"] == {"answer": 3}
    done = alice.post(f"/api/v1/alerts/{alert_id}/acknowledge")
    assert done.json()["alert"]["acknowledged_at"] is not None


def test_to_everybody_else_it_is_absent(world: World, alert_id: str) -> None:
    for other in (world.dana, world.sam, world.omar, world.rae, world.ines, world.charlie):
        browser = visit(other)
        forbidden = browser.get(f"/api/v1/alerts/{alert_id}")
        absent = browser.get(f"/api/v1/alerts/{uuid4()}")
        assert forbidden.status_code == 404
        assert forbidden.content == absent.content
        assert browser.get("/api/v1/alerts").json() == []
