"""The ``rapport`` command."""

from __future__ import annotations

import os

import click


@click.group()
def main() -> None:
    """Rapport: practice, record and relationship in one self-hosted platform."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
