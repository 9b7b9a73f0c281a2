"""Alliance: what the engine makes of each relationship, over time.

Tables: ``Assessment`` (append-only), ``Standing`` (the latest, one row per dyad, for lists),
``StageStep``, ``LearntModel`` (append-only: the practice's own models, in use or not).
Neighbours: reads ``measures``, ``goals``, ``scheduling``, ``people`` through their queries;
raises ``alerts``. The thinking is ``science.relationship``.
"""
