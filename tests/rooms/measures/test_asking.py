"""Who is asked what and when; links that are sent, void and closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail

from rapport.kernel import clock, scope
from rapport.kernel.errors import NotFound
from rapport.kernel.models import AuditEntry
from rapport.measures import access, actions, checks, delivery, forms, links, tasks
from rapport.measures.actions.asking import NoSessionYet, WrongRespondent
from rapport.measures.events import CheckInAsked
from rapport.measures.models import CheckIn
from rapport.people.access import place_of
from rapport.people.events import SessionHeld
from rapport.scheduling.actions import book, cancel
from rapport.scheduling.events import AppointmentBooked
from tests.people import NOW, World, actor, client_actor, hold, relate
from tests.rooms.measures.asked import CALM, after, agree_to_messages, send, week_check


def token_of(check_in: CheckIn) -> str:
    return links.check_in_token(check_in)


def test_everybody_in_the_room_is_asked_after_a_session(in_practice: World) -> None:
    session = hold(in_practice.alice_and_chloe, 1)
    event = SessionHeld(in_practice.practice.id, in_practice.alice_and_chloe.id, session.id)
    tasks.ask_after_session(event)
    tasks.ask_after_session(event)
    asked = {row.rater: row.member_id for row in CheckIn.objects.all()}
    assert asked == {
        "client": None,
        "therapist": in_practice.alice.id,
        "interpreter": in_practice.ines.id,
    }


def test_each_partner_of_a_couple_is_a_dyad(in_practice: World) -> None:
    couple = relate(in_practice.alice, in_practice.ben, in_practice.chloe)
    actions.ask_after(couple, session_number=1, at=NOW)
    dyads = {(row.client_id, row.rater) for row in CheckIn.objects.all()}
    assert len(dyads) == 4


def test_a_form_is_asked_of_whom_it_is_for(in_practice: World) -> None:
    with pytest.raises(WrongRespondent):
        actions.ask(
            in_practice.alice_and_ben,
            client=in_practice.ben,
            session_number=1,
            moment="after",
            rater="client",
            instrument="relationship_check_therapist",
            member=None,
            at=NOW,
        )


def test_a_measure_whose_wording_is_not_there_cannot_be_asked(in_practice: World) -> None:
    with pytest.raises(forms.WordingMissing) as refused:
        actions.ask(
            in_practice.alice_and_ben,
            client=in_practice.ben,
            session_number=1,
            moment="before",
            rater="client",
            instrument="phq9",
            member=None,
            at=NOW,
        )
    assert "rapport measures import" in refused.value.message


def test_the_week_check_is_asked_while_the_appointment_stands(in_practice: World) -> None:
    at = clock.now()
    appointment = book(
        in_practice.alice_and_ben,
        starts_at=at + timedelta(hours=20),
        duration_min=50,
        place="room",
        by=actor(in_practice.alice),
        at=at,
    )
    event = AppointmentBooked(in_practice.practice.id, in_practice.alice_and_ben.id, appointment.id)
    tasks.ask_before_session(event)
    check_in = CheckIn.objects.get()
    assert (check_in.instrument, check_in.session_number) == ("week_check", 1)
    assert check_in.expires_at == appointment.starts_at + timedelta(hours=2)


def test_a_cancelled_appointment_asks_nothing(in_practice: World) -> None:
    at, by = clock.now(), actor(in_practice.alice)
    appointment = book(
        in_practice.alice_and_ben,
        starts_at=at + timedelta(hours=20),
        duration_min=50,
        place="room",
        by=by,
        at=at,
    )
    cancel(appointment, by=by, at=at)
    tasks.ask_before_session(
        AppointmentBooked(in_practice.practice.id, in_practice.alice_and_ben.id, appointment.id)
    )
    assert not CheckIn.objects.exists()


def test_after_a_missed_appointment_the_same_week_check_opens_again(in_practice: World) -> None:
    check_in = week_check(in_practice)
    old = token_of(check_in)
    later = NOW + timedelta(days=7)
    again = week_check(in_practice, at=later)
    assert again.id == check_in.id
    assert again.expires_at > later
    with pytest.raises(NotFound):
        access.check_in_by_link(old, at=later)
    assert access.check_in_by_link(token_of(again), at=later).id == check_in.id


def test_looking_back_needs_a_session(in_practice: World) -> None:
    with pytest.raises(NoSessionYet):
        actions.ask_now(in_practice.alice_and_ben, client=in_practice.ben, moment="after", at=NOW)


def test_a_link_is_sent_where_the_client_agreed(in_practice: World) -> None:
    check_in = _asked_now(in_practice)
    event = CheckInAsked(check_in.practice_id, check_in.id)
    tasks.send_link(event)
    assert mail.outbox == []
    agree_to_messages(in_practice, in_practice.ben, in_practice.alice_and_ben)
    tasks.send_link(event)
    (message,) = mail.outbox
    assert message.to == ["ben@client.example"]
    assert links.check_in_link(check_in) in message.body
    assert CheckIn.objects.get().sent_at is not None


def test_a_message_says_nothing_about_health_and_names_nobody(in_practice: World) -> None:
    agree_to_messages(in_practice, in_practice.ben, in_practice.alice_and_ben)
    actions.invite(week_check(in_practice), by=actor(in_practice.alice), at=NOW)
    told = f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    for word in ("ben", "bright", "alice", "arden", "therap", "week check", "distress", "session"):
        assert word not in told, word


def test_without_an_address_a_text_is_written(in_practice: World) -> None:
    in_practice.ben.email, in_practice.ben.phone = "", "044 668 18 00"
    in_practice.ben.save()
    in_practice.practice.country = "CH"
    in_practice.practice.save()
    agree_to_messages(in_practice, in_practice.ben, in_practice.alice_and_ben)
    check_in = week_check(in_practice)
    before = _texts()
    assert actions.invite(check_in, by=actor(in_practice.alice), at=NOW) == "text"
    (written,) = _texts() - before
    assert written.read_text().startswith("To: +41446681800\n")
    assert links.check_in_link(check_in) in written.read_text()
    assert written.stat().st_mode & 0o077 == 0


def test_why_a_link_cannot_be_sent_is_said(in_practice: World) -> None:
    check_in, by = week_check(in_practice), actor(in_practice.alice)
    with pytest.raises(delivery.NoConsentToMessages):
        actions.invite(check_in, by=by, at=NOW)
    agree_to_messages(in_practice, in_practice.ben, in_practice.alice_and_ben)
    in_practice.ben.email, in_practice.ben.phone = "", "12"
    in_practice.ben.save()
    with pytest.raises(delivery.NoAddress):
        actions.invite(check_in, by=by, at=NOW)


def test_a_link_opens_one_form_and_no_other(in_practice: World) -> None:
    first = week_check(in_practice)
    second = after(in_practice.alice_and_ben)["client"]
    mixed = token_of(first)[:-20] + token_of(second)[-20:]
    altered = (
        token_of(first)[:30] + ("B" if token_of(first)[30] == "A" else "A") + token_of(first)[31:]
    )
    assert access.check_in_by_link(token_of(first), at=NOW).id == first.id
    for forged in (mixed, altered, "", "x", "%00", "A" * 43, "ü" * 43):
        with pytest.raises(NotFound):
            access.check_in_by_link(forged, at=NOW)


def test_a_link_ends_with_its_time_and_when_it_is_sent_again(in_practice: World) -> None:
    agree_to_messages(in_practice, in_practice.ben, in_practice.alice_and_ben)
    check_in, by = week_check(in_practice), actor(in_practice.alice)
    token = token_of(check_in)
    actions.invite(check_in, by=by, at=NOW)
    assert access.check_in_by_link(token, at=NOW)
    with pytest.raises(NotFound):
        access.check_in_by_link(token, at=check_in.expires_at)
    actions.invite(check_in, by=by, at=NOW)
    with pytest.raises(NotFound):
        access.check_in_by_link(token, at=NOW)
    again = CheckIn.objects.get()
    assert links.check_in_link(again) in mail.outbox[1].body
    assert access.check_in_by_link(token_of(again), at=NOW)
    assert AuditEntry.objects.filter(verb="refused", subject_kind="check_in").count() == 2


def test_a_members_form_has_no_link(in_practice: World) -> None:
    therapists = after(in_practice.alice_and_ben)["therapist"]
    with pytest.raises(NotFound):
        access.check_in_by_link(token_of(therapists), at=NOW)


def test_a_member_obtains_only_what_they_were_asked(in_practice: World) -> None:
    asked = after(in_practice.alice_and_chloe)
    ines, alice = actor(in_practice.ines), actor(in_practice.alice)
    found = access.check_in_for_member(asked["interpreter"].id, by=ines, at=NOW)
    assert found.id == asked["interpreter"].id
    for check_in in (asked["therapist"], asked["client"]):
        with pytest.raises(NotFound):
            access.check_in_for_member(check_in.id, by=ines, at=NOW)
    assert access.check_in_to_give(asked["client"].id, by=alice, at=NOW)
    for by in (ines, actor(in_practice.dana), client_actor(in_practice.chloe)):
        with pytest.raises(NotFound):
            access.check_in_to_give(asked["client"].id, by=by, at=NOW)


def test_a_progress_link_ends_and_is_bound_to_the_clients_place(in_practice: World) -> None:
    place = place_of(in_practice.ben.id, in_practice.alice_and_ben)
    token = links.progress_token(place, at=NOW)
    assert access.place_by_link(token, at=NOW).id == place.id
    with pytest.raises(NotFound):
        access.place_by_link(token, at=NOW + links.PROGRESS_LASTS)
    end, _dot, signed = token.partition(".")
    for forged in (f"{int(end, 16) + 9:x}.{signed}", signed, f".{signed}", f"-1.{signed}", "zz.zz"):
        with pytest.raises(NotFound):
            access.place_by_link(forged, at=NOW)
    place.link_version += 1
    place.save()
    with pytest.raises(NotFound):
        access.place_by_link(token, at=NOW)


def test_what_is_late_is_closed_in_every_practice_and_told(world: World) -> None:
    long_ago = clock.now() - timedelta(days=9)
    with scope.practice(world.practice.id):
        check_in = week_check(world, at=long_ago)
        sent = after(world.alice_and_ben, at=long_ago)["client"]
        send(sent, {"goal": 5}, at=long_ago)
    tasks.close_expired()
    with scope.practice(world.practice.id):
        assert CheckIn.objects.get(id=check_in.id).closed_at is not None
        assert CheckIn.objects.get(id=sent.id).closed_at is None
        with pytest.raises(checks.TooLate):
            send(check_in, CALM, at=clock.now())


def test_wishes_are_kept_once_for_the_next_session(in_practice: World) -> None:
    hold(in_practice.alice_and_ben, 1)
    place = place_of(in_practice.ben.id, in_practice.alice_and_ben)
    by = client_actor(in_practice.ben)
    first = actions.talk_about(place, words=" My sister ", by=by, at=NOW)
    again = actions.talk_about(place, words="My sister", by=by, at=NOW)
    assert first.id == again.id
    assert (first.words, first.session_number) == ("My sister", 2)
    with pytest.raises(actions.wishes.NothingSaid):
        actions.talk_about(place, words=" \n", by=by, at=NOW)


def _asked_now(world: World) -> CheckIn:
    return week_check(world, at=clock.now())


def _texts() -> set[Path]:
    return set((settings.CONFIG.home / "texts").glob("*.txt"))
