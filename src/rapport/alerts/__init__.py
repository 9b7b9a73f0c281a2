"""Alerts: raised with their evidence, owned by somebody, acknowledged, escalated, settled.

Tables: ``Alert``, ``AlertStep``. Neighbours: stands on ``people``; ``measures`` and ``alliance``
raise alerts, the doors show them.
"""
