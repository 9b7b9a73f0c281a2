"""The ``rapport`` command: one module for each subcommand, read only when it is called."""

from __future__ import annotations

import os

import click

from rapport.commands.lazy import LazyGroup

COMMANDS = {
    "assess": "rapport.commands.assess:assess",
    "audit": "rapport.commands.audit:audit",
    "change": "rapport.commands.change:change",
    "coders": "rapport.commands.coders:coders",
    "demo": "rapport.commands.demo:demo",
    "fit": "rapport.commands.fit:fit",
    "import": "rapport.commands.import_sessions:import_sessions",
    "measures": "rapport.commands.measures:measures",
    "member": "rapport.commands.people:member",
    "migrate": "rapport.commands.database:migrate",
    "models": "rapport.commands.models:models",
    "practice": "rapport.commands.people:practice",
    "relay": "rapport.commands.relay:relay",
    "serve": "rapport.commands.serve:serve",
    "stats": "rapport.commands.stats:stats",
    "sudden-gains": "rapport.commands.sudden_gains:sudden_gains",
    "synchrony": "rapport.commands.synchrony:synchrony",
}


@click.group(cls=LazyGroup, places=COMMANDS)
@click.version_option(package_name="rapport")
def main() -> None:
    """Rapport: practice, record and relationship in one self-hosted platform."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
