"""Measures: who is asked what, the check-ins they answer, and the scores.

Tables: ``Wording`` (imported, never shipped), ``Assignment``, ``CheckIn``, ``TalkAbout``,
``Score``, ``ExternalScale``. Neighbours: stands on ``agreements``, ``scheduling``, ``alerts`` and
``people``; scoring itself is ``science.scoring``.
"""
