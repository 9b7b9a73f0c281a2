"""The ``rapport`` command: one module for each subcommand, read only when it is called."""

from __future__ import annotations

import os
from importlib import import_module

import click

COMMANDS = {
    "assess": "rapport.commands.assess:assess",
    "audit": "rapport.commands.audit:audit",
    "demo": "rapport.commands.demo:demo",
    "import": "rapport.commands.import_sessions:import_sessions",
    "measures": "rapport.commands.measures:measures",
    "member": "rapport.commands.people:member",
    "migrate": "rapport.commands.database:migrate",
    "practice": "rapport.commands.people:practice",
    "relay": "rapport.commands.relay:relay",
    "serve": "rapport.commands.serve:serve",
}


class Commands(click.Group):
    """Finds a subcommand's module when it is asked for: ``assess`` must not load Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="rapport")
def main() -> None:
    """Rapport: practice, record and relationship in one self-hosted platform."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
