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

    @property
    def n_structural(self) -> int:
        """How many of the unconstrained parameters, the first, are of paths or covariances.

        All where linear constraints may tie them to intercepts.
        """
        specification = self.specification
        if specification.kernel is not None:
            return specification.n_unconstrained
        free = [one.free for one in specification.parameters if one.op != "~1"]
        return max(free, default=-1) + 1


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
