"""Goals in the client's own words, and how far each has been reached, session by session.

Tables: ``Goal``, ``GoalRating`` (append-only; the latest for a session counts). Neighbours:
stands on ``people``; ``alliance`` reads it for the assessment.
"""
