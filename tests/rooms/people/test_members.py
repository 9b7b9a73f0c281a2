"""Who works here: an imported therapist signs in, supervision begins and ends, somebody leaves."""

import threading
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client as Browser

from rapport.kernel import scope
from rapport.kernel.errors import Conflict, NotFound
from rapport.kernel.models import AuditEntry
from rapport.people import access, actions, members
from rapport.people.checks import BadInput, NotTheirs
from rapport.people.models import Member, Supervision
from tests.doors.visitors import visit
from tests.people import NOW, World, actor, relate
from tests.rooms.flow.test_reactions import deliver

GOOD = "a walk along the shore"
TODAY = NOW.date()


def imported(world: World, name: str = "T7", reference: str = "T7") -> Member:
    return actions.add_member(
        world.practice.id,
        name=name,
        email="",
        password="",
        roles=["therapist"],
        reference=reference,
        at=NOW,
    )


def admit(world: World, name: str, reference: str = "") -> Member:
    return actions.add_member(
        world.practice.id,
        name=name,
        email="nora@lindenhof.example",
        password=GOOD,
        roles=["supervisor"],
        reference=reference,
        at=NOW,
    )


@pytest.mark.parametrize(("name", "reference"), [("Nora New", "T7"), ("T7", "")])
def test_an_imported_therapist_gets_a_sign_in_and_keeps_their_work(
    in_practice: World, name: str, reference: str
) -> None:
    known = imported(in_practice)
    relationship = relate(known, in_practice.ben)
    added = admit(in_practice, name, reference)
    assert (added.id, added.name, added.reference) == (known.id, name, "T7")
    assert added.roles == ["supervisor", "therapist"]
    assert added.user is not None
    assert relationship.therapist_id == added.id


def test_somebody_new_of_another_name_is_a_member_of_their_own(in_practice: World) -> None:
    known = imported(in_practice)
    assert admit(in_practice, "Nora New").id != known.id


def test_two_of_the_same_name_need_a_reference(in_practice: World) -> None:
    imported(in_practice, "Nora New", "T7")
    imported(in_practice, "Nora New", "T8")
    with pytest.raises(BadInput) as refused:
        admit(in_practice, "Nora New")
    assert "reference" in refused.value.fields
    assert admit(in_practice, "Nora New", "T8").reference == "T8"
    with pytest.raises(BadInput):
        admit(in_practice, "Nora Again", "T8")


def test_a_supervision_begins_and_ends(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.omar)
    assert world.alice_and_ben in access.supervised_relationships(by=actor(world.sam))
    actions.end_supervision(world.alice, supervisor=world.sam, by=by, at=NOW)
    assert not access.supervised_relationships(by=actor(world.sam)).exists()
    assert AuditEntry.objects.latest("number").verb == "end supervision"
    with pytest.raises(NotFound):
        actions.end_supervision(world.alice, supervisor=world.sam, by=by, at=NOW)
    with pytest.raises(NotTheirs):
        actions.supervise(world.alice, supervisor=world.sam, by=actor(world.alice), at=NOW)


def test_whoever_leaves_is_out_at_once(in_practice: World) -> None:
    world = in_practice
    browser = visit(world.alice)
    assert browser.get("/today").status_code == 200
    actions.leave(world.alice, left_on=TODAY, by=actor(world.omar), at=NOW)
    assert browser.get("/today")["Location"].startswith("/account/login/")
    signed_in = Browser().post(
        "/account/login/",
        {"login": world.alice.user.email, "password": "a long walk by the river"},
    )
    assert signed_in.get("Location") != "/"
    assert access.member_of(world.alice.user) is None
    assert AuditEntry.objects.filter(verb="leave").count() == 1
    with pytest.raises(Conflict):
        actions.leave(world.alice, left_on=TODAY, by=actor(world.omar), at=NOW)


def test_whoever_leaves_keeps_their_work_and_supervises_no_more(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.omar)
    actions.leave(world.sam, left_on=TODAY, by=by, at=NOW)
    assert not Supervision.objects.exists()
    actions.leave(world.alice, left_on=TODAY, by=by, at=NOW)
    row = members.row_of(world.alice)
    assert (row.left_on, row.open_relationships) == (TODAY, 2)
    actions.come_back(world.alice, by=by, at=NOW)
    world.alice.user.refresh_from_db()
    assert world.alice.user.is_active
    assert access.member_of(world.alice.user) == world.alice


def test_the_office_is_never_left_empty(in_practice: World) -> None:
    by = actor(in_practice.omar)
    with pytest.raises(actions.LastAdmin):
        actions.leave(in_practice.omar, left_on=TODAY, by=by, at=NOW)
    with pytest.raises(NotTheirs):
        actions.leave(in_practice.dana, left_on=TODAY, by=actor(in_practice.alice), at=NOW)


def test_another_practitioner_goes_on(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.omar)
    actions.hand_over(world.alice_and_ben, to=world.dana, by=by, at=NOW)
    assert world.alice_and_ben in access.own_relationships(by=actor(world.dana))
    assert world.alice_and_ben not in access.own_relationships(by=actor(world.alice))
    entry = AuditEntry.objects.latest("number")
    assert (entry.verb, entry.subject_ids) == (
        "hand over",
        [str(one.id) for one in (world.alice_and_ben, world.alice, world.dana)],
    )


def test_who_cannot_go_on_with_it(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.omar)
    for to in (world.alice, world.rae, world.omar, world.charlie):
        with pytest.raises(BadInput):
            actions.hand_over(world.alice_and_ben, to=to, by=by, at=NOW)
    with pytest.raises(NotTheirs):
        actions.hand_over(world.alice_and_ben, to=world.dana, by=actor(world.alice), at=NOW)
    actions.leave(world.dana, left_on=TODAY, by=by, at=NOW)
    with pytest.raises(BadInput):
        actions.hand_over(world.alice_and_ben, to=world.dana, by=by, at=NOW)
    actions.end_relationship(
        world.alice_and_ben, ending="planned", ended_on=TODAY, by=actor(world.alice), at=NOW
    )
    with pytest.raises(actions.AlreadyEnded):
        actions.hand_over(world.alice_and_ben, to=world.sam, by=by, at=NOW)


def test_what_somebody_who_left_had_ended_is_handed_over_too(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.omar)
    actions.end_relationship(
        world.alice_and_ben, ending="planned", ended_on=TODAY, by=actor(world.alice), at=NOW
    )
    carried = members.carried_by(world.alice, page=1, by=by, at=NOW)
    assert [row.id for row in carried.rows] == [world.alice_and_chloe.id]
    actions.leave(world.alice, left_on=TODAY, by=by, at=NOW)
    carried = members.carried_by(world.alice, page=1, by=by, at=NOW)
    assert [row.id for row in carried.rows] == [world.alice_and_chloe.id, world.alice_and_ben.id]
    actions.hand_over(world.alice_and_ben, to=world.sam, by=by, at=NOW)
    assert world.alice_and_ben in access.own_relationships(by=actor(world.sam))


def test_an_ending_is_taken_back_within_a_month(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.alice)
    with pytest.raises(actions.NotEnded):
        actions.reopen_relationship(world.alice_and_ben, by=by, at=NOW)
    actions.end_relationship(world.alice_and_ben, ending="dropout", ended_on=TODAY, by=by, at=NOW)
    with pytest.raises(actions.EndedTooLongAgo):
        actions.reopen_relationship(world.alice_and_ben, by=by, at=NOW + timedelta(days=31))
    actions.reopen_relationship(world.alice_and_ben, by=by, at=NOW + timedelta(days=30))
    world.alice_and_ben.refresh_from_db()
    assert (world.alice_and_ben.ended_on, world.alice_and_ben.ending) == (None, "")


@pytest.mark.parametrize("ended_on", [date(2030, 1, 1), date(2026, 1, 1)])
def test_a_day_on_which_nothing_can_have_ended(in_practice: World, ended_on: date) -> None:
    with pytest.raises(BadInput) as refused:
        actions.end_relationship(
            in_practice.alice_and_ben,
            ending="planned",
            ended_on=ended_on,
            by=actor(in_practice.alice),
            at=NOW,
        )
    assert "ended_on" in refused.value.fields


def test_a_new_address_voids_links_to_the_old_one(in_practice: World) -> None:
    world, by = in_practice, actor(in_practice.alice)
    place = access.place_of(world.ben.id, world.alice_and_ben)
    actions.change_contact(world.ben, email=world.ben.email, phone="", by=by, at=NOW)
    assert not AuditEntry.objects.filter(verb="change contact").exists()
    actions.change_contact(
        world.ben, email=world.ben.email, phone="+41 44 668 18 00", by=by, at=NOW
    )
    place.refresh_from_db()
    assert (world.ben.phone, place.link_version) == ("+41446681800", 1)
    actions.change_contact(world.ben, email="ben@new.example", phone="", by=by, at=NOW)
    place.refresh_from_db()
    assert (world.ben.email, place.link_version) == ("ben@new.example", 2)
    with pytest.raises(BadInput):
        actions.change_contact(world.ben, email="ben at home", phone="", by=by, at=NOW)
    with pytest.raises(NotTheirs):
        actions.change_contact(world.ben, email="", phone="", by=actor(world.rae), at=NOW)


def test_an_admin_who_gives_themselves_access_is_told_of(in_practice: World) -> None:
    world = in_practice
    world.omar.roles = ["admin", "supervisor", "therapist"]
    world.omar.save()
    by = actor(world.omar)
    actions.supervise(world.dana, supervisor=world.sam, by=by, at=NOW)
    actions.supervise(world.dana, supervisor=world.omar, by=by, at=NOW)
    actions.supervise(world.dana, supervisor=world.omar, by=by, at=NOW)
    actions.hand_over(world.alice_and_chloe, to=world.dana, by=by, at=NOW)
    actions.hand_over(world.alice_and_ben, to=world.omar, by=by, at=NOW)
    deliver()
    told = [letter for letter in mail.outbox if "Omar Okoye" in letter.body]
    assert [letter.to for letter in told] == [[world.dana.user.email], [world.alice.user.email]]
    assert not any("Ben" in letter.subject + letter.body for letter in told)


@pytest.mark.django_db(transaction=True)
def test_of_the_last_two_admins_who_leave_at_once_one_stays(world: World) -> None:
    with scope.practice(world.practice.id):
        world.dana.roles = ["admin"]
        world.dana.save()
    start, stayed = threading.Barrier(2), []

    def go(member: Member) -> None:
        try:
            start.wait()
            with scope.practice(world.practice.id):
                actions.leave(member, left_on=TODAY, by=actor(member), at=NOW)
        except actions.LastAdmin:
            stayed.append(member)
        finally:
            connection.close()

    leaving = [threading.Thread(target=go, args=[who]) for who in (world.omar, world.dana)]
    for one in leaving:
        one.start()
    for one in leaving:
        one.join()
    assert len(stayed) == 1


def test_an_imported_therapist_who_has_left_is_not_signed_in_again(in_practice: World) -> None:
    known = imported(in_practice)
    actions.leave(known, left_on=TODAY, by=actor(in_practice.omar), at=NOW)
    with pytest.raises(BadInput) as refused:
        admit(in_practice, "Nora New", "T7")
    assert "reference" in refused.value.fields


def test_only_the_office_writes_what_helps_in_a_crisis(in_practice: World) -> None:
    with pytest.raises(NotTheirs):
        actions.write_crisis_help("Call us.", by=actor(in_practice.alice), at=NOW)
