"""Appointments: meetings planned, and what became of them.

Tables: ``Appointment``. Neighbours: stands on ``people``; a held appointment becomes a session.
"""
