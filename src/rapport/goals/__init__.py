"""Goals in the client's own words, how far each has been reached, and promises made.

Tables: ``Goal``, ``GoalRating`` (append-only; the latest for a session counts), ``Promise``.
Neighbours: stands on ``people``; ``alliance`` reads it for the assessment and the brief.
"""
