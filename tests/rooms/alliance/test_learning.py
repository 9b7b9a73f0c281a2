"""The practice's own models: learnt from what may be read, kept, used, or not and why."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from rapport.alliance import learning
from rapport.alliance.in_use import courses_in_use, dropout_in_use
from rapport.alliance.models import LearntModel, Standing
from rapport.alliance.queries import relationship_view
from rapport.alliance.queries.learnt import model_board
from rapport.alliance.queries.prospect import prospect_of
from rapport.alliance.tasks import reassess_everybody
from rapport.kernel import audit, clock
from rapport.kernel.actor import system
from rapport.kernel.errors import NotFound
from rapport.measures.models import ExternalScale, Score
from rapport.people.models import Client, Participant, Relationship, Session
from tests.people import NOW, World, actor

CLIENTS, SESSIONS = 80, 8


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def busy(in_practice: World) -> World:
    """Eighty clients with eight sessions each; those who rate low tend to leave early."""
    rng, practice = np.random.default_rng(4), in_practice.practice
    ExternalScale.objects.create(
        practice=practice, measure="bond", scale="total", construct="alliance", role="relationship",
        higher_is_better=True, label="Bond",
    )  # fmt: skip
    for number in range(CLIENTS):
        client = Client.objects.create(
            practice=practice, given_name=f"N{number}", family_name="N", created_at=NOW
        )
        level = rng.normal(4, 1)
        leaves = rng.random() < 1 / (1 + np.exp(1.5 * (level - 3.5)))
        length = int(rng.integers(2, 5)) if leaves else SESSIONS
        relationship = Relationship.objects.create(
            practice=practice, therapist=in_practice.alice, started_on=NOW.date(),
            ended_on=NOW.date() if leaves else None, ending="dropout" if leaves else "",
        )  # fmt: skip
        Participant.objects.create(practice=practice, relationship=relationship, client=client)
        for session in range(1, length + 1):
            Session.objects.create(
                practice=practice, relationship=relationship, number=session,
                held_at=NOW - timedelta(weeks=10 - session),
            )  # fmt: skip
            Score.objects.create(
                practice=practice, relationship=relationship, client=client, rater="client",
                session_number=session, measure="bond", scale="total", at=NOW,
                value=level + 0.3 * np.log(session) + rng.normal(0, 0.5),
            )  # fmt: skip
    return in_practice


def refit(world: World) -> tuple[LearntModel, ...]:
    return learning.refit(by=system(world.practice.id), at=clock.now(), progress=silent)


def test_with_enough_data_both_are_learnt_and_used(busy: World) -> None:
    course, leaving = refit(busy)
    assert (course.kind, course.clients, course.kept_why) == ("expected_course", CLIENTS, "")
    assert leaving.kind == "dropout"
    assert course.judgement["course"]["inside"] == pytest.approx(0.8, abs=0.07)
    (model,) = courses_in_use().values()
    assert (model.clients, model.version) == (CLIENTS, "1")
    assert model.data_hash == course.data_hash
    assert audit.verify_practice(busy.practice.id) is None


def test_the_engine_says_which_is_in_use(busy: World) -> None:
    refit(busy)
    done = list(reassess_everybody())
    assert done[-1] == (len(done), len(done))
    standing = Standing.objects.filter(relationship__therapist=busy.alice, ended=False).last()
    assert standing is not None
    (course,) = standing.assessment.result["expected_course"]
    assert "own model, fitted on 80 clients of this practice, version 1" in course["priors_in_use"]


def test_learning_again_makes_the_next_version(busy: World) -> None:
    refit(busy)
    again, _leaving = refit(busy)
    assert again.version == 2
    (model,) = courses_in_use().values()
    assert model.version == "2"


def test_with_too_little_the_assumptions_stay_and_the_reason_is_kept(in_practice: World) -> None:
    Score.objects.create(
        practice=in_practice.practice,
        relationship=in_practice.alice_and_ben,
        client=in_practice.ben,
        rater="client",
        session_number=1,
        measure="week_check",
        scale="distress_total",
        value=9,
        at=NOW,
    )
    (row,) = refit(in_practice)
    assert "needs at least 50 clients with two ratings; there are 0" in row.kept_why
    assert row.parameters is None
    assert courses_in_use() == {}
    assert dropout_in_use() is None


def test_a_prediction_is_made_only_for_those_who_still_come(busy: World) -> None:
    _course, leaving = refit(busy)
    going = Relationship.objects.filter(ended_on=None, started_on=NOW.date()).exclude(
        id=busy.alice_and_ben.id
    )
    relationship = next(one for one in going if Session.objects.filter(relationship=one).count())
    Session.objects.filter(relationship=relationship, number__gt=3).delete()
    client = Participant.objects.get(relationship=relationship).client
    view = relationship_view(relationship, client=client, at=clock.now())
    found = prospect_of(view)
    if leaving.kept_why:
        assert found is None
    else:
        assert found is not None
        assert found.session == 3
        assert 0 < found.low < found.dropout < found.high < 1


def test_only_a_supervisor_reads_how_models_fare(busy: World) -> None:
    refit(busy)
    assert {row.label for row in model_board(by=actor(busy.sam))} == {"Bond"}
    with pytest.raises(NotFound):
        model_board(by=actor(busy.alice))
