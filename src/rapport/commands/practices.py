"""Starting Django for a subcommand, and finding the practice that it is about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from rapport.commands.output import BadInputError, FailedError

if TYPE_CHECKING:
    from rapport.kernel.errors import RapportError
    from rapport.people.models import Practice

named_practice = click.option(
    "--practice", "practice_name", metavar="NAME", help="Needed where there is more than one."
)


@contextmanager
def rooms() -> Iterator[None]:
    """Inside, settings and rooms are loaded, and their errors become lines on the terminal."""
    os.umask(0o077)  # what is written from here on holds people's therapy
    import django

    django.setup()
    from django.db import OperationalError, ProgrammingError

    from rapport.kernel.errors import RapportError

    try:
        yield
    except RapportError as error:
        raise BadInputError(*_lines(error)) from None
    except (OperationalError, ProgrammingError) as error:
        what = str(error).partition("\n")[0]
        raise FailedError(
            f"The database does not answer as it should: {what}.",
            "If it was never set up, `rapport migrate` does it.",
        ) from None


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


def _lines(error: RapportError) -> list[str]:
    return [error.message, *(f"  {name}: {why}" for name, why in error.fields.items())]
