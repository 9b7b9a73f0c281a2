"""Starting Django for a subcommand, and finding the practice that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rapport.commands.output import BadInputError

if TYPE_CHECKING:
    from rapport.people.models import Practice

named_practice = click.option(
    "--practice", "practice_name", metavar="NAME", help="Needed where there is more than one."
)


def start_django() -> None:
    """Load settings and rooms; what the environment says wrongly ends the command in one line."""
    import django

    django.setup()


def the_practice(name: str | None) -> Practice:
    """The practice of that name, or the only one."""
    from rapport.people.models import Practice

    practices = list(Practice.objects.order_by("name"))
    chosen = [one for one in practices if name in {None, one.name}]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(repr(one.name) for one in practices)
    if not practices:
        raise BadInputError("There is no practice yet: `rapport practice open NAME` opens one.")
    if name is None:
        raise BadInputError(f"Say which practice with --practice: {names}")
    raise BadInputError(f"There is no one practice {name!r}; there are {names}")
