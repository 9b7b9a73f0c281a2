"""The four stages of a therapy, and where one may go from each (de Rivera, 1992).

A stage is what the clinician says it is. Forward is one step at a time, back is any step with a
reason, and the first confirmation may be any stage, since a relationship may be older than its
record. No score opens or closes a step.
"""

from __future__ import annotations

from rapport.alliance.models import Stage
from rapport.kernel.errors import Refusal

ORDER = (Stage.COMMITMENT, Stage.PROCESS, Stage.CHANGE, Stage.TERMINATION)

EVIDENCE: dict[Stage, dict[str, str]] = {
    Stage.COMMITMENT: {
        "consent_on_file": "Is an agreement or a consent on file?",
        "goals_agreed": "Are goals agreed?",
        "time_and_place": "Is it agreed when, where and how often you meet?",
    },
    Stage.PROCESS: {
        "first_five_held": "Are the first five sessions behind you?",
        "goals_rated": "Have you both looked at how far the goals are?",
        "talks_openly": "Can your client say when something is not right between you?",
    },
    Stage.CHANGE: {
        "goal_reached": "Was a goal closed?",
        "does_differently": "Does your client do something differently in daily life?",
    },
    Stage.TERMINATION: {
        "gains_held": "Have the gains held for some weeks?",
        "ending_agreed": "Is the ending agreed, with its last date?",
        "promises_settled": "Is every promise settled?",
    },
}


class WrongStage(Refusal):
    """Not a stage, or not one that can follow."""

    code = "wrong_stage"


class EvidenceMissing(Refusal):
    """A step needs what speaks for it, and a step back its reason."""

    code = "evidence_missing"


def reachable(current: Stage | None) -> tuple[tuple[Stage, bool], ...]:
    """The stages one may move to, each with whether it needs a reason."""
    if current is None:
        return tuple((stage, False) for stage in ORDER)
    place = ORDER.index(current)
    onward = tuple((stage, False) for stage in ORDER[place + 1 : place + 2])
    return (*onward, *((stage, True) for stage in reversed(ORDER[:place])))


def upcoming(current: Stage | None) -> Stage:
    """The stage whose evidence is worth asking about: the next one, at the end the last."""
    if current is None:
        return ORDER[0]
    return ORDER[min(ORDER.index(current) + 1, len(ORDER) - 1)]


def check_step(current: Stage | None, stage: str, evidence: list[str], words: str) -> Stage:
    """The stage, if one may go there, on this evidence."""
    ways = dict(reachable(current))
    if stage not in Stage.values or Stage(stage) not in ways:
        names = ", ".join(way.label for way in ways)
        raise WrongStage(
            f"From here one can move to: {names}.", fields={"stage": "Choose one of these."}
        )
    unknown = set(evidence) - {key for keys in EVIDENCE.values() for key in keys}
    if unknown:
        raise WrongStage(f"Unknown evidence: {', '.join(sorted(unknown))}.")
    if ways[Stage(stage)] and not words:
        raise EvidenceMissing("Say in a few words why you go back.", fields={"words": "Why back?"})
    if not evidence and not words:
        raise EvidenceMissing(
            "Say what speaks for this stage: tick what applies, or write it down.",
            fields={"evidence": "Tick what applies."},
        )
    return Stage(stage)
