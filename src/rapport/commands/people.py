"""``rapport practice`` and ``rapport member``: the first set-up of a real practice."""

from __future__ import annotations

import sys

import click

from rapport.commands.output import put_json, say
from rapport.commands.practices import named_practice, rooms, the_practice

ROLES = ("therapist", "coach", "supervisor", "admin", "researcher", "interpreter")


@click.group()
def practice() -> None:
    """Practices of this installation."""


@practice.command("open")
@click.argument("name")
@click.option(
    "--timezone", default="UTC", show_default=True, metavar="ZONE", help="Such as Europe/Zurich."
)
@click.option(
    "--country", default="US", show_default=True, metavar="CODE", help="Two letters, such as CH."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def open_practice(*, name: str, timezone: str, country: str, as_json: bool) -> None:
    """Open the practice NAME.

    \b
    Example:
      rapport practice open "Lindenhof Practice" --timezone Europe/Zurich --country CH
    """
    with rooms():
        from rapport.kernel import clock
        from rapport.people import actions

        opened = actions.open_practice(
            name, timezone=timezone, country=country, synthetic=False, at=clock.now()
        )
    if as_json:
        put_json({"id": str(opened.id), "name": opened.name})
    else:
        say(f"{opened.name} is open. Next: rapport member add NAME --email … --role admin")


@click.group()
def member() -> None:
    """Members: the people who work in a practice."""


@member.command("add")
@click.argument("name")
@click.option("--email", required=True, help="What they sign in with.")
@click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    required=True,
    help="May be given more than once.",
)
@named_practice
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def add_member(
    *, name: str, email: str, roles: tuple[str, ...], practice_name: str | None, as_json: bool
) -> None:
    """Give NAME a place in the practice.

    The password is asked for, or read as one line from standard input; it is never an argument.

    \b
    Example:
      rapport member add "Alice Arden" --email alice@lindenhof.example --role therapist
    """
    with rooms():
        from rapport.kernel import clock
        from rapport.people import actions

        practice_id = the_practice(practice_name).id
        added = actions.add_member(
            practice_id,
            name=name,
            email=email,
            password=_password(),
            roles=roles,
            at=clock.now(),
        )
    if as_json:
        put_json({"id": str(added.id), "name": added.name, "roles": added.roles})
    else:
        say(f"{added.name} can sign in, and will be asked to set up a second factor.")


def _password() -> str:
    if sys.stdin.isatty():
        answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return answer
    return sys.stdin.readline().rstrip("\r\n")
