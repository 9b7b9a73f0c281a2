"""The synthetic practice: what a visitor finds in it, and that nobody in it is real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import transaction
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from rapport.alerts.models import Alert
from rapport.alliance.models import Standing
from rapport.demo import cast
from rapport.demo.build import build
from rapport.demo.casting import OTHERS, parts, zone_for
from rapport.demo.guide import Guide, guide, real_practices, synthetic_practice
from rapport.kernel import audit, clock, scope
from rapport.kernel.models import OutboxMessage
from rapport.measures.blindness import sealed
from rapport.measures.models import CheckIn
from rapport.people.models import Client, Member, Participant, Practice, Relationship, Session
from rapport.people.queries import practice_ids
from rapport.scheduling.models import Appointment
from rapport.science.assessment import Assessment
from rapport.science.simulate import simulate_dyads

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Practice]:
    """Built once for the whole file, and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(at=clock.now())
        transaction.set_rollback(True)


@pytest.fixture
def built(once: Practice) -> Iterator[Practice]:
    with scope.practice(once.id):
        yield once


@pytest.fixture
def way_in(built: Practice) -> Guide:
    return guide(built, at=clock.now())


def relationship_of(name: str) -> Relationship:
    given, family = name.split()
    client = Client.objects.get(given_name=given, family_name=family)
    return Participant.objects.select_related("relationship").get(client=client).relationship


def assessed(name: str) -> Assessment:
    given, family = name.split()
    standing = Standing.objects.get(client__given_name=given, client__family_name=family)
    return Assessment.from_dict(standing.assessment.result)


def test_everything_a_visitor_should_find(built: Practice, way_in: Guide) -> None:
    assert built.synthetic
    assert not real_practices()
    assert synthetic_practice() == built
    assert Relationship.objects.count() == len(cast.STORIES) + OTHERS
    assert Standing.objects.count() == Participant.objects.count()
    assert relationship_of("Yarrow Farsight").interpreter is not None
    assert relationship_of("Clover Marsh") == relationship_of("Linden Marsh")
    assert relationship_of("Fennel Ashgrove").track == "coaching"
    assert relationship_of("Bramble Hollis").ending == "dropout"
    assert {person.role for person in way_in.sign_ins} == {
        "therapist",
        "coach",
        "supervisor",
        "admin",
        "interpreter",
        "researcher",
    }


def test_the_stories_show_what_they_are_named_for(built: Practice) -> None:
    rupture = assessed("Rowan Thistlewick").ruptures
    assert any(flag.session == 7 and flag.repair == "repaired" for flag in rupture)
    decline = [lv for lv in assessed("Aster Penhallow").levels if lv.construct == "alliance"]
    client = next(level for level in decline if level.rater == "client")
    assert client.value < client.own_mean - 0.5
    growth = [lv for lv in assessed("Juniper Vale").changes if lv.construct == "distress"]
    assert growth[0].better


def test_today_has_a_past_and_a_future(built: Practice) -> None:
    zone, now = ZoneInfo(built.timezone), clock.now()
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    day = Appointment.objects.filter(
        relationship__therapist__name=cast.THERAPIST.name,
        starts_at__range=(midnight, midnight + timedelta(days=1)),
    )
    states = list(day.order_by("starts_at").values_list("state", flat=True))
    assert states == ["held", *["planned"] * 5]
    assert all(
        start > now for start in day.filter(state="planned").values_list("starts_at", flat=True)
    )
    assert not Session.objects.filter(held_at__gt=now).exists()


def test_one_rating_is_sealed_and_one_risk_is_open(built: Practice) -> None:
    morning = relationship_of("Juniper Vale")
    assert {key.session_number for key in sealed([morning.id], at=clock.now())} == {9}
    alert = Alert.objects.get(kind="risk")
    assert (alert.acknowledged_at, alert.relationship) == (
        None,
        relationship_of("Sorrel Nightingale"),
    )


def test_links_open_what_they_say(way_in: Guide, client: Browser) -> None:
    assert way_in.check_in is not None
    for link in (way_in.check_in, way_in.progress):
        assert client.get(urlsplit(link).path).status_code == 200


def test_what_was_published_has_taken_effect(built: Practice) -> None:
    assert audit.verify(practice_ids()) == []
    waiting = OutboxMessage.objects.filter(due_at__lte=clock.now())
    assert not waiting.exists()
    assert not OutboxMessage.objects.exclude(fault="").exists()


def test_names_and_addresses_are_invented(built: Practice) -> None:
    addresses = [*Client.objects.values_list("email", flat=True)]
    addresses += Member.objects.values_list("user__email", flat=True)
    assert all(address.endswith(".example") for address in addresses)
    names = [client.name for client in Client.objects.all()]
    assert len(names) == len(set(names))
    assert not CheckIn.objects.filter(client__phone__gt="").exists()


def test_the_same_seed_casts_the_same_practice() -> None:
    now = datetime(2026, 3, 5, 11, 40, tzinfo=UTC)
    one, other = (list(parts(now, np.random.default_rng(7))) for _ in range(2))
    assert one == other


def test_dropout_is_calibrated() -> None:
    simulation = simulate_dyads(np.random.default_rng(7), 4000)
    assert simulation.dropout_probability.mean() == pytest.approx(0.197, abs=1e-3)


@pytest.mark.parametrize("hour", range(24))
def test_somewhere_it_is_late_morning(hour: int) -> None:
    for month in (1, 7):
        at = datetime(2026, month, 15, hour, 30, tzinfo=UTC)
        assert 10 <= at.astimezone(zone_for(at)).hour < 14
