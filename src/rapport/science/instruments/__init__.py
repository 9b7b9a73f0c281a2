"""The measures that ship: one TOML file each, read once and kept.

``load("phq9")`` gives one; ``all()`` gives every one, sorted by key; ``scales()`` gives what the
relationship engine reads of them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rapport.science import history
from rapport.science.instruments.reading import read_instrument
from rapport.science.instruments.shape import (
    Band,
    CutOff,
    Instrument,
    InstrumentError,
    Item,
    MissingRule,
    Norm,
    Option,
    Reliability,
    ReliableChange,
    RiskRule,
    ScaleKey,
)

__all__ = [
    "Band",
    "CutOff",
    "Instrument",
    "InstrumentError",
    "Item",
    "MissingRule",
    "Norm",
    "Option",
    "Reliability",
    "ReliableChange",
    "RiskRule",
    "ScaleKey",
    "all",
    "keys",
    "load",
    "scales",
]

FOLDER = Path(__file__).parent


@cache
def keys() -> tuple[str, ...]:
    """The keys of every measure that ships."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def load(key: str) -> Instrument:
    """Return one measure's key.

    Raises
    ------
    InstrumentError
        When there is no such measure, naming those there are, or when its file is wrong.
    """
    if key not in keys():
        raise InstrumentError(f"There is no measure {key!r}; there are {', '.join(keys())}.")
    path = FOLDER / f"{key}.toml"
    instrument = read_instrument(path.read_text(encoding="utf-8"), name=path.name)
    if instrument.key != key:
        raise InstrumentError(f"{path.name} says that its key is {instrument.key!r}.")
    return instrument


@cache
def all() -> tuple[Instrument, ...]:
    """Every measure that ships, sorted by key."""
    return tuple(load(key) for key in keys())


@cache
def scales() -> dict[tuple[str, str], history.Scale]:
    """Every scale that ships, by (measure, scale), as the relationship engine reads it.

    The forms of one family share their scales, so each stands here once.
    """
    return {scale.key: scale for instrument in all() for scale in instrument.history_scales()}
