"""Days at the ends of the calendar are bad input, not a fault."""

import pytest

from tests.doors.visitors import visit
from tests.people import World


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_without_neighbours_is_today(world: World, day: str) -> None:
    assert visit(world.alice).get(f"/today?day={day}").status_code == 200
    assert visit(world.omar).get(f"/office/schedule?day={day}").status_code == 200
    assert visit(world.omar).get(f"/office/schedule/book?day={day}").status_code == 200


def test_nothing_is_booked_years_ahead(world: World) -> None:
    typed = {"on": "9999-12-31", "at": "23:30", "minutes": "50", "place": "room"}
    reply = visit(world.omar).post(
        "/office/schedule/book", typed | {"relationship": world.alice_and_ben.id}
    )
    assert reply.status_code == 422
    assert "within five years" in reply.content.decode()
