"""How each dyad goes, session by session: the answers that were given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rapport.demo.cast import Curve
from rapport.science.simulate import Simulation

Answers = dict[str, float]
CONSTRUCTS = ("goal", "task", "bond", "real_relationship", "empathy", "congruence", "regard")
# Regard and empathy are usually rated above goals and tasks.
LIFT = np.array([-0.3, -0.2, 0.2, 0.0, 0.2, 0.1, 0.4])


@dataclass(frozen=True, slots=True)
class Course:
    """One dyad's answers; a list entry is ``None`` where nothing was given."""

    client: tuple[Answers | None, ...]
    therapist: tuple[Answers | None, ...]
    week: tuple[Answers | None, ...]
    missed_before: tuple[int, ...]
    mood: str
    dropped_out: bool = False

    def __len__(self) -> int:
        return len(self.client)

    def until(self, n: int) -> Course:
        """The same course after its first ``n`` sessions, still going on."""
        return replace(
            self,
            client=self.client[:n],
            therapist=self.therapist[:n],
            week=self.week[:n],
            missed_before=self.missed_before[:n],
            dropped_out=False,
        )


def told(curve: Curve, rng: np.random.Generator) -> Course:
    """A course that follows a curve, with a little of everyday's unevenness."""
    n = len(curve.client)
    return Course(
        client=tuple(_form(level, rng) for level in curve.client),
        therapist=tuple(_form(level, rng) for level in curve.therapist),
        week=tuple(_week(level, rng) for level in curve.distress),
        missed_before=tuple(curve.missed_before.get(number, 0) for number in range(1, n + 1)),
        mood=curve.given,
    )


def simulated(simulation: Simulation, index: int, rng: np.random.Generator) -> Course:
    """A course as the simulation has it."""
    n = int(simulation.length[index])
    distress = simulation.distress[index, :n].tolist()
    return Course(
        client=_given(simulation.client[index, :n], simulation.client_given[index, :n]),
        therapist=_given(simulation.therapist[index, :n], simulation.therapist_given[index, :n]),
        week=tuple(
            _week(level, rng) if given else None
            for level, given in zip(distress, simulation.client_given[index, :n], strict=True)
        ),
        missed_before=tuple(simulation.missed_before[index, :n].tolist()),
        mood="good" if distress[-1] < distress[0] else "hard",
        dropped_out=bool(simulation.dropped_out[index]),
    )


def nights(week: Answers) -> Answers:
    """A Sleep Check that goes with a week: harder weeks have harder nights."""
    weight = week["distress"]
    return {
        "falling_asleep": weight,
        "waking": max(0.0, weight - 1),
        "rested": 6 - weight,
        "days": 6 - week["functioning"],
    }


def _form(level: float, rng: np.random.Generator) -> Answers:
    values = np.clip(np.rint(level + LIFT + rng.normal(0, 0.25, len(CONSTRUCTS))), 1, 7)
    return dict(zip(CONSTRUCTS, values.tolist(), strict=True))


def _given(values: np.ndarray, given: np.ndarray) -> tuple[Answers | None, ...]:
    return tuple(
        dict(zip(CONSTRUCTS, row.tolist(), strict=True)) if there else None
        for row, there in zip(values, given, strict=True)
    )


def _week(distress: float, rng: np.random.Generator) -> Answers:
    """Week Check answers that go with a distress of 1 to 7; the risk question is a no."""
    weight = np.clip(np.rint(distress - 1 + rng.normal(0, 0.3)), 0, 6)
    others = np.clip(np.rint(7 - distress + rng.normal(0, 0.6, 3)), 0, 6).tolist()
    names = ("functioning", "wellbeing", "life_satisfaction")
    return {"distress": float(weight), **dict(zip(names, others, strict=True)), "risk": 0.0}
