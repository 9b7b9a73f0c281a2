"""Newton's method with Fisher scoring far from the solution, and a step that never climbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np

from rapport.science.refusals import NotConvergedError
from rapport.science.sem.arrays import Floats
from rapport.science.sem.solving import positive_solution

__all__ = ["minimise"]


MOST_STEPS = 200
MOST_HALVINGS = 30
CONVERGED = 1e-12
"""Of the Newton decrement gᵀH⁻¹g: what is left is a millionth of a standard error."""
QUADRATIC = 1e-7
"""A decrement after which one more Newton step leaves about its square."""
NEAR = 10.0
"""A decrement from which the Hessian itself is trusted."""
SUFFICIENT = 1e-4
ROUNDING = 1e-13
RIDGE = 1e-10


class Evaluated(Protocol):
    """What the optimiser must know of a point."""

    @property
    def theta(self) -> Floats: ...
    @property
    def value(self) -> Floats: ...
    @property
    def gradient(self) -> Floats: ...
    def expected(self) -> Floats: ...
    def observed(self) -> Floats: ...


E = TypeVar("E", bound=Evaluated)
E_co = TypeVar("E_co", bound=Evaluated, covariant=True)


class Minimised(Protocol[E_co]):
    """What can be evaluated at a point, or raises ``LinAlgError`` where it has no value."""

    def at(self, theta: Floats) -> E_co: ...


def minimise(objective: Minimised[E], *starts: Callable[[], Floats]) -> tuple[E, int]:
    """Return the evaluation at the minimum, and the number of steps taken.

    It begins at the first of ``starts`` that has a value.

    Raises
    ------
    NotConvergedError
        Where there is no start, no descent, or no end.
    """
    current, decrement = _begin(objective, starts), np.inf
    for taken in range(MOST_STEPS):
        near = decrement < NEAR
        step, decrement = _step(current, near=near)
        if decrement < CONVERGED:
            return current, taken
        following = _descend(objective, current, step, decrement)
        if following is None:
            break
        current = following
        if near and decrement < QUADRATIC:
            return current, taken + 1
    raise NotConvergedError(
        f"The fit stopped after {taken} steps before it converged: the model may not be "
        "identified, or may not suit these data. Simplify it, or give other start() values."
    )


def _begin(objective: Minimised[E], starts: tuple[Callable[[], Floats], ...]) -> E:
    for start in starts:
        try:
            return objective.at(start())
        except np.linalg.LinAlgError:
            continue
    raise NotConvergedError(
        "The model has no likelihood at its starting values: give others with start()."
    )


def _step(current: Evaluated, *, near: bool) -> tuple[Floats, float]:
    """Newton's step where the Hessian is positive definite, else Fisher's; and its decrement."""
    if near:
        step = positive_solution(current.observed(), -current.gradient)
        if step is not None:
            return step, -float(current.gradient @ step)
    information = current.expected()
    step = positive_solution(information, -current.gradient)
    if step is None:
        scale = np.diagonal(information)
        ridge = RIDGE * np.maximum(scale, scale.max() * RIDGE)
        step = np.linalg.solve(information + np.diag(ridge), -current.gradient)
    return step, -float(current.gradient @ step)


def _descend(objective: Minimised[E], current: E, step: Floats, decrement: float) -> E | None:
    slack = ROUNDING * abs(float(current.value))
    share = 1.0
    for _ in range(MOST_HALVINGS):
        try:
            following = objective.at(current.theta + share * step)
        except np.linalg.LinAlgError:
            pass
        else:
            if following.value <= current.value - SUFFICIENT * share * decrement + slack:
                return following
        share /= 2
    return None
