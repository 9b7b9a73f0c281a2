"""Every event has a reaction, and docs/reference/events.md names both."""

import importlib
from dataclasses import is_dataclass
from pathlib import Path

import pytest

import rapport
from rapport.flow import rounds
from rapport.flow.reactions import REACTIONS

SOURCE = Path(rapport.__file__).parent
PAGE = (SOURCE.parents[1] / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| `")]


def events() -> list[type]:
    """Every dataclass that an events.py defines."""
    modules = [
        importlib.import_module(f"rapport.{path.parent.name}.events")
        for path in sorted(SOURCE.glob("*/events.py"))
    ]
    return [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and is_dataclass(thing) and thing.__module__ == module.__name__
    ]


def room_of(thing: object) -> str:
    return str(getattr(thing, "__module__", "")).split(".")[1]


@pytest.mark.parametrize("event", events(), ids=lambda event: event.__name__)
def test_an_event_and_its_reactions_are_documented(event: type) -> None:
    row = next((line for line in ROWS if f"`{room_of(event)}.{event.__name__}`" in line), None)
    assert row is not None, f"docs/reference/events.md lacks {event.__name__}"
    named = {f"`{room_of(reaction)}.{reaction.__name__}`" for reaction in REACTIONS[event]}
    assert named, f"nothing answers {event.__name__}"
    assert {f"`{part}`" for part in row.split("|")[3].replace("`", "").strip().split(", ")} == named


def test_every_reaction_is_explained() -> None:
    explained = {line.split("`")[1] for line in ROWS}
    reactions = {r for answers in REACTIONS.values() for r in answers}
    assert {f"{room_of(r)}.{r.__name__}" for r in reactions} <= explained


def test_every_reaction_answers_an_event_that_is_there() -> None:
    assert set(REACTIONS) == set(events())


def test_what_the_clock_starts_is_documented() -> None:
    started = [rounds.escalate_overdue, rounds.close_expired]
    assert all(f"`{room_of(task)}.{task.__name__}`" in PAGE for task in started)
    assert set(rounds.each_round.__code__.co_names) == {task.__name__ for task in started}


def test_the_page_names_no_event_that_is_gone() -> None:
    known = {f"{room_of(event)}.{event.__name__}" for event in events()}
    known |= {f"{room_of(r)}.{r.__name__}" for answers in REACTIONS.values() for r in answers}
    assert {line.split("`")[1] for line in ROWS} <= known
