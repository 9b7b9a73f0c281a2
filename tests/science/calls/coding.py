"""Coders' agreement, and the reliability of items and of raters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from rapport.commands.data import read_columns
from rapport.science import coding, reliability


def on_file(measure: Callable[..., object], data: Path, **arguments: Any) -> object:
    return measure(read_columns(data), **arguments)


CALLS: dict[str, Callable[..., object]] = {
    measure.__name__: partial(on_file, measure)
    for measure in (
        coding.cohen_kappa,
        coding.weighted_kappa,
        coding.fleiss_kappa,
        coding.krippendorff_alpha,
        reliability.cronbach_alpha,
        reliability.icc,
    )
}
