"""An interpreter answers their own questions, and sees nobody else's."""

from __future__ import annotations

from rapport.kernel import clock, scope
from rapport.measures.models import CheckIn
from rapport.measures.queries import Dyad, revealed_ratings
from tests.doors.visitors import visit
from tests.people import World


def test_what_waits_is_listed(world: World, today: dict[str, CheckIn]) -> None:
    page = visit(world.ines).get("/interpreter").content.decode()
    assert f"/interpreter/check-ins/{today['interpreter'].id}" in page
    assert "Chloe Calder" in page
    assert str(today["client"].id) not in page


def test_without_anything_to_answer_the_page_says_what_belongs_there(world: World) -> None:
    assert "Nothing to answer" in visit(world.ines).get("/interpreter").content.decode()


def test_answering_and_sending(world: World, today: dict[str, CheckIn]) -> None:
    ines = visit(world.ines)
    address = f"/interpreter/check-ins/{today['interpreter'].id}"
    for item in ("goal", "task", "bond", "real_relationship", "empathy", "congruence", "regard"):
        assert "<fieldset" in ines.get(address).content.decode()
        assert ines.post(address, {item: 5}).status_code == 303
    assert ines.post(address, {"send": 1}).status_code == 303
    assert "opened once both sides have answered" in ines.get(address).content.decode()
    with scope.practice(world.practice.id):
        dyad = Dyad(world.alice_and_chloe.id, world.chloe.id)
        assert revealed_ratings(dyad, at=clock.now()) == ()


def test_half_a_form_is_not_sent(world: World, today: dict[str, CheckIn]) -> None:
    ines = visit(world.ines)
    address = f"/interpreter/check-ins/{today['interpreter'].id}"
    ines.post(address, {"goal": 5})
    reply = ines.post(address, {"send": 1})
    assert reply.status_code == 422
    assert "6 to go" in reply.content.decode()


def test_the_form_carries_its_csrf_token(world: World, today: dict[str, CheckIn]) -> None:
    page = visit(world.ines).get(f"/interpreter/check-ins/{today['interpreter'].id}")
    assert "csrfmiddlewaretoken" in page.content.decode()


def test_nobody_elses_form_opens(world: World, today: dict[str, CheckIn]) -> None:
    for rater in ("client", "therapist"):
        address = f"/interpreter/check-ins/{today[rater].id}"
        assert visit(world.ines).get(address).status_code == 404
        assert visit(world.ines).post(address, {"goal": 5}).status_code == 404
        assert visit(world.alice).get(address).status_code == 404
    own = f"/interpreter/check-ins/{today['interpreter'].id}"
    for member in (world.alice, world.dana, world.sam, world.omar, world.charlie):
        assert visit(member).get(own).status_code == 404
        assert visit(member).get("/interpreter").status_code == 404
