"""Practice scope: every query on a practice's table is inside one practice, or it raises.

A door enters the scope of the signed-in member's practice; a task enters the scope its message
names. ``every_practice`` is for the few places that stand above practices (sign-in, the relay,
verification of links) and reads as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal, TypeVar
from uuid import UUID

from django.db import models

from rapport.kernel.ids import new_id

EVERY: Final = "every practice"
_current: ContextVar[UUID | Literal["every practice"] | None] = ContextVar(
    "practice_scope", default=None
)


class OutsideScope(RuntimeError):
    """A practice's table was queried with no practice in scope: a fault in the code."""


def current() -> UUID | Literal["every practice"]:
    """The practice in scope; raises :class:`OutsideScope` when there is none."""
    scope = _current.get()
    if scope is None:
        raise OutsideScope("No practice in scope: enter scope.practice(...) first.")
    return scope


@contextmanager
def practice(practice_id: UUID) -> Iterator[None]:
    """Everything inside sees this practice's rows only."""
    token = _current.set(practice_id)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def every_practice() -> Iterator[None]:
    """Everything inside sees the rows of all practices."""
    token = _current.set(EVERY)
    try:
        yield
    finally:
        _current.reset(token)


M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ScopedManager(models.Manager[M_co]):
    """Filters every query by the practice in scope."""

    def get_queryset(self) -> models.QuerySet[M_co]:
        scope = current()
        rows = super().get_queryset()
        return rows if scope == EVERY else rows.filter(practice_id=scope)


class Scoped(models.Model):
    """A row that belongs to one practice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No index of its own: one practice holds most rows of a database, so it would find nothing.
    practice = models.ForeignKey(
        "people.Practice", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
