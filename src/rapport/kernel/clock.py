"""The one place that reads the wall clock. Doors and tasks ask it; actions are told ``at``."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """This instant, aware, in UTC."""
    return timezone.now()
