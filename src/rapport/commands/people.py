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
@click.option(
    "--reference", default="", metavar="ID", help="How imported sessions call them, such as T7."
)
@named_practice
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def add_member(
    *,
    name: str,
    email: str,
    roles: tuple[str, ...],
    reference: str,
    practice_name: str | None,
    as_json: bool,
) -> None:
    """Give NAME a place in the practice.

    Somebody known from imported sessions, by --reference or by NAME, keeps their place and their
    relationships, and can sign in from now on. The password is asked for, or read as one line
    from standard input; it is never an argument.

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
            reference=reference,
            at=clock.now(),
        )
    if as_json:
        put_json({"id": str(added.id), "name": added.name, "roles": added.roles})
    else:
        say(f"{added.name} can sign in, and will be asked to set up a second factor.")


@member.command("supervise")
@click.argument("name")
@click.option("--by", "by_name", required=True, metavar="NAME", help="Who supervises.")
@click.option("--end", is_flag=True, help="End it instead.")
@named_practice
def supervise(*, name: str, by_name: str, end: bool, practice_name: str | None) -> None:
    """Let a supervisor see the caseload of NAME, to read.

    \b
    Example:
      rapport member supervise "Alice Arden" --by "Sam Sorel"
    """
    with rooms():
        from rapport.kernel import clock, scope
        from rapport.kernel.actor import system
        from rapport.people import actions, members

        practice_id = the_practice(practice_name).id
        with scope.practice(practice_id):
            supervisee = members.named(name, practice_id=practice_id)
            supervisor = members.named(by_name, practice_id=practice_id)
            act = actions.end_supervision if end else actions.supervise
            act(supervisee, supervisor=supervisor, by=system(practice_id), at=clock.now())
    what = "no longer supervises" if end else "supervises"
    say(f"{supervisor.name} {what} {supervisee.name}.")


@member.command("leave")
@click.argument("name")
@named_practice
def leave(*, name: str, practice_name: str | None) -> None:
    """Note that NAME has left: whatever they are signed in with ends at once.

    Their relationships stay theirs until the office hands them over, on the page People.

    \b
    Example:
      rapport member leave "Alice Arden"
    """
    with rooms():
        from zoneinfo import ZoneInfo

        from rapport.kernel import clock, scope
        from rapport.kernel.actor import system
        from rapport.people import actions, members

        practice, at = the_practice(practice_name), clock.now()
        with scope.practice(practice.id):
            leaver = members.named(name, practice_id=practice.id)
            today = at.astimezone(ZoneInfo(practice.timezone)).date()
            actions.leave(leaver, left_on=today, by=system(practice.id), at=at)
            still_open = members.row_of(leaver).open_relationships
    say(f"{leaver.name} has left and can no longer sign in.")
    if still_open:
        say(f"Open relationships to hand over or to end: {still_open}. See the page People.")


def _password() -> str:
    if sys.stdin.isatty():
        answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return answer
    return sys.stdin.readline().rstrip("\r\n")
