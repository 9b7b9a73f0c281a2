"""A model's text made ready once: the same text is often fitted to other data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapport.science.sem.cells import Cells, cells_of
from rapport.science.sem.parameters import Equal, Specification, specify
from rapport.science.sem.roles import Roles, roles_of
from rapport.science.sem.standardise import Scaling, scaling_of
from rapport.science.sem.starts import Measurement, measurement_of
from rapport.science.sem.syntax import read_model

__all__ = ["Plan", "plan", "roles_in"]

KEPT = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """A completed model, and for each group what its text alone says of every fit."""

    specification: Specification
    cells: tuple[Cells, ...]
    scalings: tuple[Scaling, ...]
    measurements: tuple[Measurement, ...]


@lru_cache(maxsize=KEPT)
def roles_in(model: str) -> Roles:
    """Read a model's text for the roles of its variables."""
    return roles_of(read_model(model))


@lru_cache(maxsize=KEPT)
def plan(
    model: str, *, means: bool = False, groups: int = 1, equal: frozenset[Equal] = frozenset()
) -> Plan:
    """Read and complete a model's text; see :func:`~rapport.science.sem.parameters.specify`."""
    specification = specify(read_model(model), means=means, groups=groups, equal=equal)
    return Plan(
        specification,
        tuple(cells_of(specification, group) for group in range(groups)),
        tuple(scaling_of(specification, group) for group in range(groups)),
        tuple(measurement_of(specification, group) for group in range(groups)),
    )
