"""What every page's frame needs: the practice, the person, the places they can go."""

from __future__ import annotations

from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, object]:
    """Context processor of the Jinja2 pages."""
    return {}
