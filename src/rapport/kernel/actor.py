"""Who is doing something: passed to every action as ``by``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["member", "client", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system itself) acting inside one practice."""

    kind: ActorKind
    id: UUID | None
    practice_id: UUID
    roles: frozenset[str] = frozenset()

    @property
    def person_id(self) -> UUID:
        """Whose name stands under a deed that needs one: the system signs nothing."""
        if self.id is None:
            raise ValueError("The system itself cannot do this: it takes a person.")
        return self.id

    def has(self, role: str) -> bool:
        return role in self.roles


def system(practice_id: UUID) -> Actor:
    """The platform acting by itself, for example when it recomputes an assessment."""
    return Actor(kind="system", id=None, practice_id=practice_id)
