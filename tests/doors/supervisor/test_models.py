"""The page of models: what is learnt, or why not, and a picture of whether it holds."""

from __future__ import annotations

from django.test import Client as Browser
from django.urls import reverse

from rapport.alliance.models import LearntModel
from rapport.kernel import scope
from tests.people import NOW, World

FARED = {
    "forecasts": 400, "clients": 80, "level": 0.8, "inside": 0.79, "below": 0.1, "above": 0.11,
    "deciles": [0.1] * 10, "gain": 0.18, "gain_se": 0.02,
}  # fmt: skip


def learnt(world: World, **more: object) -> None:
    given: dict[str, object] = {
        "kind": "expected_course", "measure": "week_check", "scale": "distress_total",
        "rater": "client", "version": 1, "data_hash": "d" * 64, "clients": 80, "ratings": 560,
        "learnt_at": NOW,
    }  # fmt: skip
    with scope.practice(world.practice.id):
        LearntModel.objects.create(practice=world.practice, **(given | more))


def page(browser: Browser) -> str:
    return browser.get(reverse("models")).content.decode()


def test_it_says_what_it_takes_while_nothing_is_learnt(world: World, sam: Browser) -> None:
    assert "Nothing is learnt yet" in page(sam)


def test_a_model_in_use_is_shown_with_its_calibration(world: World, sam: Browser) -> None:
    learnt(world, parameters={"model": {}}, judgement={"course": FARED})
    shown = page(sam)
    assert "own model is in use" in shown
    assert "79 % of ratings, where 80 % is right" in shown
    assert "1.20 times as likely by it (95 % interval 1.15 to 1.25)" in shown
    assert shown.count("<svg") > 2
    assert "Do its forecasts hold for clients it was not learnt from?" in shown


def test_what_stays_in_use_instead_is_said_with_its_reason(world: World, sam: Browser) -> None:
    learnt(world, kept_why="An expected course needs at least 50 clients.")
    shown = page(sam)
    assert "Assumptions stay in use. An expected course needs at least 50 clients." in shown
