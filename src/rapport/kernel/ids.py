"""Identifiers: UUID version 7 (RFC 9562), so that new rows stand together in an index."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A time-ordered, unguessable identifier: 60 bits of time, 62 of randomness.

    The milliseconds and a twelve-bit fraction of one (RFC 9562, method 3) never repeat within a
    process, so that ordering by identifier is ordering by creation.
    """
    global _last  # noqa: PLW0603  (one clock for the process)
    with _lock:
        _last = tick = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
    value = (tick >> 12 & (1 << 48) - 1) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))
