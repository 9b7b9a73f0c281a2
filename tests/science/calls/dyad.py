"""Models of two sides of one relationship."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rapport.science import dyad
from tests.science.calls.coding import on_file

CALLS: dict[str, Callable[..., object]] = {
    model.__name__: partial(on_file, model) for model in (dyad.apim, dyad.response_surface)
}
