"""What every room stands on, and nothing clinical.

Practice scope, the actor, the audit chain, the outbox, keys and tokens, errors and the clock.
Tables: ``OutboxMessage``, ``AuditEntry``, ``AuditHead``. Neighbours: none below; every room
above may use it.
"""
