"""Coders' agreement, and the reliability of items and of raters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from rapport.commands.data import read_columns
from rapport.science import coding, reliability


def on_file(measure: Callable[..., object], data: Path, **arguments: Any) -> object:
    return measure(read_columns(data), **arguments)


def omega(data: Path, items: list[str]) -> dict[str, object]:
    found = asdict(reliability.mcdonald_omega(read_columns(data), items))
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in found.items()
    }


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
} | {"mcdonald_omega": omega}
