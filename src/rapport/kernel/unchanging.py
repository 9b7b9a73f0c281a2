"""Facts that are only ever added to: their rows refuse to be changed or removed.

A model says which of its fields never change; every ``UPDATE`` that names one of them is a
fault in the code, whether it comes from ``save()`` or from a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, NoReturn, TypeVar

from django.db import models

from rapport.kernel.scope import Scoped, ScopedManager

EVERY_FIELD: Final = frozenset({"every field"})
M = TypeVar("M", bound=models.Model, covariant=True)  # noqa: PLC0105  (as Django's own stubs)


class FactKeptError(RuntimeError):
    """Something tried to change or remove a fact that is kept as it was."""


class UnchangingQuerySet(models.QuerySet[M]):
    """Refuses to update the fields that its model calls ``unchanging``, and to remove rows."""

    def update(self, **values: Any) -> int:
        self._check(values)
        return super().update(**values)

    def _update(self, values: Sequence[tuple[models.Field[Any, Any], Any, Any]]) -> int:
        # What Model.save() ends in; without update_fields it names every field there is.
        self._check(field.name for field, _, _ in values)
        rows: int = super()._update(values)  # type: ignore[misc]
        return rows

    def delete(self) -> NoReturn:
        raise FactKeptError(f"{self.model.__name__} rows are kept: they cannot be removed.")

    def _check(self, names: Iterable[str]) -> None:
        kept: frozenset[str] = self.model.unchanging  # type: ignore[attr-defined]
        changed = sorted(name for name in names if kept is EVERY_FIELD or name in kept)
        if changed:
            raise FactKeptError(
                f"{self.model.__name__} keeps {', '.join(changed)} as first written."
            )


UnchangingManager = ScopedManager.from_queryset(UnchangingQuerySet)


class Unchanging(Scoped):
    """A practice's row that is appended, never changed; a model may name the fields instead."""

    unchanging: ClassVar[frozenset[str]] = EVERY_FIELD
    objects = UnchangingManager()  # type: ignore[misc]

    class Meta(Scoped.Meta):
        abstract = True
