"""Practices, their members, clients, relationships, and the sessions held.

Tables: ``User``, ``Practice``, ``Member``, ``Supervision``, ``Client``, ``Relationship``,
``Participant``, ``Session``. Neighbours: stands on ``kernel``; every clinical room stands on it.
"""
