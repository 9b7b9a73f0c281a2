from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rapport.web.design import tags
from rapport.web.design.parts import Slot, Strip

NOW = datetime(2026, 12, 3, 22, 30, tzinfo=UTC)  # a Thursday; in Berlin 23:30


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 12, 3, 13, 0, tzinfo=UTC), "Today 14:00"),
        (datetime(2026, 12, 3, 23, 30, tzinfo=UTC), "Tomorrow 00:30"),
        (datetime(2026, 12, 2, 9, 0, tzinfo=UTC), "Yesterday 10:00"),
        (datetime(2026, 12, 9, 13, 0, tzinfo=UTC), "Wednesday 14:00"),
        (datetime(2026, 12, 10, 13, 0, tzinfo=UTC), "Thursday 10 December 14:00"),
        (datetime(2026, 11, 30, 13, 0, tzinfo=UTC), "Monday 30 November 14:00"),
        (datetime(2027, 1, 14, 13, 0, tzinfo=UTC), "Thursday 14 January 2027 14:00"),
        (datetime(2026, 7, 2, 13, 0, tzinfo=UTC), "Thursday 2 July 15:00"),
    ],
)
def test_times_are_said_as_people_say_them(at: datetime, said: str) -> None:
    assert tags.when(at, ZoneInfo("Europe/Berlin"), NOW) == said


def test_a_date_is_the_persons_own_date() -> None:
    late = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
    assert tags.day(late, ZoneInfo("Europe/Berlin")) == "4 December 2026"
    assert tags.day(date(2026, 12, 3)) == "3 December 2026"


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), (3, "3.0"), (-1.25, "−1.2"), (-0.01, "0.0"), (7.96, "8.0")]
)
def test_numbers(value: float | None, shown: str) -> None:
    assert tags.number(value) == shown


def test_a_mark_never_leaves_its_scale() -> None:
    assert [tags.share(v, 1, 7) for v in (1, 4, 7, 9)] == ["0.00%", "50.00%", "100.00%", "100.00%"]


def test_a_scale_must_rise() -> None:
    with pytest.raises(ValueError, match="must rise"):
        tags.share(1, 7, 7)


def test_the_strip_in_words() -> None:
    strip = Strip((Slot(1, "held", 4.2, None), Slot(2, "missed"), Slot(3)), 1, 7)
    assert tags.strip_words(strip) == (
        "Session 1: client 4.2, therapist not rated. Session 2: missed. Session 3: to come."
    )


def test_a_telephone_number_can_be_called() -> None:
    assert tags.telephone("+1 (555) 0100") == "tel:+15550100"
