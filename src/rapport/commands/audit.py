"""``rapport audit``: proof that nobody changed the log of who saw what."""

from __future__ import annotations

import click

from rapport.commands.output import FailedError, put_json
from rapport.commands.practices import rooms


@click.group()
def audit() -> None:
    """The audit log: who saw and did what."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="The faults as one JSON object on stdout.")
def verify(*, as_json: bool) -> None:
    """Walk the hash chain of every practice; end with status 1 where one is broken.

    \b
    Example:
      rapport audit verify
    """
    with rooms():
        from rapport.kernel import audit as chain
        from rapport.people.queries import practice_ids

        practices = practice_ids()
        faults = chain.verify(practices)
        entries = sum(chain.length(practice) for practice in practices)
    if as_json:
        put_json(
            {
                "entries": entries,
                "faults": [
                    {"practice": str(fault.practice_id), "entry": fault.number, "what": fault.what}
                    for fault in faults
                ],
            }
        )
    if faults:
        raise FailedError(
            *(
                f"The audit log of practice {fault.practice_id} is broken at entry "
                f"{fault.number}: {fault.what}."
                for fault in faults
            )
        )
    if not as_json:
        click.echo(f"The audit log is whole. Entries: {entries:,}.")
