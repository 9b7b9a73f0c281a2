"""Models of two sides of one relationship."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from rapport.commands.data import read_columns
from rapport.science import dyad
from tests.science.calls.coding import on_file


def without_words(model: Callable[..., Any], data: Path, **arguments: Any) -> object:
    """A fit without what it says in words, its tuples as lists."""
    return json.loads(
        json.dumps(asdict(model(read_columns(data), **arguments))),
        object_hook=lambda found: {
            name: value for name, value in found.items() if name not in ("notes", "warning")
        },
    )


CALLS: dict[str, Callable[..., object]] = {
    model.__name__: partial(on_file, model) for model in (dyad.apim, dyad.response_surface)
} | {
    model.__name__: partial(without_words, model)
    for model in (dyad.truth_and_bias, dyad.person_mean_centred, dyad.lagged_effects)
}
