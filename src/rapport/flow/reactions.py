"""Event -> reactions. Each reaction is idempotent: it may run again after a fault."""

from __future__ import annotations

from typing import Any

from rapport.kernel.outbox import Reaction

REACTIONS: dict[type[Any], tuple[Reaction, ...]] = {}
