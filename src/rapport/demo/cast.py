"""Who is in the synthetic practice. Every name is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

PRACTICE = "Linnet House"
PASSWORD = "walnuts under snow"  # noqa: S105  (printed for everybody; the practice is synthetic)
# Numbers kept free for fiction: nobody answers them.
CRISIS_HELP = """\
You do not have to get through this alone. Somebody answers day and night.
In danger now, emergency: 555-0100
Linnet House, on call: 555-0142"""
DOMAIN = "linnet-house.example"


@dataclass(frozen=True, slots=True)
class Person:
    """A member; ``sign_in`` is the role under which the guide lists them."""

    name: str
    roles: tuple[str, ...]
    sign_in: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"


THERAPIST = Person("Mira Thornfield", ("therapist",), "therapist")
COACH = Person("Corin Highfield", ("coach",), "coach")
SUPERVISOR = Person("Ottilie Brightwater", ("supervisor", "therapist"), "supervisor")
ADMIN = Person("Basil Inkwell", ("admin",), "admin")
INTERPRETER = Person("Samira Wordsworthy", ("interpreter",), "interpreter")
RESEARCHER = Person("Petra Numberly", ("researcher",), "researcher")
COLLEAGUES = (
    Person("Edgar Mossbridge", ("therapist",)),
    Person("Lena Quillfeather", ("therapist",)),
    Person("Tomas Larkwood", ("therapist",)),
)
MEMBERS = (THERAPIST, COACH, SUPERVISOR, ADMIN, INTERPRETER, RESEARCHER, *COLLEAGUES)


@dataclass(frozen=True, slots=True)
class Curve:
    """How one dyad goes: the client's and the therapist's alliance and the distress, 1 to 7."""

    client: tuple[float, ...]
    therapist: tuple[float, ...]
    distress: tuple[float, ...]
    missed_before: dict[int, int]
    given: str = "good"


@dataclass(frozen=True, slots=True)
class Story:
    """One relationship worth looking at, with one curve for each client."""

    key: str
    clients: tuple[str, ...]
    curves: tuple[Curve, ...]
    practitioner: Person = THERAPIST
    kind: Literal["individual", "couple"] = "individual"
    track: Literal["therapy", "coaching"] = "therapy"
    interpreter: Person | None = None
    today: int | None = None
    ended_weeks_ago: int | None = None
    stage: str = "process"
    sleeps: bool = False  # the Sleep Check is assigned from the second session on


STRENGTHENING = Curve(
    (4.3, 4.6, 4.8, 5.2, 5.4, 5.7, 5.9, 6.1, 6.3),
    (4.1, 4.2, 4.7, 4.8, 5.1, 5.4, 5.4, 5.7, 5.9),
    (5.6, 5.5, 5.2, 4.9, 4.7, 4.1, 3.9, 3.4, 3.1),
    {3: 1},
)
QUIET_DECLINE = Curve(
    (6.0, 6.1, 5.9, 5.8, 5.6, 5.5, 5.2, 5.0, 4.7, 4.5, 4.2),
    (5.5, 5.6, 5.5, 5.7, 5.6, 5.5, 5.6, 5.5, 5.6, 5.5, 5.5),
    (4.9, 4.8, 4.9, 4.6, 4.8, 4.9, 4.8, 5.1, 5.0, 5.2, 5.3),
    {8: 1, 11: 1},
    "hard",
)
RUPTURE_AND_REPAIR = Curve(
    (5.2, 5.4, 5.5, 5.6, 5.8, 5.7, 3.1, 4.4, 5.6, 5.9, 6.0, 6.2),
    (4.9, 5.0, 5.2, 5.3, 5.3, 5.4, 4.4, 4.6, 5.1, 5.5, 5.6, 5.7),
    (5.4, 5.3, 5.0, 4.8, 4.6, 4.5, 5.1, 4.9, 4.4, 4.0, 3.8, 3.5),
    {8: 1},
)
EARLY_DROPOUT = Curve((4.2, 3.6, 3.1), (4.9, 4.7, 4.6), (5.7, 5.8, 6.0), {2: 1, 3: 1}, "hard")
TRIAD = Curve(
    (4.6, 4.9, 5.0, 5.4, 5.5, 5.7),
    (4.4, 4.4, 4.8, 5.0, 5.2, 5.3),
    (5.8, 5.6, 5.5, 5.1, 4.9, 4.7),
    {},
)
COUPLE_ONE = Curve(
    (5.5, 5.6, 5.7, 5.9, 6.0, 6.1, 6.2),
    (5.0, 5.0, 5.2, 5.3, 5.4, 5.5, 5.5),
    (4.3, 4.2, 4.0, 3.8, 3.6, 3.5, 3.3),
    {},
)
COUPLE_OTHER = Curve(
    (5.1, 4.9, 4.8, 4.6, 4.7, 4.5, 4.4),
    (5.0, 4.9, 5.0, 5.0, 4.9, 4.9, 5.0),
    (4.4, 4.5, 4.5, 4.8, 4.7, 4.9, 5.0),
    {},
    "hard",
)
COACHING = Curve(
    (5.3, 5.6, 5.8, 6.0, 6.2), (5.2, 5.3, 5.6, 5.8, 5.9), (3.1, 3.0, 2.7, 2.6, 2.3), {}, "coaching"
)
HEAVY = Curve(
    (5.0, 5.2, 5.1, 5.3, 5.2, 5.4, 5.3),
    (4.9, 5.0, 5.0, 5.1, 5.2, 5.2, 5.1),
    (5.9, 5.8, 5.9, 5.7, 5.9, 6.0, 6.1),
    {5: 1},
    "hard",
)
SETBACK = Curve(
    (5.3, 5.5, 5.6, 5.7, 5.9, 5.9, 6.0, 3.2),
    (5.1, 5.2, 5.2, 5.4, 5.4, 5.5, 5.6, 5.3),
    (4.9, 4.8, 4.6, 4.5, 4.3, 4.2, 4.0, 4.3),
    {},
    "hard",
)
JUST_BEGUN = Curve((5.0, 5.3), (4.7, 4.9), (5.2, 5.1), {})

STORIES = (
    Story("strengthening", ("Juniper Vale",), (STRENGTHENING,), today=0),
    Story("rupture", ("Rowan Thistlewick",), (RUPTURE_AND_REPAIR,), today=1, stage="change"),
    Story("decline", ("Aster Penhallow",), (QUIET_DECLINE,), today=2, sleeps=True),
    Story("risk", ("Sorrel Nightingale",), (HEAVY,), today=3),
    Story("triad", ("Yarrow Farsight",), (TRIAD,), interpreter=INTERPRETER, today=4),
    Story(
        "couple", ("Clover Marsh", "Linden Marsh"), (COUPLE_ONE, COUPLE_OTHER), kind="couple"
    ),
    Story("begun", ("Tansy Merriweather",), (JUST_BEGUN,), today=5, stage="commitment"),
    Story("dropout", ("Bramble Hollis",), (EARLY_DROPOUT,), ended_weeks_ago=5, stage="commitment"),
    Story(
        "coaching", ("Fennel Ashgrove",), (COACHING,), COACH, track="coaching", today=1
    ),
    Story("setback", ("Hazel Fairbrook",), (SETBACK,)),
)  # fmt: skip

_GIVEN = ("Alder", "Bryony", "Cedar", "Dahlia", "Elder", "Flax", "Gorse", "Heather")
_FAMILY = ("Oatfield", "Pebblewick", "Ravenscombe", "Silverbeck", "Underhay", "Winterbourne")


def more_names() -> Iterator[str]:
    """Names for the other clients, each once."""
    pairs = product(range(len(_FAMILY)), range(len(_GIVEN)))
    return (f"{_GIVEN[(g + f) % len(_GIVEN)]} {_FAMILY[f]}" for f, g in pairs)
