"""The office's page of people: supervision, leaving, and who goes on with a relationship."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from rapport.kernel import scope
from rapport.people.models import Member, Relationship, Supervision
from tests.doors.visitors import visit
from tests.people import World, relate


@pytest.fixture
def omar(world: World) -> Browser:
    return visit(world.omar)


def test_everybody_stands_there_with_who_supervises_them(world: World, omar: Browser) -> None:
    page = omar.get("/office/people").content.decode()
    assert page.index("Alice Arden") < page.index("Dana Dell")
    assert "supervised by Sam Sorel" in page
    assert "2 open relationships" in page
    assert "Charlie" not in page


def test_a_supervisor_is_appointed_and_dismissed(world: World, omar: Browser) -> None:
    address = f"/office/people/{world.dana.id}/supervision"
    page = omar.get(f"/office/people/{world.dana.id}").content.decode()
    assert "Nobody supervises them." in page
    nobody = omar.post(address, {"supervisor": ""})
    assert nobody.status_code == 422
    assert "Choose somebody." in nobody.content.decode()
    done = omar.post(address, {"supervisor": world.sam.id}, follow=True).content.decode()
    assert "Supervised by Sam Sorel." in done
    assert "Dana" in visit(world.sam).get("/supervision/radar").content.decode()
    omar.post(address, {"supervisor": world.sam.id, "end": 1})
    with scope.practice(world.practice.id):
        assert not Supervision.objects.filter(supervisee=world.dana).exists()


def test_somebody_of_another_practice_is_not_there(world: World, omar: Browser) -> None:
    assert omar.get(f"/office/people/{world.charlie.id}").status_code == 404
    refused = omar.post(
        f"/office/people/{world.alice.id}/supervision", {"supervisor": world.charlie.id}
    )
    assert refused.status_code == 422


def test_leaving_lists_what_is_to_be_handed_over(world: World, omar: Browser) -> None:
    alice = visit(world.alice)
    page = omar.post(f"/office/people/{world.alice.id}/leave", follow=True).content.decode()
    assert "2 relationships are still theirs" in page
    assert "Ben Bright" in page
    assert alice.get("/today")["Location"].startswith("/account/login/")
    to_dana = f"/office/relationships/{world.alice_and_ben.id}/hand-over"
    assert omar.post(to_dana, {"to": world.rae.id}).status_code == 422
    done = omar.post(to_dana, {"to": world.dana.id}, follow=True).content.decode()
    assert "Dana Dell goes on with it" in done
    with scope.practice(world.practice.id):
        assert Relationship.objects.get(id=world.alice_and_ben.id).therapist_id == world.dana.id
    assert "Ben Bright" in visit(world.dana).get("/clients").content.decode()
    back = omar.post(f"/office/people/{world.alice.id}/come-back", follow=True).content.decode()
    assert "They work here again" in back


def test_the_last_admin_cannot_leave(world: World, omar: Browser) -> None:
    refused = omar.post(f"/office/people/{world.omar.id}/leave")
    assert refused.status_code == 409
    assert "the only one who runs the office" in refused.content.decode()


def test_whoever_is_known_from_imports_only_is_told_apart(world: World, omar: Browser) -> None:
    with scope.practice(world.practice.id):
        known = Member.objects.create(
            practice=world.practice, name="T7", reference="T7", roles=["therapist"]
        )
    assert "No sign-in" in omar.get("/office/people").content.decode()
    assert "--reference T7" in omar.get(f"/office/people/{known.id}").content.decode()


def test_the_number_of_queries_does_not_grow(world: World, omar: Browser) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert omar.get(address).status_code == 200
        return len(seen)

    pages = ("/office/people", f"/office/people/{world.alice.id}", "/office/schedule/book")
    few = [[count(page) for page in pages] for _visit in range(2)][1]  # the first writes marks
    with scope.practice(world.practice.id):
        for number in range(12):
            relate(world.alice, world.ben)
            Member.objects.create(practice=world.practice, name=f"T{number}", roles=["therapist"])
    assert [count(page) for page in pages] == few


def test_what_a_leaver_had_ended_stands_there_to_be_handed_over(
    world: World, omar: Browser
) -> None:
    with scope.practice(world.practice.id):
        Relationship.objects.filter(id=world.alice_and_ben.id).update(
            ended_on=world.alice_and_ben.started_on, ending="planned"
        )
    assert "Ben Bright" not in omar.get(f"/office/people/{world.alice.id}").content.decode()
    page = omar.post(f"/office/people/{world.alice.id}/leave", follow=True).content.decode()
    assert "2 relationships are still theirs" in page
    assert "ended on" in page
    to_dana = f"/office/relationships/{world.alice_and_ben.id}/hand-over"
    done = omar.post(to_dana, {"to": world.dana.id}, follow=True).content.decode()
    assert "Dana Dell goes on with it" in done
