"""``rapport migrate``: the database brought to this version."""

from __future__ import annotations

import click

from rapport.commands.output import say
from rapport.commands.practices import rooms


@click.command()
def migrate() -> None:
    """Create the database, or bring it to this version. Safe to run again.

    \b
    Example:
      DATABASE_URL=postgresql://rapport@localhost/rapport rapport migrate
    """
    with rooms():
        bring_up_to_date()
    say("The database is up to date.")


def bring_up_to_date() -> None:
    """Apply what migrations are missing; called with Django running."""
    from django.core.management import call_command

    from rapport.config.settings import CONFIG

    CONFIG.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", interactive=False, verbosity=0)
