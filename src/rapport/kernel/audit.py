"""The audit log: a hash chain per practice, keyed, so that no row can be changed unseen.

``digest = HMAC-SHA256(audit key, previous digest | number | the row)``. Without the key a forged
row cannot be given a fitting digest. The head row, sealed with the same key, shows when the end
was cut off.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from rapport.kernel.actor import Actor
from rapport.kernel.crypto import key_for
from rapport.kernel.models import AuditEntry, AuditHead


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where one practice's chain stops being true, and how."""

    practice_id: UUID
    number: int
    what: str


@transaction.atomic
def record(
    verb: str, subject_kind: str, subject_ids: Iterable[UUID], *, by: Actor, at: datetime
) -> None:
    """Append one entry to the practice's chain, inside the caller's transaction if there is one."""
    head = _locked_head(by.practice_id)
    entry = AuditEntry(
        practice_id=by.practice_id,
        number=head.number + 1,
        at=at,
        actor_kind=by.kind,
        actor_id=by.id,
        verb=verb,
        subject_kind=subject_kind,
        subject_ids=[str(subject) for subject in subject_ids],
        previous=head.digest,
    )
    entry.digest = _digest(entry)
    entry.save(force_insert=True)
    head.number, head.digest = entry.number, entry.digest
    head.seal = _seal(head)
    head.save(update_fields=["number", "digest", "seal"])


def verify(practices: Collection[UUID]) -> list[ChainFault]:
    """Walk every chain from its first link; return the first fault of each broken one.

    ``practices`` are all that there are: each began its chain when it was opened, so one without
    a chain has lost it.
    """
    heads = {head.practice_id: head for head in AuditHead.objects.all()}
    written = AuditEntry.objects.values_list("practice_id", flat=True).distinct()
    faults = (
        _verify_chain(heads[practice_id])
        if practice_id in heads
        else ChainFault(practice_id, 0, "the chain's head is missing")
        for practice_id in sorted({*practices, *heads, *written})
    )
    return [fault for fault in faults if fault]


def verify_practice(practice_id: UUID) -> ChainFault | None:
    """Walk one practice's chain; return its first fault."""
    head = AuditHead.objects.filter(practice_id=practice_id).first()
    return (
        _verify_chain(head) if head else ChainFault(practice_id, 0, "the chain's head is missing")
    )


def length(practice_id: UUID) -> int:
    """How many entries one practice's chain has."""
    head = AuditHead.objects.filter(practice_id=practice_id).first()
    return head.number if head else 0


def _verify_chain(head: AuditHead) -> ChainFault | None:
    number, digest = 0, ""
    entries = AuditEntry.objects.filter(practice_id=head.practice_id).order_by("number")
    for entry in entries.iterator(chunk_size=2000):
        number += 1
        if entry.number != number:
            return ChainFault(head.practice_id, number, "an entry is missing")
        if entry.previous != digest:
            return ChainFault(head.practice_id, number, "an entry does not follow the one before")
        if not hmac.compare_digest(entry.digest, _digest(entry)):
            return ChainFault(head.practice_id, number, "an entry was changed")
        digest = entry.digest
    if (number, digest) != (head.number, head.digest):
        return ChainFault(head.practice_id, number + 1, "the end of the chain is missing")
    if not hmac.compare_digest(head.seal, _seal(head)):
        return ChainFault(head.practice_id, number + 1, "the head of the chain was changed")
    return None


def _locked_head(practice_id: UUID) -> AuditHead:
    locked = AuditHead.objects.select_for_update().filter(practice_id=practice_id)
    head = locked.first()
    if head is None:
        AuditHead.objects.get_or_create(practice_id=practice_id)
        head = locked.get()
    return head


def _seal(head: AuditHead) -> str:
    """What only the holder of the key can say: the chain ends here."""
    return _hmac(f"head|{head.practice_id}|{head.number}|{head.digest}")


def _digest(entry: AuditEntry) -> str:
    row = json.dumps(
        [
            entry.previous,
            entry.number,
            str(entry.practice_id),
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor_kind,
            str(entry.actor_id or ""),
            entry.verb,
            entry.subject_kind,
            entry.subject_ids,
        ],
        separators=(",", ":"),
    )
    return _hmac(row)


def _hmac(text: str) -> str:
    return hmac.new(key_for("audit chain"), text.encode(), hashlib.sha256).hexdigest()
