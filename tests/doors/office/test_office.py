from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from rapport.agreements.actions import give_consent
from rapport.kernel import audit, clock, scope
from rapport.kernel.models import AuditEntry, OutboxMessage
from rapport.scheduling.models import Appointment
from tests.doors.visitors import visit
from tests.people import World, actor, relate


@pytest.fixture
def omar(world: World) -> Browser:
    return visit(world.omar)


def booking(world: World, **others: str) -> dict[str, str]:
    on = (clock.now() + timedelta(days=3)).date().isoformat()
    typed = {"on": on, "at": "14:00", "minutes": "50", "place": "room"}
    return typed | {"relationship": str(world.alice_and_ben.id)} | others


def test_the_schedule_shows_who_meets_and_when(world: World, omar: Browser) -> None:
    assert "Nothing is booked" in omar.get("/office/schedule").content.decode()
    wanted = booking(world)
    done = omar.post("/office/schedule/book", wanted, follow=True)
    page = done.content.decode()
    assert "Ben Bright" in page
    assert "Alice Arden" in page
    assert ">14:00</time>" in page
    elsewhere = omar.get("/office/schedule?day=2020-01-01&span=day").content.decode()
    assert "Ben Bright" not in elsewhere


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"at": "two"}, "Enter a time, such as 14:00."),
        ({"on": ""}, "Enter a day."),
        ({"minutes": "fifty"}, "Enter a number of minutes."),
        ({"relationship": "x"}, "Choose who meets."),
        ({"minutes": "9999"}, "From 1 to 600."),
        ({"place": "moon"}, "Choose one of the three."),
        ({"on": "2020-01-01"}, "Choose a time that is still to come."),
    ],
)
def test_what_was_typed_stays(
    world: World, omar: Browser, wrong: dict[str, str], words: str
) -> None:
    answer = omar.post("/office/schedule/book", booking(world, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    kept = {"at": "14:00", "minutes": "50"} | {k: v for k, v in wrong.items() if k != "place"}
    assert all(f'value="{value}"' in page for value in kept.values() if value not in {"", "x"})
    with scope.practice(world.practice.id):
        assert not Appointment.objects.exists()


def test_a_double_booking_is_refused(world: World, omar: Browser) -> None:
    omar.post("/office/schedule/book", booking(world))
    again = omar.post("/office/schedule/book", booking(world, at="14:30"))
    assert again.status_code == 422
    assert "another appointment at that time" in again.content.decode()


def test_a_booking_is_cancelled_once(world: World, omar: Browser) -> None:
    omar.post("/office/schedule/book", booking(world))
    with scope.practice(world.practice.id):
        row = Appointment.objects.get()
    done = omar.post(f"/office/schedule/{row.id}/cancel", follow=True)
    assert "Cancelled" in done.content.decode()
    assert omar.post(f"/office/schedule/{row.id}/cancel").status_code == 409


def test_consents_are_listed_what_ends_soonest_first(world: World, omar: Browser) -> None:
    assert "No consent on file" in omar.get("/office/consents").content.decode()
    at = clock.now()
    with scope.practice(world.practice.id):
        give_consent(
            world.alice_and_ben,
            client=world.ben,
            purpose="messages",
            text="I agree to get links.",
            expires_at=at + timedelta(days=10),
            by=actor(world.alice),
            at=at,
        )
    page = omar.get("/office/consents").content.decode()
    assert "Ends soon" in page
    assert "Ben Bright" in page


def test_a_message_given_up_is_shown_and_tried_again(world: World, omar: Browser) -> None:
    at = clock.now()
    failed = OutboxMessage.objects.create(
        practice_id=world.practice.id,
        event="SessionHeld",
        reaction="measures.tasks.ask_after_session",
        payload={},
        published_at=at,
        due_at=at,
        attempts=8,
        gave_up_at=at,
        fault="ValueError at asking.py:10",
    )
    page = omar.get("/office/system").content.decode()
    assert "One message could not be delivered." in page
    assert "ValueError at asking.py:10" in page
    omar.post(f"/office/system/messages/{failed.id}/retry")
    failed.refresh_from_db()
    assert (failed.gave_up_at, failed.attempts) == (None, 0)
    assert omar.post(f"/office/system/messages/{failed.id}/retry").status_code == 404


def test_another_practices_messages_are_not_ones_own(world: World, omar: Browser) -> None:
    at = clock.now()
    theirs = OutboxMessage.objects.create(
        practice_id=world.elsewhere.id,
        event="SessionHeld",
        reaction="x.y",
        payload={},
        published_at=at,
        due_at=at,
        gave_up_at=at,
    )
    assert "x.y" not in omar.get("/office/system").content.decode()
    assert omar.post(f"/office/system/messages/{theirs.id}/retry").status_code == 404


def test_a_stopped_relay_is_noticed(world: World, omar: Browser) -> None:
    at = clock.now()
    OutboxMessage.objects.create(
        practice_id=world.practice.id,
        event="SessionHeld",
        reaction="x.y",
        payload={},
        published_at=at,
        due_at=at - timedelta(minutes=20),
    )
    assert "the relay may not be running" in omar.get("/office/system").content.decode()


def test_the_audit_log_is_checked_on_request(world: World, omar: Browser) -> None:
    audit.record("read", "client", [uuid4()], by=actor(world.alice), at=clock.now())
    whole = omar.post("/office/system/audit", follow=True).content.decode()
    assert "The audit log is whole" in whole
    AuditEntry.objects.filter(number=1).update(verb="list")
    broken = omar.post("/office/system/audit", follow=True).content.decode()
    assert "broken at entry 1" in broken


def test_the_number_of_queries_does_not_grow(world: World, omar: Browser) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert omar.get("/office/schedule").status_code == 200
        return len(seen)

    at = clock.now() + timedelta(hours=1)
    with scope.practice(world.practice.id):
        Appointment.objects.create(
            practice=world.practice, relationship=world.alice_and_ben, starts_at=at
        )
        count()  # the first visit writes marks of its own
        few = count()
        for _ in range(20):
            more = relate(world.alice, world.ben)
            Appointment.objects.create(practice=world.practice, relationship=more, starts_at=at)
    assert count() == few


def test_the_practice_writes_its_own_crisis_help(world: World, omar: Browser) -> None:
    words = "Call us, day or night.\nNight line: 555-0117"
    page = omar.post("/office/crisis-help", {"words": words}, follow=True).content.decode()
    assert "Call us, day or night." in page
    assert 'href="tel:5550117"' in page
    with scope.practice(world.practice.id):
        assert AuditEntry.objects.filter(verb="write_crisis_help").exists()


def test_crisis_help_is_never_empty_and_what_was_typed_stays(world: World, omar: Browser) -> None:
    for wrong, words in ((" \n ", "Write between 1 and"), ("x" * 1001, "x" * 1001)):
        answer = omar.post("/office/crisis-help", {"words": wrong})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert world.practice.crisis_help in omar.get("/office/crisis-help").content.decode()


def test_whom_to_book_is_found_by_part_of_a_name(world: World, omar: Browser) -> None:
    found = omar.post("/office/schedule/book", {"find": "1", "who": "chlo"}).content.decode()
    assert "Chloe Calder with Alice Arden" in found
    assert "Ben Bright" not in found
    nobody = omar.post("/office/schedule/book", {"find": "1", "who": "<zz"}).content.decode()
    assert "Nobody with “&lt;zz” in their name" in nobody
    kept = omar.post(
        "/office/schedule/book", booking(world, who="ben", at="15:45", find="1")
    ).content.decode()
    assert 'value="15:45"' in kept
    assert "Chloe" not in kept
    assert "There is something to mend" not in kept


def test_cancelling_is_asked_once_more(world: World, omar: Browser) -> None:
    omar.post("/office/schedule/book", booking(world))
    page = omar.get("/office/schedule").content.decode()
    assert "Yes, cancel 14:00 with Ben Bright" in page
