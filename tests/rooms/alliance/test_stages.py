from datetime import timedelta

import pytest

from rapport.agreements.actions import give_consent
from rapport.alliance.actions import NotTheTherapist, confirm_stage
from rapport.alliance.models import Stage, StageStep
from rapport.alliance.queries import brief_for, stage_panel
from rapport.alliance.stages import EvidenceMissing, WrongStage
from rapport.goals.actions import set_goal
from rapport.kernel.unchanging import FactKeptError
from tests.people import NOW, World, actor
from tests.rooms.alliance.story import assess, both, meet, steady


def confirm(world: World, stage: str, *evidence: str, words: str = "", days: int = 0) -> StageStep:
    return confirm_stage(
        world.alice_and_ben,
        stage=stage,
        evidence=evidence,
        words=words,
        by=actor(world.alice),
        at=NOW + timedelta(days=days),
    )


def met(world: World) -> dict[str, bool | None]:
    panel = stage_panel(world.alice_and_ben, at=NOW)
    return {prompt.key: prompt.met for prompt in panel.prompts}


def test_a_stage_is_a_clinicians_word_on_evidence(in_practice: World) -> None:
    world = in_practice
    assert stage_panel(world.alice_and_ben, at=NOW).current is None
    confirm(world, "commitment", "goals_agreed")
    panel = stage_panel(world.alice_and_ben, at=NOW)
    assert panel.current is not None
    assert (panel.current.label, panel.current.by_name) == ("Commitment", "Alice Arden")
    assert panel.current.evidence == ("Are goals agreed?",)
    assert brief_for(world.alice_and_ben, client=world.ben, at=NOW).stage == "Commitment"


def test_forward_is_one_step_and_back_needs_a_reason(in_practice: World) -> None:
    world = in_practice
    confirm(world, "commitment", "goals_agreed")
    with pytest.raises(WrongStage, match="Process"):
        confirm(world, "change", "goal_reached", days=1)
    confirm(world, "process", "first_five_held", days=1)
    choices = stage_panel(world.alice_and_ben, at=NOW).choices
    assert [(choice.stage, choice.needs_reason) for choice in choices] == [
        ("change", False),
        ("commitment", True),
    ]
    with pytest.raises(EvidenceMissing):
        confirm(world, "commitment", "goals_agreed", days=2)
    confirm(world, "commitment", words="We found other goals.", days=2)
    trail = stage_panel(world.alice_and_ben, at=NOW).trail
    assert [entry.stage for entry in trail] == ["commitment", "process", "commitment"]


@pytest.mark.parametrize("first", Stage.values)
def test_a_relationship_older_than_its_record_may_begin_anywhere(
    in_practice: World, first: str
) -> None:
    assert confirm(in_practice, first, words="We know each other.").stage == first


def test_a_step_needs_something_that_speaks_for_it(in_practice: World) -> None:
    with pytest.raises(EvidenceMissing):
        confirm(in_practice, "commitment")
    with pytest.raises(WrongStage, match="alliance_is_high"):
        confirm(in_practice, "commitment", "alliance_is_high")
    with pytest.raises(WrongStage):
        confirm(in_practice, "cured", "goals_agreed")
    assert not StageStep.objects.exists()


def test_only_the_therapist_confirms(in_practice: World) -> None:
    world = in_practice
    for member in (world.sam, world.dana, world.omar):
        with pytest.raises(NotTheTherapist):
            confirm_stage(
                world.alice_and_ben,
                stage="commitment",
                evidence=["goals_agreed"],
                words="",
                by=actor(member),
                at=NOW,
            )


def test_a_step_is_kept(in_practice: World) -> None:
    confirm(in_practice, "commitment", "goals_agreed")
    with pytest.raises(FactKeptError):
        StageStep.objects.update(stage="change")


def test_prompts_are_answered_from_the_record(in_practice: World) -> None:
    world = in_practice
    assert met(world) == {"consent_on_file": False, "goals_agreed": False, "time_and_place": None}
    alice = {"by": actor(world.alice), "at": NOW}
    give_consent(world.alice_and_ben, client=world.ben, purpose="messages", text="Yes.", **alice)
    set_goal(world.alice_and_ben, client=world.ben, words="Sleep", area="", **alice)
    assert met(world) == {"consent_on_file": True, "goals_agreed": True, "time_and_place": None}
    confirm(world, "commitment", "goals_agreed")
    steady(world.alice_and_ben, 4)
    assert met(world)["first_five_held"] is False
    meet(world.alice_and_ben, 5)
    assert met(world)["first_five_held"] is True


def test_no_score_moves_a_stage_or_its_prompts(in_practice: World) -> None:
    world = in_practice
    steady(world.alice_and_ben, 5, value=7)
    assess(world.alice_and_ben)
    before = stage_panel(world.alice_and_ben, at=NOW)
    both(meet(world.alice_and_ben, 6), 1, 1)
    assess(world.alice_and_ben)
    assert stage_panel(world.alice_and_ben, at=NOW) == before
